"""Probing: what looks like asking the hub for one child over and over, and the alarms that it raises."""
