"""Fits the romaniser: alignment of letters, then a network that tells each letter's rendering from its neighbours."""
