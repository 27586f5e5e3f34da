"""What names a person, sealed at rest under a key of this gateway."""
