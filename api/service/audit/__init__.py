"""The audit log: an append-only Merkle tree (RFC 6962) with signed checkpoints, the same at hub and gateways."""
