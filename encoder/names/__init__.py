"""Names and places in any script of the region, brought to canonical Latin words."""
