"""Timelines of the own found records, as the hub last told them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, or_, select, update

from api.holder.storage.tables import records, timelines
from api.service.statements import insert


class KnownTimeline(NamedTuple):
    """JSON of api.wire.links.Timeline, None before the first; when the hub told it, and whether it is out of date."""

    content: str | None
    as_of: datetime | None
    due: bool


class DueTimeline(NamedTuple):
    """An own record whose timeline is to be asked for."""

    record_id: int
    ref: str


def mark_due(conn: Connection, record_ids: Sequence[int]) -> None:
    """Have the timelines of these records asked for."""
    for record_id in record_ids:
        statement = insert(conn, timelines).values(record_id=record_id, due=True)
        conn.execute(statement.on_conflict_do_update(index_elements=[timelines.c.record_id], set_={"due": True}))


def due(conn: Connection, told_before: datetime, limit: int) -> list[DueTimeline]:
    """Records whose timeline is out of date, or was last told before a moment."""
    query = select(records.c.id, records.c.ref).join_from(timelines, records)
    query = query.where(or_(timelines.c.due.is_(True), timelines.c.as_of < told_before))
    return [DueTimeline._make(row) for row in conn.execute(query.order_by(records.c.id).limit(limit))]


def of_record(conn: Connection, record_id: int) -> KnownTimeline | None:
    """What is known of a record's timeline; None when nobody joined anything with it."""
    query = select(timelines.c.content, timelines.c.as_of, timelines.c.due)
    row = conn.execute(query.where(timelines.c.record_id == record_id)).first()
    return None if row is None else KnownTimeline._make(row)


def store(conn: Connection, record_id: int, content: str, now: datetime) -> None:
    """Note what the hub told."""
    values: dict[str, Any] = {"content": content, "as_of": now, "due": False}
    conn.execute(update(timelines).where(timelines.c.record_id == record_id).values(**values))


def forget(conn: Connection, record_id: int) -> None:
    """A record stands alone, or is no more."""
    conn.execute(delete(timelines).where(timelines.c.record_id == record_id))
