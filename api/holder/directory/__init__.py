"""The directory of organisations at a gateway: its own entry, and a copy of everybody's."""
