"""What the hub has under the next linkage key while two overlap: the same outbox, seen from the other partition.

A row is due here while `next_version` is not its version: every change of a record makes it so by itself. Withdrawals
and erasures are never due, since the hub carries those of the present key out in every epoch; their rows count as up to
date. Takes the place of `outbox` for a sender. Runs on SQLite and PostgreSQL.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update

from api.holder.storage.outbox import (
    ARRIVED,
    REFUSED,
    WAITING,
    Counts,
    DueRow,
    Settlement,
    due_rows,
    shortened,
)
from api.holder.storage.tables import outbox

_BEHIND = outbox.c.next_version != outbox.c.version
_PUT = outbox.c.action == "put"
_AS_SENT = (
    outbox.c.record_id == bindparam("of_record"), outbox.c.version == bindparam("of_version"), _PUT, _BEHIND,
)  # fmt: skip
_SENDING = update(outbox).where(*_AS_SENT).values(ever_sent=True)
_SETTLING = update(outbox).where(*_AS_SENT).values(
    next_version=outbox.c.version, next_state=bindparam("new_state"), next_reason=bindparam("new_reason"),
    next_detail=bindparam("new_detail"),
)  # fmt: skip
_NOTHING = {"next_state": None, "next_reason": None, "next_detail": None}


def due(conn: Connection, limit: int, *, only_removals: bool = False) -> list[DueRow]:
    """The rows that have yet to go under the next key, those queued first before the others; no removals at all."""
    return [] if only_removals else due_rows(conn, _BEHIND, limit)


def mark_sending(conn: Connection, rows: Sequence[DueRow]) -> list[DueRow]:
    """Note that rows are about to leave; gives those that still stand as they were read (see outbox)."""
    return [row for row in rows if conn.execute(_SENDING, _sent(row)).rowcount]


def settle(conn: Connection, settlements: Sequence[Settlement], now: datetime) -> int:
    """Settle the rows whose version is still the one that was sent; gives how many were."""
    return sum(conn.execute(_SETTLING, _settled(each)).rowcount for each in settlements)


def any_waiting(conn: Connection) -> bool:
    """Whether anything has yet to go under the next key."""
    return conn.execute(select(outbox.c.record_id).where(_BEHIND).limit(1)).first() is not None


def counts(conn: Connection) -> Counts:
    """How many records wait, arrived or were refused under the next key."""
    state = case((_BEHIND, WAITING), else_=outbox.c.next_state)
    query = select(state, func.count(), func.min(outbox.c.queued_at)).where(_PUT).group_by(state)
    found = {word: (number, oldest) for word, number, oldest in conn.execute(query)}
    waiting, oldest = found.get(WAITING, (0, None))
    return Counts(waiting, found.get(ARRIVED, (0, None))[0], found.get(REFUSED, (0, None))[0], oldest)


def refused_as(conn: Connection, record_id: int) -> str | None:
    """Why the present version of a record was refused under the next key; None when it was not."""
    query = select(outbox.c.next_reason).where(outbox.c.record_id == record_id, ~_BEHIND)
    return conn.execute(query.where(outbox.c.next_state == REFUSED)).scalar()


def send_again(conn: Connection, record_id: int) -> None:
    """Let one record go under the next key again: the hub is known not to have it."""
    conn.execute(update(outbox).where(outbox.c.record_id == record_id, _PUT).values(next_version=0, **_NOTHING))


def start_again(conn: Connection) -> None:
    """Let all records go under a next key of which the hub knows nothing yet."""
    conn.execute(update(outbox).where(_PUT, outbox.c.next_version != 0).values(next_version=0, **_NOTHING))


def promote(conn: Connection, now: datetime) -> None:
    """Let the next key be the present one: what arrived under it has arrived, and what has yet to go waits."""
    settled = and_(_PUT, ~_BEHIND, outbox.c.next_state.is_not(None))
    arrived = case((outbox.c.next_state == ARRIVED, now), else_=None)
    conn.execute(update(outbox).where(settled).values(
        state=outbox.c.next_state, reason=outbox.c.next_reason, detail=outbox.c.next_detail, arrived_at=arrived,
        attempts=0,
    ))  # fmt: skip
    behind = and_(_PUT, or_(_BEHIND, outbox.c.next_state.is_(None)), outbox.c.state != WAITING)
    conn.execute(update(outbox).where(behind).values(
        state=WAITING, attempts=0, queued_at=now, arrived_at=None, reason=None, detail=None
    ))  # fmt: skip
    start_again(conn)


def _sent(row: DueRow | Settlement) -> dict[str, int]:
    return {"of_record": row.record_id, "of_version": row.version}


def _settled(settlement: Settlement) -> dict[str, object]:
    reason, detail = shortened(settlement)
    state = ARRIVED if settlement.arrived else REFUSED
    return {**_sent(settlement), "new_state": state, "new_reason": reason, "new_detail": detail}
