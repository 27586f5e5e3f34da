"""Answers to requests that carried an idempotency key, stored with the write itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from api.holder.storage.tables import idempotency


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An earlier answer: the digest of its request, its status, and its body as the vault sealed it."""

    request_digest: bytes = field(repr=False)
    status: int
    sealed: bytes = field(repr=False)


def find(conn: Connection, token_id: int, key: str) -> StoredAnswer | None:
    """The answer that was stored under a key of a token."""
    wanted = select(idempotency.c.request_digest, idempotency.c.status, idempotency.c.sealed)
    row = conn.execute(wanted.where(idempotency.c.token_id == token_id, idempotency.c.key == key)).mappings().first()
    return None if row is None else StoredAnswer(**row)


def add(conn: Connection, values: dict[str, Any]) -> None:
    """Store an answer; IntegrityError when a rival request with the same key was faster."""
    conn.execute(insert(idempotency).values(**values))


def drop_older(conn: Connection, than: datetime) -> None:
    """Forget answers that were given before a moment."""
    conn.execute(delete(idempotency).where(idempotency.c.created_at < than))
