"""Places of the region with their official codes: what a home field names, whatever its script, level or age."""
