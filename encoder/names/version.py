"""The version of names, places and tokens that profiles refer to; any change of a form or a token moves it."""

NORMALISER = "names-2026-11"
