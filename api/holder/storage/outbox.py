"""What the hub has yet to hear of: one row a record, the latest version only. Runs on SQLite and PostgreSQL.

A row waits until a receipt for the very version and action it holds has come back; a later change of the record
makes it wait again, so that nothing is lost and a late receipt for an old version settles nothing. While the
linkage key changes, `next_key` keeps beside it what has gone under the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, update

from api.holder.storage.tables import outbox, records
from api.service.statements import insert

Action = Literal["put", "withdraw", "erase"]

WAITING, ARRIVED, REFUSED = "waiting", "arrived", "refused"

_REASON_CHARACTERS, _DETAIL_CHARACTERS = 64, 300


@dataclass(frozen=True)
class DueRow:
    """A row that waits, with what is needed to send it. `sealed` is the vault's; None once the record is erased."""

    record_id: int
    ref: str
    kind: str
    version: int
    action: Action
    expires_on: int | None
    changed_by: str = field(repr=False)
    sealed: bytes | None = field(repr=False)


@dataclass(frozen=True)
class Settlement:
    """What became of one sent row: arrived, or refused with a word for programs and a sentence for a clerk."""

    record_id: int
    version: int
    action: Action
    arrived: bool
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Counts:
    """How many rows are in each state, and since when the oldest waits."""

    waiting: int
    arrived: int
    refused: int
    oldest_waiting: datetime | None

    @property
    def total(self) -> int:
        """All records that the hub has to hear of or has heard of."""
        return self.waiting + self.arrived + self.refused


class Rows(Protocol):
    """The rows of one partition, as a sender needs them: this module for the present linkage key, or `next_key`."""

    def due(self, conn: Connection, limit: int, *, only_removals: bool = False) -> list[DueRow]:
        """The rows that are to go, those queued first before the others."""
        ...

    def mark_sending(self, conn: Connection, rows: Sequence[DueRow]) -> list[DueRow]:
        """Note that rows are about to leave, and give those that still stand."""
        ...

    def settle(self, conn: Connection, settlements: Sequence[Settlement], now: datetime) -> int:
        """Settle what still stands as it was sent, and tell how many did."""
        ...


_AS_SENT = (
    outbox.c.record_id == bindparam("of_record"), outbox.c.version == bindparam("of_version"),
    outbox.c.action == bindparam("of_action"), outbox.c.state == WAITING,
)  # fmt: skip
_SENDING = update(outbox).where(*_AS_SENT).values(ever_sent=True, attempts=outbox.c.attempts + 1)
_SETTLING = update(outbox).where(*_AS_SENT).values(
    state=bindparam("new_state"), arrived_at=bindparam("new_arrived_at"), reason=bindparam("new_reason"),
    detail=bindparam("new_detail"),
)  # fmt: skip


def queue(conn: Connection, record_id: int, version: int, action: Action, now: datetime) -> None:
    """Note that the hub has to hear of a record, in the transaction that changes it; replaces what still waits.

    A withdrawal or an erasure of a record that was never sent needs no message: its row goes.
    """
    if action != "put":
        # One statement judges and deletes, so that a sender who marks the row at this moment is not overlooked.
        conn.execute(delete(outbox).where(outbox.c.record_id == record_id, outbox.c.ever_sent.is_(False)))
        if conn.execute(select(outbox.c.record_id).where(outbox.c.record_id == record_id)).first() is None:
            return
    _upsert(conn, record_id, version, action, now)


def queue_again(conn: Connection, record_id: int, version: int, action: Action, now: datetime) -> None:
    """The same for a record that the hub is known to hold, whatever this database remembers (after a restore)."""
    _upsert(conn, record_id, version, action, now)
    conn.execute(update(outbox).where(outbox.c.record_id == record_id).values(ever_sent=True))


def due(conn: Connection, limit: int, *, only_removals: bool = False) -> list[DueRow]:
    """The rows that wait, those queued first before the others; all, or withdrawals and erasures alone."""
    waits = outbox.c.state == WAITING
    return due_rows(conn, waits & (outbox.c.action != "put") if only_removals else waits, limit)


def due_rows(conn: Connection, wanted: ColumnElement[bool], limit: int) -> list[DueRow]:
    """Some rows with what is needed to send them, those queued first before the others."""
    query = (
        select(
            outbox.c.record_id, records.c.ref, records.c.kind, outbox.c.version, outbox.c.action,
            records.c.expires_on, records.c.changed_by, records.c.sealed,
        )
        .join(records, records.c.id == outbox.c.record_id)
        .where(wanted)
        .order_by(outbox.c.queued_at, outbox.c.record_id)
        .limit(limit)
    )
    return [DueRow(**row) for row in conn.execute(query).mappings()]


def mark_sending(conn: Connection, rows: Sequence[DueRow]) -> list[DueRow]:
    """Note that rows are about to leave: from here on the hub may hold them, whatever happens to the answer.

    Gives the rows that still stand as they were read; the others were changed or withdrawn meanwhile and must not go.
    """
    return [row for row in rows if conn.execute(_SENDING, _sent(row)).rowcount]


def settle(conn: Connection, settlements: Sequence[Settlement], now: datetime) -> int:
    """Settle the rows whose version and action are still the ones that were sent; gives how many were."""
    # One by one: a driver need not tell how many rows an executemany changed.
    return sum(conn.execute(_SETTLING, _settled(each, now)).rowcount for each in settlements)


def any_waiting(conn: Connection) -> bool:
    """Whether anything waits."""
    return conn.execute(select(outbox.c.record_id).where(outbox.c.state == WAITING).limit(1)).first() is not None


def counts(conn: Connection) -> Counts:
    """How many rows wait, arrived or were refused."""
    wanted = select(outbox.c.state, func.count(), func.min(outbox.c.queued_at)).group_by(outbox.c.state)
    found = {state: (number, oldest) for state, number, oldest in conn.execute(wanted)}
    waiting, oldest = found.get(WAITING, (0, None))
    return Counts(waiting, found.get(ARRIVED, (0, None))[0], found.get(REFUSED, (0, None))[0], oldest)


def send_all_again(conn: Connection, now: datetime) -> int:
    """Let all records that were sent or refused wait again, as under a new key; gives how many."""
    changed = update(outbox).where(outbox.c.state != WAITING, outbox.c.action == "put")
    fresh = changed.values(state=WAITING, attempts=0, queued_at=now, arrived_at=None, reason=None, detail=None)
    return conn.execute(fresh).rowcount


@dataclass(frozen=True)
class Standing:
    """How a row stands."""

    version: int
    action: Action
    state: str
    reason: str | None


def standing(conn: Connection, record_id: int) -> Standing | None:
    """The row of a record, or None."""
    wanted = select(outbox.c.version, outbox.c.action, outbox.c.state, outbox.c.reason)
    found = conn.execute(wanted.where(outbox.c.record_id == record_id)).mappings().first()
    return None if found is None else Standing(**found)


def _upsert(conn: Connection, record_id: int, version: int, action: Action, now: datetime) -> None:
    fresh: dict[str, Any] = {
        "version": version, "action": action, "state": WAITING, "attempts": 0, "queued_at": now, "arrived_at": None,
        "reason": None, "detail": None,
    }  # fmt: skip
    if action != "put":
        # What is taken back under one key is taken back under both.
        fresh["next_version"] = version
    statement = insert(conn, outbox).values(record_id=record_id, ever_sent=False, **fresh)
    conn.execute(statement.on_conflict_do_update(index_elements=[outbox.c.record_id], set_=fresh))


def _sent(row: DueRow | Settlement) -> dict[str, Any]:
    return {"of_record": row.record_id, "of_version": row.version, "of_action": row.action}


def _settled(settlement: Settlement, now: datetime) -> dict[str, Any]:
    arrived = settlement.arrived
    reason, detail = shortened(settlement)
    return {
        **_sent(settlement),
        "new_state": ARRIVED if arrived else REFUSED, "new_arrived_at": now if arrived else None,
        "new_reason": reason, "new_detail": detail,
    }  # fmt: skip


def shortened(settlement: Settlement) -> tuple[str | None, str | None]:
    """Reason and detail of a refusal as far as the columns hold them; of a record that arrived, none."""
    if settlement.arrived:
        return None, None
    return (settlement.reason or "refused")[:_REASON_CHARACTERS], (settlement.detail or "")[:_DETAIL_CHARACTERS]
