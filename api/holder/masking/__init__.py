"""Masked comparison at a gateway: own codes under one-time masks, for candidate pairs that the hub asks about."""
