"""Benchmarks: one question a file, results as JSON, peers measured in the same run."""
