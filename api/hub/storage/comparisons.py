"""Comparisons under masks as they are planned, counted and dropped; `masked_parts` has what gateways send."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, or_, select

from api.hub.storage.bulk import insert_rows
from api.hub.storage.counters import COMPARISONS, next_numbers
from api.hub.storage.joined_comparisons import AS_PLANNED, JOINED, OWNER, SIDES, unsent
from api.hub.storage.masked_tables import comparisons
from api.hub.storage.matching import in_parts


class Planned(NamedTuple):
    """A comparison as it is put in: numbers of records, versions, partners and rows as in the table."""

    missing_id: int
    found_id: int
    missing_version: int
    found_version: int
    reporter_id: int
    custodian_id: int
    missing_rows: int
    found_rows: int


class Waiting(NamedTuple):
    """How many parts of comparisons of a partition a partner has not sent, and since when the oldest is asked for."""

    partition_id: int
    partner_id: int
    parts: int
    oldest: datetime


def add(conn: Connection, partition_id: int, planned: Sequence[Planned], now: datetime) -> None:
    """New comparisons, in this order, each with a number that no other ever had; none of their pairs is there yet."""
    if planned:
        first = next_numbers(conn, COMPARISONS, len(planned))
        columns = {name: [getattr(one, name) for one in planned] for name in Planned._fields}
        shared = {"partition_id": partition_id, "created_at": now}
        insert_rows(conn, comparisons, shared, {**columns, "id": range(first, first + len(planned))})


def of_records(conn: Connection, record_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Missing and found record of all comparisons of these records."""
    query = select(comparisons.c.missing_id, comparisons.c.found_id)
    return {
        (row[0], row[1]) for part in in_parts(record_ids) for side in (comparisons.c.missing_id, comparisons.c.found_id)
        for row in conn.execute(query.where(side.in_(part)))
    }  # fmt: skip


def take(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Remove comparisons; the numbers of those that were there still."""
    gone: set[int] = set()
    for part in in_parts(sorted(ids)):
        statement = delete(comparisons).where(comparisons.c.id.in_(part)).returning(comparisons.c.id)
        gone |= set(conn.execute(statement).scalars())
    return gone


def drop_outdated(conn: Connection, record_ids: Sequence[int]) -> None:
    """Remove comparisons of these records that are not of the present versions of two active records."""
    for part in in_parts(record_ids):
        touching = or_(comparisons.c.missing_id.in_(part), comparisons.c.found_id.in_(part))
        query = select(comparisons.c.id).select_from(JOINED).where(touching, ~AS_PLANNED)
        take(conn, list(conn.execute(query).scalars()))


def drop_of_partition(conn: Connection, partition_id: int, limit: int) -> int:
    """Remove some comparisons of a partition; how many."""
    chosen = select(comparisons.c.id).where(comparisons.c.partition_id == partition_id).limit(limit)
    return len(take(conn, list(conn.execute(chosen).scalars())))


def between(conn: Connection) -> list[tuple[int, int]]:
    """Reporter and custodian of all comparisons, each two once."""
    query = select(comparisons.c.reporter_id, comparisons.c.custodian_id).distinct()
    return [(row[0], row[1]) for row in conn.execute(query)]


def drop_between(conn: Connection, reporter_id: int, custodian_id: int, limit: int) -> int:
    """Remove some comparisons of one partner's reports with another's found records; how many."""
    theirs = (comparisons.c.reporter_id == reporter_id, comparisons.c.custodian_id == custodian_id)
    return len(take(conn, list(conn.execute(select(comparisons.c.id).where(*theirs).limit(limit)).scalars())))


def waiting(conn: Connection) -> list[Waiting]:
    """What waits for whom, by partition and partner."""
    found: dict[tuple[int, int], Waiting] = {}
    for side in SIDES:
        keys = (comparisons.c.partition_id, OWNER[side])
        query = select(*keys, func.count(), func.min(comparisons.c.created_at)).where(unsent(side)).group_by(*keys)
        for partition, partner, parts, oldest in conn.execute(query):
            key, old = (partition, partner), found.get((partition, partner))
            if old is not None:
                parts, oldest = parts + old.parts, min(oldest, old.oldest)
            found[key] = Waiting(*key, parts, oldest)
    return [found[key] for key in sorted(found)]
