"""What the operator of a gateway does from the command line."""
