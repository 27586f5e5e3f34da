"""Candidates that nobody looked at in time are brought up again: to the desk, and at last to those above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from api.holder.reviewing.worklist import WAITS_FOR
from api.holder.storage import candidates, facts, inbox
from api.holder.storage.candidates import CandidateFilter, CandidateRow

AT_MOST_EVERY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is to be brought up: of which offices (None for no office), which candidates, and whether to go higher."""

    offices: frozenset[bytes | None]
    candidates: tuple[str, ...]
    escalates: bool


def overdue(conn: Connection, now: datetime) -> Overdue | None:
    """What is to be brought up again now, None when nothing is, or something was in the last day."""
    last = facts.get(conn, facts.LAST_ESCALATION)
    # A moment that lies ahead comes from a clock that was set back: it does not count.
    if last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < AT_MOST_EVERY:
        return None
    waits = [CandidateFilter(side, states) for side, states in WAITS_FOR.items()]
    rows = [row for wanted in waits for row in candidates.overdue(conn, wanted, now) if row.alive]
    return _brought_up(rows, now) if rows else None


def note(conn: Connection, done: Overdue, now: datetime) -> None:
    """Note that it was brought up."""
    inbox.mark_escalated(conn, done.candidates)
    facts.put(conn, facts.LAST_ESCALATION, now.isoformat(), now)


def _brought_up(rows: Sequence[CandidateRow], now: datetime) -> Overdue:
    names = tuple(row.candidate for row in rows)
    return Overdue(frozenset(row.office_index for row in rows), names, any(_is_old(row, now) for row in rows))


def _is_old(row: CandidateRow, now: datetime) -> bool:
    """Whether twice the time that a desk has is over."""
    return row.due_at is not None and now >= row.due_at + (row.due_at - row.since)
