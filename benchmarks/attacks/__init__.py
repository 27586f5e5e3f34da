"""Attacks on encodings: what somebody can tell from codes without the key, each tried on a broken encoding first."""
