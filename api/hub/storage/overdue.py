"""Candidates that somebody should have acted on: counts for the operator, never a candidate."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from api.hub.storage.tables import candidates, partners
from api.wire.life import whose_turn


class OverdueCount(NamedTuple):
    """Candidates that wait for one partner in one state: past the time allowed, past twice, past three times it."""

    partner: str
    state: str
    due: int
    twice: int
    three_times: int


def counts(conn: Connection, now: datetime) -> list[OverdueCount]:
    """By partner and state; each candidate counts once, at its age."""
    columns = (
        candidates.c.state, candidates.c.since, candidates.c.due_at, candidates.c.reporter_id,
        candidates.c.custodian_id,
    )  # fmt: skip
    found: Counter[tuple[int, str, int]] = Counter()
    for row in conn.execute(select(*columns).where(candidates.c.due_at <= now)):
        partner = row.reporter_id if whose_turn(row.state) == "reporter" else row.custodian_id
        found[partner, row.state, _times(row.since, row.due_at, now)] += 1
    names = {row.id: row.name for row in conn.execute(select(partners.c.id, partners.c.name))}
    by_state = sorted({(names[partner], state, partner) for partner, state, _ in found})
    return [
        OverdueCount(name, state, *(found[partner, state, times] for times in (1, 2, 3)))
        for name, state, partner in by_state
    ]


def _times(since: datetime, due_at: datetime, now: datetime) -> int:
    """How many times the time allowed has passed, from 1 to 3."""
    allowed = due_at - since
    return max(1, min(3, (now - since) // allowed)) if allowed else 3
