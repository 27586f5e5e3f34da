"""Candidates as the matcher writes them; `candidates` holds what partners are shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, and_, column, func, or_, select, values

from api.hub.storage.bulk import update_rows
from api.hub.storage.counters import CANDIDATES, next_numbers
from api.hub.storage.matching import in_parts
from api.hub.storage.tables import candidates, partners
from api.wire.life import CandidateState

PROPOSED = "proposed"
_PAIRS_A_QUERY = 400
_SPANS_A_QUERY = 100


class StoredCandidate(NamedTuple):
    """A candidate pair as it stands (see tables.candidates)."""

    id: int
    name: str
    missing_id: int
    found_id: int
    reporter_id: int
    custodian_id: int
    missing_version: int
    found_version: int
    weight: int
    probability: float
    verdict: str
    levels: str
    model_id: int
    state: CandidateState
    revision: int
    since: datetime
    due_at: datetime | None
    reason: str | None
    released_at: datetime | None
    judged_weight: int | None
    judged_missing_version: int | None
    judged_found_version: int | None


class Corridor(NamedTuple):
    """How many proposed candidates of one verdict there are from one country's reports to another's children."""

    missing: str
    found: str
    verdict: str
    pairs: int


_PAIR = (column("missing_id", Integer), column("found_id", Integer))
_COLUMNS = [candidates.c[name] for name in StoredCandidate._fields]


def candidates_of(
    conn: Connection, missing_ids: Sequence[int], found_ids: Sequence[int]
) -> dict[tuple[int, int], StoredCandidate]:
    """Every candidate, withdrawn ones included, of any of these records, by missing and found record."""
    sides = ((candidates.c.missing_id, missing_ids), (candidates.c.found_id, found_ids))
    found = {}
    for side, ids in sides:
        for part in in_parts(ids):
            for row in conn.execute(select(*_COLUMNS).where(side.in_(part))):
                found[row.missing_id, row.found_id] = StoredCandidate._make(row)
    return found


def candidates_of_pairs(
    conn: Connection, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], StoredCandidate]:
    """The candidates of these pairs of a missing and a found record, withdrawn ones included."""
    found = {}
    for part in in_parts(keys, _PAIRS_A_QUERY):
        # To ask for the pairs by IN lets SQLite read the whole table each time; a join goes by the index.
        wanted = values(*_PAIR, name="wanted").data(part).cte("wanted")
        same = (candidates.c.missing_id == wanted.c.missing_id) & (candidates.c.found_id == wanted.c.found_id)
        for row in conn.execute(select(*_COLUMNS).join_from(wanted, candidates, same)):
            found[row.missing_id, row.found_id] = StoredCandidate._make(row)
    return found


def records_of_changes(conn: Connection, partition_id: int, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Records of the candidates whose last change took a number of these spans, ends not included; rising."""
    found: set[int] = set()
    for part in in_parts(spans, _SPANS_A_QUERY):
        inside = or_(*(and_(candidates.c.sequence >= first, candidates.c.sequence < end) for first, end in part))
        query = select(candidates.c.missing_id, candidates.c.found_id).where(inside)
        for missing, other in conn.execute(query.where(candidates.c.partition_id == partition_id)):
            found |= {missing, other}
    return sorted(found)


def change_candidates(conn: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Set columns of candidates by `id`, the same in all rows; each takes a new sequence number."""
    if rows:
        first = next_numbers(conn, CANDIDATES, len(rows))
        numbers = {"sequence": range(first, first + len(rows))}
        update_rows(conn, candidates, "id", {"changed_at": now}, {**_columns(rows), **numbers})


def update_silently(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of candidates by `id`, the same in all rows, of which no partner needs to hear."""
    if rows:
        update_rows(conn, candidates, "id", {}, _columns(rows))


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def corridors(conn: Connection, partition_id: int) -> list[Corridor]:
    """Proposed candidates of a partition counted by the countries of reporter and custodian, and by verdict."""
    reporter, custodian = partners.alias("reporter"), partners.alias("custodian")
    columns = (reporter.c.country, custodian.c.country, candidates.c.verdict)
    query = (
        select(*columns, func.count())
        .join_from(candidates, reporter, candidates.c.reporter_id == reporter.c.id)
        .join(custodian, candidates.c.custodian_id == custodian.c.id)
        .where(candidates.c.partition_id == partition_id, candidates.c.state == PROPOSED)
        .group_by(*columns).order_by(*columns)
    )  # fmt: skip
    return [Corridor._make(row) for row in conn.execute(query)]
