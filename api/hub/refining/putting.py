"""Planned comparisons brought into the database, together with the records' places in the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, func, select

from api.hub.matching.agreed import Matrix
from api.hub.matching.following import follow
from api.hub.matching.options import MatchingOptions
from api.hub.matching.steps import proposing
from api.hub.matching.storing import Matched, Stored, store
from api.hub.storage import comparisons, plans
from api.hub.storage.agreements import agreement_matrix
from api.hub.storage.comparisons import Planned
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.matched import StoredCandidate
from api.hub.storage.matching import ACTIVE, StoredRecord, in_parts, leave_queue
from api.hub.storage.tables import records
from matcher.views import Kind

Key = tuple[int, int]
_PRESENCE_BYTES = 2


@dataclass(frozen=True)
class Choice:
    """What was chosen for some records of the queue.

    records   the planned records
    asked     numbers of those that each is to be compared with, by its number
    former    candidates of earlier versions of them
    sequence  the index held the changes up to this one
    """

    records: Sequence[StoredRecord]
    asked: Mapping[int, Sequence[int]]
    former: Mapping[Key, StoredCandidate]
    sequence: int


class _Known(NamedTuple):
    """A record that is active and as the index saw it."""

    partner_id: int
    version: int
    rows: int


def put(
    conn: Connection, *, choice: Choice, partition_id: int, model_id: int, matrix: Matrix, options: MatchingOptions,
    now: datetime,
) -> Stored:  # fmt: skip
    """Store comparisons in this write transaction, unless agreements or partners changed since the search.

    Doing it twice changes nothing the second time. A pair that waits already, of the same versions, is not doubled.
    """
    hold(conn, RECORDS)
    if not np.array_equal(agreement_matrix(conn, now.date(), options.within_country), matrix):
        return Stored(0, 0, 0, frozenset())
    numbers = [record.id for record in choice.records]
    known = _current(conn, choice)
    pairs = _pairs(choice, known)
    fallen = frozenset(key for key in choice.former if not set(key).isdisjoint(numbers)) - set(pairs)
    without = Matched(
        partition_id, model_id, choice.sequence, [], [], [], matrix, complete=True, fallen=fallen,
        how=proposing(options),
    )  # fmt: skip
    news = store(conn, without, now)
    follow(conn, partition_id, numbers)
    comparisons.drop_outdated(conn, numbers)
    there = comparisons.of_records(conn, numbers)
    comparisons.add(conn, partition_id, [_planned(key, known) for key in pairs if key not in there], now)
    plans.set_planned(conn, {number: known[number].version for number in numbers if number in known}, now)
    leave_queue(conn, numbers, choice.sequence)
    partners = {known[number].partner_id for key in pairs for number in key}
    return Stored(0, 0, news.withdrawn, news.custodians | partners)


def _current(conn: Connection, choice: Choice) -> dict[int, _Known]:
    """The planned records and those chosen for them, as far as they are active and as the index saw them."""
    ids = {number for record in choice.records for number in (record.id, *choice.asked.get(record.id, ()))}
    found: dict[int, _Known] = {}
    columns = (records.c.id, records.c.partner_id, records.c.version, func.length(records.c.presence))
    for part in in_parts(sorted(ids)):
        seen = (records.c.id.in_(part), records.c.state == ACTIVE, records.c.sequence <= choice.sequence)
        for number, partner, version, presence in conn.execute(select(*columns).where(*seen)):
            found[number] = _Known(partner, version, presence // _PRESENCE_BYTES)
    return found


def _pairs(choice: Choice, known: Mapping[int, _Known]) -> list[Key]:
    """Missing and found record of every pair, each once, in the order in which they were chosen."""
    pairs = {
        (record.id, other) if record.kind == Kind.MISSING else (other, record.id): None
        for record in choice.records if record.id in known
        for other in choice.asked.get(record.id, ()) if other in known
    }  # fmt: skip
    return list(pairs)


def _planned(key: Key, known: Mapping[int, _Known]) -> Planned:
    missing, found = known[key[0]], known[key[1]]
    return Planned(
        *key, missing.version, found.version, missing.partner_id, found.partner_id, missing.rows, found.rows
    )  # fmt: skip
