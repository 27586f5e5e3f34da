"""Candidates in the inbox, as desks read them (`inbox.py` writes them)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from api.holder.storage.records import Bounds
from api.holder.storage.tables import inbox, records
from api.wire.life import WITHDRAWABLE, CandidateState, Side


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate and how its own record stands; `levels` are pairs of what is compared and a level word."""

    id: int
    candidate: str
    side: Side
    record_id: int
    own_version: int
    partner: str
    verdict: str
    levels: tuple[tuple[str, str], ...]
    state: CandidateState
    revision: int
    since: datetime
    due_at: datetime | None
    stopped: bool
    same_child: str | None
    escalated: int
    received_at: datetime
    changed_at: datetime
    ref: str
    record_state: str
    kept_because: str | None
    office_index: bytes | None = field(repr=False)

    @property
    def shared(self) -> bool:
        """Whether the own record is one that the hub may have."""
        return self.record_state == "active" and self.kept_because is None

    @property
    def alive(self) -> bool:
        """Whether it is not withdrawn, nor will be as soon as the hub hears of the own record."""
        return self.state != "withdrawn" and (self.shared or self.state not in WITHDRAWABLE)


_OF_RECORD = ("ref", "kept_because", "office_index")
_OF_INBOX = [name for name in CandidateRow.__dataclass_fields__ if name not in (*_OF_RECORD, "record_state")]
_ROWS: Select[Any] = select(
    *(inbox.c[name] for name in _OF_INBOX), *(records.c[name] for name in _OF_RECORD),
    records.c.state.label("record_state"),
).join(records, records.c.id == inbox.c.record_id)  # fmt: skip


_EVERY_RECORD = Bounds(sealed=True)


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """Which candidates to list; None asks for nothing."""

    side: Side
    states: tuple[CandidateState, ...] | None = None
    bounds: Bounds = _EVERY_RECORD
    """Those alone whose own record somebody may know of."""


def page(conn: Connection, wanted: CandidateFilter, after: int | None, limit: int) -> Sequence[CandidateRow]:
    """Candidates, newest first, from below the id `after` on."""
    found = _fitting(wanted).order_by(inbox.c.id.desc()).limit(limit)
    found = found if after is None else found.where(inbox.c.id < after)
    return [_row(each) for each in conn.execute(found).mappings()]


def all_of(conn: Connection, wanted: CandidateFilter) -> Sequence[CandidateRow]:
    """Every candidate that fits, oldest first."""
    return [_row(each) for each in conn.execute(_fitting(wanted).order_by(inbox.c.id)).mappings()]


def by_name(conn: Connection, candidate: str, *, lock: bool = False) -> CandidateRow | None:
    """The candidate of a name; with `lock` nobody else changes it until the transaction ends."""
    wanted = _ROWS.where(inbox.c.candidate == candidate)
    found = conn.execute(wanted.with_for_update(of=inbox) if lock else wanted).mappings().first()
    return None if found is None else _row(found)


def overdue(conn: Connection, wanted: CandidateFilter, now: datetime) -> Sequence[CandidateRow]:
    """Candidates that should have been acted on before a moment, oldest first."""
    found = _fitting(wanted).where(inbox.c.due_at <= now).order_by(inbox.c.id)
    return [_row(each) for each in conn.execute(found).mappings()]


def _fitting(wanted: CandidateFilter) -> Select[Any]:
    found = _ROWS.where(inbox.c.side == wanted.side, *wanted.bounds.conditions())
    if wanted.states is not None:
        found = found.where(inbox.c.state.in_(wanted.states))
    return found


def _row(found: Any) -> CandidateRow:
    levels = tuple((what, level) for what, level in json.loads(found["levels"]))
    return CandidateRow(**{**found, "levels": levels})
