"""Intake: what partners submit, judged item by item and stored in one transaction."""
