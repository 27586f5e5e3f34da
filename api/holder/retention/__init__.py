"""Legal holds and proofs of erasure at a gateway."""
