"""Matching at the hub: the resident index, online match both ways, and the nightly cross-match."""
