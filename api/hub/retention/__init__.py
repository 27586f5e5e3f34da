"""Retention: what the hub forgets and when, what holds it back, and how an erasure is proved."""
