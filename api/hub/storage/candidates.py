"""Candidate pairs as partners are shown them, as they decide on them, and as they are taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, or_, select, update

from api.hub.storage import counters
from api.hub.storage.bulk import insert_rows
from api.hub.storage.matching import ACTIVE, in_parts
from api.hub.storage.tables import candidates, records
from api.wire.life import WITHDRAWABLE, CandidateState

NOTHING = {"levels": "[]", "weight": 0, "probability": 0.0, "verdict": "weak", "reason": None, "judged_weight": None}
"""What a pair looks like of which one record was erased."""


@dataclass(frozen=True)
class CandidateRow:
    """A candidate pair with what decides about it (see tables.candidates), and the states of its two records."""

    id: int
    name: str
    sequence: int
    missing_id: int
    found_id: int
    missing_ref: str
    found_ref: str
    missing_version: int
    found_version: int
    reporter_id: int
    custodian_id: int
    weight: int
    verdict: str
    levels: str
    state: CandidateState
    revision: int
    since: datetime
    due_at: datetime | None
    reason: str | None
    released_at: datetime | None
    judged_weight: int | None
    judged_missing_version: int | None
    judged_found_version: int | None
    missing_state: str
    found_state: str

    @property
    def is_active(self) -> bool:
        """Whether both records are matched still."""
        return self.missing_state == self.found_state == ACTIVE

    @property
    def shown_state(self) -> CandidateState:
        """The state as partners see it: a pair of a record that is gone is withdrawn before it is written so."""
        return self.state if self.is_active or self.state not in WITHDRAWABLE else "withdrawn"


_MISSING, _FOUND = records.alias("missing"), records.alias("found")
_OF_RECORDS = {
    "missing_ref": _MISSING.c.ref, "found_ref": _FOUND.c.ref, "missing_state": _MISSING.c.state,
    "found_state": _FOUND.c.state,
}  # fmt: skip
_FIELDS = list(CandidateRow.__dataclass_fields__)
_ROWS = (
    select(*(_OF_RECORDS[name].label(name) if name in _OF_RECORDS else candidates.c[name] for name in _FIELDS))
    .join_from(candidates, _MISSING, candidates.c.missing_id == _MISSING.c.id)
    .join(_FOUND, candidates.c.found_id == _FOUND.c.id)
)
_BY_NAME = _ROWS.where(candidates.c.name == bindparam("wanted"))
_BY_ID = _ROWS.where(candidates.c.id == bindparam("wanted"))


def by_name(conn: Connection, name: str) -> CandidateRow | None:
    """The candidate that gateways know by this name."""
    return _first(conn, _BY_NAME, name)


def by_id(conn: Connection, candidate_id: int) -> CandidateRow | None:
    """The candidate of this number."""
    return _first(conn, _BY_ID, candidate_id)


def of_custodian(
    conn: Connection, custodian_id: int, reporter_ids: Sequence[int], after: int, limit: int, hidden: Any
) -> list[CandidateRow]:
    """Candidates of a custodian's found records with records of these reporters that changed after a number.

    In the order of their changes. A pair whose custodian and reporter may not be compared today is for the caller to
    keep out, by `reporter_ids`.

    Args:
        conn: the read transaction.
        custodian_id: whose found records.
        reporter_ids: whose missing records.
        after: a sequence number.
        limit: most rows.
        hidden: makes of the table of a record the condition that pairs with such a found record are left out.
    """
    mine = (candidates.c.custodian_id == custodian_id, candidates.c.reporter_id.in_(reporter_ids))
    query = _ROWS.where(*mine, candidates.c.sequence > after, ~hidden(_FOUND))
    return _rows(conn, query.order_by(candidates.c.sequence).limit(limit))


def of_reporter(
    conn: Connection, reporter_id: int, custodian_ids: Sequence[int], after: int, limit: int
) -> list[CandidateRow]:
    """Candidates released for a reporter's missing records that changed after a number, in that order."""
    mine = (candidates.c.reporter_id == reporter_id, candidates.c.released_at.is_not(None))
    query = _ROWS.where(*mine, candidates.c.custodian_id.in_(custodian_ids), candidates.c.sequence > after)
    return _rows(conn, query.order_by(candidates.c.sequence).limit(limit))


def step(conn: Connection, candidate_id: int, now: datetime, **values: Any) -> None:
    """Bring a candidate one step further: set columns, and give it a new number."""
    number = counters.next_numbers(conn, counters.CANDIDATES, 1)
    values = {**values, "sequence": number, "changed_at": now}
    conn.execute(update(candidates).where(candidates.c.id == candidate_id).values(**values))


def of_records(conn: Connection, record_ids: Sequence[int]) -> list[CandidateRow]:
    """All candidates of these records, by number."""
    rows = {row.id: row for part in in_parts(record_ids) for row in _rows(conn, _ROWS.where(touches(part)))}
    return [rows[number] for number in sorted(rows)]


def withdraw(conn: Connection, rows: Sequence[CandidateRow], now: datetime, *, emptied: bool = False) -> None:
    """Let candidates be withdrawn from now on, and perhaps let nothing else stay of them.

    The caller has chosen them while it held CANDIDATES.
    """
    values = {"state": "withdrawn", "since": now, "due_at": None, "revision": candidates.c.revision + 1}
    values |= NOTHING if emptied else {}
    _change(conn, [row.id for row in rows], values, now)


def empty(conn: Connection, rows: Sequence[CandidateRow], now: datetime) -> None:
    """Let nothing stay of candidates but their state."""
    _change(conn, [row.id for row in rows], {**NOTHING, "revision": candidates.c.revision + 1}, now)


def tell_again(conn: Connection, rows: Sequence[CandidateRow], now: datetime) -> None:
    """Give candidates new numbers; the caller holds CANDIDATES."""
    _change(conn, [row.id for row in rows], {}, now)


def show_again(conn: Connection, first_id: int, second_id: int | None, now: datetime) -> None:
    """Give the candidates between two partners (or of one with all) new numbers.

    A gateway that read past them while they were kept from it is told of them now. Call it in the transaction that
    makes the two comparable again.
    """
    reporter, custodian = candidates.c.reporter_id, candidates.c.custodian_id
    between = or_(reporter == first_id, custodian == first_id)
    if second_id is not None:
        between = or_(
            (reporter == first_id) & (custodian == second_id), (reporter == second_id) & (custodian == first_id)
        )
    counters.hold(conn, counters.CANDIDATES)
    query = select(candidates.c.id).where(between).order_by(candidates.c.id)
    _change(conn, list(conn.execute(query).scalars()), {}, now)


def show_again_of(conn: Connection, record_ids: Sequence[int], now: datetime) -> None:
    """Give the candidates of these records new numbers: whether their custodians are shown them has changed.

    Not those that were released for one of these reports: their reporter would notice that it is told again.
    """
    counters.hold(conn, counters.CANDIDATES)
    found: set[int] = set()
    for part in in_parts(record_ids):
        unreleased = candidates.c.missing_id.in_(part) & candidates.c.released_at.is_(None)
        mine = unreleased | candidates.c.found_id.in_(part)
        found |= set(conn.execute(select(candidates.c.id).where(mine)).scalars())
    _change(conn, sorted(found), {}, now)


def add(conn: Connection, shared: Mapping[str, Any], columns: Mapping[str, Sequence[Any]], now: datetime) -> None:
    """New candidates; each takes a sequence number.

    Args:
        conn: the write transaction.
        shared: what all of them have in these columns of the table.
        columns: by column what each of them has, in the order of their numbers.
        now: aware.
    """
    count = len(columns["name"])
    if count:
        first = counters.next_numbers(conn, counters.CANDIDATES, count)
        times = {"created_at": now, "changed_at": now}
        insert_rows(conn, candidates, {**shared, **times}, {**columns, "sequence": range(first, first + count)})


def touches(record_ids: Sequence[int]) -> Any:
    """The condition that a candidate is of any of these records."""
    return or_(candidates.c.missing_id.in_(record_ids), candidates.c.found_id.in_(record_ids))


def _change(conn: Connection, ids: Sequence[int], values: dict[str, Any], now: datetime) -> None:
    if not ids:
        return
    first = counters.next_numbers(conn, counters.CANDIDATES, len(ids))
    statement = update(candidates).where(candidates.c.id == bindparam("candidate_id"))
    statement = statement.values(**values, sequence=bindparam("new_sequence"), changed_at=now)
    conn.execute(statement, [{"candidate_id": id_, "new_sequence": first + at} for at, id_ in enumerate(ids)])


def _first(conn: Connection, query: Select[Any], wanted: str | int) -> CandidateRow | None:
    row = conn.execute(query, {"wanted": wanted}).first()
    return None if row is None else _row(row)


def _rows(conn: Connection, query: Select[Any]) -> list[CandidateRow]:
    return [_row(row) for row in conn.execute(query)]


def _row(row: Row[Any]) -> CandidateRow:
    return CandidateRow(**row._mapping)
