"""Tokens per view: what a record's views are made of before they are keyed."""
