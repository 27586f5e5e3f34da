"""Linkage keys between gateways: sealed for one holder by another, and never sent through the hub."""
