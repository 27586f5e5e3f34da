"""Signed checkpoints of an audit log, as they are kept. One that was signed for a size never changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from api.service.audit import log
from api.service.audit.tables import AuditTables
from api.service.statements import insert
from api.wire.audit import Checkpoint, hash_text, sign_checkpoint
from api.wire.request_keys import RequestKey


def publish(conn: Connection, tables: AuditTables, key: RequestKey, origin: str, now: datetime) -> Checkpoint:
    """The checkpoint of the whole log: the one that was signed for this size, or a new one, which is stored.

    Give it a write transaction of its own, and hand the checkpoint out after the commit only: one whose transaction
    is undone may contradict the next of its size.

    Raises:
        StorageError: the log lacks a stored hash.
    """
    covered = log.size(conn, tables)
    known = of_size(conn, tables, origin, covered)
    if known is not None:
        return known
    made = sign_checkpoint(origin, covered, log.root(conn, tables, covered), now, key)
    row = {"size": made.size, "root": made.root_bytes, "at": made.at, "signature": made.signature}
    conn.execute(insert(conn, tables.checkpoints).values(row).on_conflict_do_nothing())
    # Whoever else published this size at this moment may have been first.
    return of_size(conn, tables, origin, covered) or made


def latest(conn: Connection, tables: AuditTables, origin: str) -> Checkpoint | None:
    """The checkpoint of the largest size, or None before the first one."""
    found = conn.execute(_all(tables).order_by(tables.checkpoints.c.size.desc()).limit(1)).one_or_none()
    return None if found is None else _message(found, origin)


def of_size(conn: Connection, tables: AuditTables, origin: str, size: int) -> Checkpoint | None:
    """The checkpoint of a size, or None when none was signed."""
    found = conn.execute(_all(tables).where(tables.checkpoints.c.size == size)).one_or_none()
    return None if found is None else _message(found, origin)


def covering(conn: Connection, tables: AuditTables, origin: str, number: int) -> Checkpoint | None:
    """The first checkpoint that covers leaf `number`, or None when none does yet."""
    sizes = tables.checkpoints.c.size
    found = conn.execute(_all(tables).where(sizes > number).order_by(sizes).limit(1)).one_or_none()
    return None if found is None else _message(found, origin)


def checkpoint_of(size: int, root: bytes, at: datetime, signature: str, origin: str) -> Checkpoint:
    """Stored values as a message, unverified.

    Raises:
        ValueError: they cannot be one (pydantic's ValidationError).
    """
    return Checkpoint(origin=origin, size=size, root=hash_text(root), at=at, signature=signature)


def _message(row: Row[Any], origin: str) -> Checkpoint:
    return checkpoint_of(row.size, row.root, row.at, row.signature, origin)


def _all(tables: AuditTables) -> Select[Any]:
    return select(tables.checkpoints)
