"""Proofs as messages: made by whoever keeps a log, judged by whoever was shown its checkpoints."""

from sqlalchemy import Connection, select

from api.service.audit import log
from api.service.audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from api.service.audit.tables import AuditTables
from api.wire.audit import (
    Checkpoint,
    ConsistencyProof,
    InclusionProof,
    LeafProof,
    hash_bytes,
    hash_text,
    verify_checkpoint,
)
from api.wire.request_keys import PublicKey
from matcher.errors import InputError


def prove_inclusion(conn: Connection, tables: AuditTables, number: int, size: int) -> InclusionProof:
    """That leaf `number` is among the first `size`; raises as `log.inclusion_proof` does."""
    path = log.inclusion_proof(conn, tables, number, size)
    return InclusionProof(number=number, size=size, path=tuple(map(hash_text, path)))


def prove_consistency(conn: Connection, tables: AuditTables, first: int, second: int) -> ConsistencyProof:
    """That the log of `second` leaves begins with the log of `first`; raises as `log.consistency_proof` does."""
    path = log.consistency_proof(conn, tables, first, second)
    return ConsistencyProof(first=first, second=second, path=tuple(map(hash_text, path)))


def prove_leaf(conn: Connection, tables: AuditTables, number: int, checkpoint: Checkpoint) -> LeafProof:
    """A leaf and its way to a checkpoint of this log.

    Raises:
        InputError: the checkpoint does not cover it.
        StorageError: the log lacks a stored hash.
    """
    path = prove_inclusion(conn, tables, number, checkpoint.size).path
    text = conn.execute(select(tables.leaves.c.content).where(tables.leaves.c.number == number)).scalar_one_or_none()
    if text is None:
        raise InputError("The audit log has no leaf of that number; verify the log.")
    return LeafProof(number=number, content=text, path=path, checkpoint=checkpoint)


def verify_leaf(proof: LeafProof, origin: str, key: PublicKey) -> bool:
    """Whether the log of this name and key has that leaf, at that number, under the checkpoint that came with it."""
    head = proof.checkpoint
    if head.origin != origin or not verify_checkpoint(head, key):
        return False
    path = [hash_bytes(text) for text in proof.path]
    return verify_inclusion(leaf_hash(proof.content.encode()), proof.number, head.size, path, head.root_bytes)


def verify_growth(old: Checkpoint, new: Checkpoint, proof: ConsistencyProof, key: PublicKey) -> bool:
    """Whether one key signed both checkpoints of one log, and the new one's leaves begin with the old one's.

    Two checkpoints of one size, both signed and with different roots, prove that the log was rewritten: keep both. Of
    different sizes, a log that cannot bring a proof for two checkpoints that it signed was rewritten too.
    """
    if old.origin != new.origin or not (verify_checkpoint(old, key) and verify_checkpoint(new, key)):
        return False
    if (proof.first, proof.second) != (old.size, new.size):
        return False
    path = [hash_bytes(text) for text in proof.path]
    return verify_consistency(old.size, new.size, old.root_bytes, new.root_bytes, path)
