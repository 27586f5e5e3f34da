"""What both services stand on: database, settings, problems, logs, metrics, workers; no raw record and no code."""
