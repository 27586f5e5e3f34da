"""Which records of one kind are of one child: links that people join and separate, never merged."""
