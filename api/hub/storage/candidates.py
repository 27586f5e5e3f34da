"""Candidate pairs as they are shown and taken back; the matcher proposes them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from api.hub.storage import counters
from api.hub.storage.tables import candidates, records

_IDS_AT_ONCE = 1000
# What a pair looks like of which one record was erased.
_EMPTIED = {"levels": "[]", "weight": 0, "probability": 0.0, "verdict": "weak"}


@dataclass(frozen=True)
class ShownCandidate:
    """A candidate as the custodian may know it: no weight, no probability, and of the reporter the partner alone."""

    sequence: int
    name: str
    found_ref: str
    found_version: int
    missing_partner_id: int
    verdict: str
    levels: list[tuple[str, str]]
    state: str


def page(
    conn: Connection, custodian_id: int, reporter_ids: Sequence[int], after: int, limit: int
) -> list[ShownCandidate]:
    """Candidates of a custodian's found records with records of these reporters that changed after a number.

    In the order of their changes. A pair whose custodian and reporter may not be compared today is for the caller to
    keep out, by `reporter_ids`.
    """
    found, missing = records.alias("found"), records.alias("missing")
    query = (
        select(
            candidates.c.sequence, candidates.c.name, found.c.ref.label("found_ref"), candidates.c.found_version,
            missing.c.partner_id.label("missing_partner_id"), candidates.c.verdict, candidates.c.levels,
            candidates.c.state,
        )
        .join_from(candidates, found, candidates.c.found_id == found.c.id)
        .join(missing, candidates.c.missing_id == missing.c.id)
        .where(
            found.c.partner_id == custodian_id, missing.c.partner_id.in_(reporter_ids), candidates.c.sequence > after
        )
        .order_by(candidates.c.sequence)
        .limit(limit)
    )  # fmt: skip
    return [_shown(row._mapping) for row in conn.execute(query)]


def withdraw_of(conn: Connection, record_ids: Sequence[int], now: datetime) -> None:
    """These records are matched no longer: their proposed candidates become withdrawn."""
    for ids in _parts(record_ids):
        proposed = [candidates.c.state == "proposed", _touches(ids)]
        _change(conn, _numbers(conn, proposed), {"state": "withdrawn"}, now)


def empty_of(conn: Connection, record_ids: Sequence[int], now: datetime) -> None:
    """These records were erased: of their candidates nothing stays but that they were withdrawn."""
    for ids in _parts(record_ids):
        _change(conn, _numbers(conn, [_touches(ids)]), {"state": "withdrawn", **_EMPTIED}, now)


def show_again(conn: Connection, first_id: int, second_id: int | None, now: datetime) -> None:
    """Give the proposed candidates between two partners (or of one with all) new numbers.

    A gateway that read past them while they were kept from it is told of them now. Call it in the transaction that
    makes the two comparable again.
    """
    mine = select(records.c.id).where(records.c.partner_id == first_id)
    theirs = select(records.c.id)
    if second_id is not None:
        theirs = theirs.where(records.c.partner_id == second_id)
    between = or_(
        candidates.c.missing_id.in_(mine) & candidates.c.found_id.in_(theirs),
        candidates.c.missing_id.in_(theirs) & candidates.c.found_id.in_(mine),
    )
    _change(conn, _numbers(conn, [candidates.c.state == "proposed", between]), {}, now)


def _numbers(conn: Connection, conditions: list[Any]) -> list[int]:
    counters.hold(conn, counters.CANDIDATES)
    return list(conn.execute(select(candidates.c.id).where(*conditions).order_by(candidates.c.id)).scalars())


def _change(conn: Connection, ids: Sequence[int], values: dict[str, Any], now: datetime) -> None:
    if not ids:
        return
    first = counters.next_numbers(conn, counters.CANDIDATES, len(ids))
    statement = update(candidates).where(candidates.c.id == bindparam("candidate_id"))
    statement = statement.values(**values, sequence=bindparam("new_sequence"), changed_at=now)
    conn.execute(statement, [{"candidate_id": id_, "new_sequence": first + at} for at, id_ in enumerate(ids)])


def _touches(ids: Sequence[int]) -> Any:
    return or_(candidates.c.missing_id.in_(ids), candidates.c.found_id.in_(ids))


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE)]


def _shown(row: Any) -> ShownCandidate:
    levels = [(str(what), str(level)) for what, level in json.loads(row["levels"])]
    return ShownCandidate(**{**row, "levels": levels})
