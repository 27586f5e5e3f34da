"""Decisions on candidates, on their way to the hub. Runs on SQLite and PostgreSQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from api.holder.storage.tables import decisions
from api.wire.life import DecisionWord

UNSIGNED: Final = "unsigned"
"""A release that waits for a second officer."""
WAITING: Final = "waiting"
"""To be sent to the hub."""
TAKEN: Final = "taken"
REFUSED: Final = "refused"
DROPPED: Final = "dropped"
_UNDECIDED = (UNSIGNED, WAITING)
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision; `signatures` is a JSON list of officer and signature."""

    id: int
    name: str
    candidate: str
    decision: DecisionWord
    reason: str | None
    revision: int
    order_mark: str | None
    signatures: str
    state: str
    detail: str | None
    by: str
    second_by: str | None
    created_at: datetime
    changed_at: datetime
    sealed: bytes | None = field(repr=False)


_ROWS = select(*(decisions.c[name] for name in DecisionRow.__dataclass_fields__))


def add(conn: Connection, values: dict[str, Any]) -> None:
    """Insert a decision; the transaction has locked its candidate."""
    conn.execute(insert(decisions).values(**values))


def change(conn: Connection, decision_id: int, values: dict[str, Any]) -> None:
    """Change columns of a decision whose candidate the transaction has locked."""
    conn.execute(update(decisions).where(decisions.c.id == decision_id).values(**values))


def by_name(conn: Connection, name: str) -> DecisionRow | None:
    """The decision of a name."""
    row = conn.execute(_ROWS.where(decisions.c.name == name)).mappings().first()
    return None if row is None else DecisionRow(**row)


def undecided(conn: Connection, candidate: str) -> DecisionRow | None:
    """The one decision of a candidate that is not with the hub yet, or None."""
    wanted = _ROWS.where(decisions.c.candidate == candidate, decisions.c.state.in_(_UNDECIDED))
    row = conn.execute(wanted.order_by(decisions.c.id)).mappings().first()
    return None if row is None else DecisionRow(**row)


def undecided_everywhere(conn: Connection) -> dict[str, DecisionRow]:
    """All decisions that are not with the hub yet, by candidate."""
    rows = conn.execute(_ROWS.where(decisions.c.state.in_(_UNDECIDED))).mappings()
    return {row["candidate"]: DecisionRow(**row) for row in rows}


def of_candidate(conn: Connection, candidate: str) -> Sequence[DecisionRow]:
    """Everything decided on a candidate, oldest first."""
    wanted = _ROWS.where(decisions.c.candidate == candidate).order_by(decisions.c.id)
    return [DecisionRow(**row) for row in conn.execute(wanted).mappings()]


def waiting(conn: Connection, limit: int) -> Sequence[DecisionRow]:
    """Decisions to be sent, oldest first."""
    wanted = _ROWS.where(decisions.c.state == WAITING).order_by(decisions.c.id).limit(limit)
    return [DecisionRow(**row) for row in conn.execute(wanted).mappings()]


def settle(conn: Connection, name: str, state: str, detail: str | None, now: datetime) -> bool:
    """Note what the hub said to a decision that was sent; False when that was noted before."""
    told = update(decisions).where(decisions.c.name == name, decisions.c.state == WAITING)
    values = {"state": state, "detail": detail and detail[:_LONGEST_DETAIL], "changed_at": now}
    return bool(conn.execute(told.values(**values)).rowcount)


def drop(conn: Connection, found: Iterable[DecisionRow], now: datetime) -> None:
    """Give up decisions that were never sent."""
    for each in found:
        change(conn, each.id, {"state": DROPPED, "changed_at": now})
