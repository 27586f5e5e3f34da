"""Own records whose day has passed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from api.holder.storage.outbox import queue
from api.holder.storage.records import ChangeRow, note_change
from api.holder.storage.tables import records

EXPIRED = "expired"
BY = "gateway:expiry"


def any_expired(conn: Connection, today: int) -> bool:
    """Whether `expire` has anything to do."""
    return conn.execute(select(records.c.id).where(_expired(today)).limit(1)).first() is not None


def _expired(today: int) -> Any:
    return (records.c.state == "active") & records.c.kept_because.is_(None) & (records.c.expires_on < today)


@dataclass(frozen=True)
class ExpiredRecord:
    """A record whose day has passed; `sealed` is the vault's."""

    id: int
    ref: str
    version: int
    sealed: bytes | None = field(repr=False)


def expired(conn: Connection, today: int, limit: int) -> list[ExpiredRecord]:
    """Up to `limit` shared records that expired before `today` (days since 1970-01-01), locked by the transaction."""
    columns = (records.c.id, records.c.ref, records.c.version, records.c.sealed)
    wanted = select(*columns).where(_expired(today)).order_by(records.c.expires_on, records.c.id).limit(limit)
    return [ExpiredRecord(**row) for row in conn.execute(wanted.with_for_update()).mappings()]


def keep_here(conn: Connection, record: ExpiredRecord, version: int, sealed: bytes | None, now: datetime) -> None:
    """Keep a record here from now on under a later version, and queue its withdrawal from the hub."""
    changed = {"version": version, "sealed": sealed, "kept_because": EXPIRED, "changed_at": now, "changed_by": BY}
    conn.execute(update(records).where(records.c.id == record.id).values(**changed))
    note_change(conn, record.id, ChangeRow(version, EXPIRED, BY, now))
    queue(conn, record.id, version, "withdraw", now)
