"""Pages of the shipped encoding profiles, made of the results of `benchmarks/leakage.py`."""
