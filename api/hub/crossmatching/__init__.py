"""The cross-match: every list of every record, night by night, exact and resumable."""
