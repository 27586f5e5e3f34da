"""The kinds of transaction, and the execution option that carries the kind to the engine's events."""

MODE = "milap_transaction"

READ = "read"
WRITE = "write"
MIGRATE = "migrate"
