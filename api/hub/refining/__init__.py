"""Comparison under one-time masks: candidates of a coarse profile are asked of both gateways, and weighed in full."""
