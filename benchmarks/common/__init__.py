"""What several benchmarks share: machine, report, timing and data."""
