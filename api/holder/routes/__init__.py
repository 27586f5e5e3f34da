"""Endpoints: each parses, calls one function and shapes the answer."""
