"""Invented children for the demo, the tests and the benchmarks: a population of missing and found records."""
