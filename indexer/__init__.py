"""Vectorised gallery and exact search over codes."""
