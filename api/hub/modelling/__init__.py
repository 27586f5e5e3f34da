"""Upkeep of linkage models: estimates after each run, what differs, and promotion by the operator."""
