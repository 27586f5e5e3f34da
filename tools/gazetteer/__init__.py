"""Builds the gazetteer that ships with the encoder from public directories of places."""
