"""Candidates in the inbox, as the custodian's desk reads them (`inbox.py` writes them)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from api.holder.storage.tables import inbox


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate; `levels` are pairs of what is compared and a level word."""

    id: int
    candidate: str
    record_id: int
    found_version: int
    partner: str
    verdict: str
    levels: tuple[tuple[str, str], ...]
    state: str
    received_at: datetime
    changed_at: datetime


_ROWS = select(*(inbox.c[name] for name in CandidateRow.__dataclass_fields__))


def page(conn: Connection, state: str | None, after: int | None, limit: int) -> Sequence[CandidateRow]:
    """Candidates, newest first, from below the id `after` on."""
    wanted = _ROWS.order_by(inbox.c.id.desc()).limit(limit)
    wanted = wanted if state is None else wanted.where(inbox.c.state == state)
    wanted = wanted if after is None else wanted.where(inbox.c.id < after)
    return [_row(found) for found in conn.execute(wanted).mappings()]


def by_name(conn: Connection, candidate: str) -> CandidateRow | None:
    """The candidate of a name."""
    found = conn.execute(_ROWS.where(inbox.c.candidate == candidate)).mappings().first()
    return None if found is None else _row(found)


def _row(found: Any) -> CandidateRow:
    levels = tuple((what, level) for what, level in json.loads(found["levels"]))
    return CandidateRow(**{**found, "levels": levels})
