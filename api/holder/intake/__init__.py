"""From what a clerk or a system reports to a record in the vault, and what the hub may have of it."""
