"""The directory of organisations at the hub."""
