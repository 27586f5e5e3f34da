"""Nonces of the requests that were taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete

from api.hub.storage.prepared import Prepared
from api.hub.storage.tables import nonces
from api.service.statements import insert


def _use(conn: Connection) -> Any:
    statement = insert(conn, nonces).values({name: bindparam(name) for name in ("key_id", "nonce", "expires_at")})
    # The count of inserted rows is not to be had from every driver.
    return statement.on_conflict_do_nothing().returning(nonces.c.nonce)


_USE = Prepared(_use)


def use(conn: Connection, key_id: str, nonce: str, expires_at: datetime) -> bool:
    """Remember a nonce until a replay would be stale anyway; False when it was used before."""
    values = {"key_id": key_id, "nonce": nonce, "expires_at": expires_at}
    return conn.execute(_USE(conn), values).first() is not None


def forget(conn: Connection, now: datetime) -> int:
    """Remove what no longer needs to be remembered; how many were removed."""
    return conn.execute(delete(nonces).where(nonces.c.expires_at < now)).rowcount
