"""Candidates for the own found records, beside these records: for custodians only."""
