"""Raw record to keyed codes: the only library code that sees an identity."""
