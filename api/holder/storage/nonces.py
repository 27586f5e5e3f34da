"""Nonces of the hub's knocks: each is taken once, and remembered for as long as its message verifies."""

from datetime import datetime

from sqlalchemy import Connection, delete

from api.holder.storage.tables import nonces
from api.service.statements import insert


def take(conn: Connection, key_id: str, nonce: str, expires_at: datetime, now: datetime) -> bool:
    """Remember a nonce, and forget expired ones; False when it was seen before."""
    conn.execute(delete(nonces).where(nonces.c.expires_at < now))
    statement = insert(conn, nonces).values(key_id=key_id, nonce=nonce, expires_at=expires_at)
    return conn.execute(statement.on_conflict_do_nothing().returning(nonces.c.nonce)).first() is not None
