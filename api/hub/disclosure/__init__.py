"""The life of a candidate at the hub: decisions, releases, officers, and who may know of what."""
