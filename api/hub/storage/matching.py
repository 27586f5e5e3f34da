"""Records as the matcher reads them, and the queue of those that wait for it."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from api.hub.storage.counters import RECORDS, next_numbers
from api.hub.storage.tables import counters, partitions, pending, records
from api.service.statements import insert
from matcher.views import Kind

T = TypeVar("T")

HISTORY = "history"
"""Name among the counters of a number that is no count: it tells one life of a database from another."""
ACTIVE, EXPIRED, ERASED = "active", "expired", "erased"

_IDS_A_QUERY = 1_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class StoredRecord(NamedTuple):
    """A record with its codes as the database has them (see tables.records)."""

    id: int
    partner_id: int
    kind: int
    version: int
    state: str
    sequence: int
    sex: int
    birth_first: int | None
    birth_last: int | None
    event: int | None
    photo_age: int
    presence: bytes
    codes: bytes

    def __repr__(self) -> str:
        """No code."""
        return f"StoredRecord({self.state})"


class Standing(NamedTuple):
    """What a record is at present, without its codes."""

    id: int
    partner_id: int
    version: int
    state: str
    sequence: int


_RECORD = [records.c[name] for name in StoredRecord._fields]
_STANDING = [records.c[name] for name in Standing._fields]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def in_parts(values: Sequence[T], size: int = _IDS_A_QUERY) -> Iterator[Sequence[T]]:
    """The values in slices that fit into the parameters of one statement."""
    for first in range(0, len(values), size):
        yield values[first : first + size]


def history(conn: Connection) -> int:
    """The number of this database's history; drawn by `renew_history`, 0 before."""
    return int(conn.execute(select(counters.c.value).where(counters.c.name == HISTORY)).scalar() or 0)


def renew_history(conn: Connection) -> int:
    """Begin another history: index snapshots taken before belong to a database that is no more."""
    fresh = secrets.randbits(62) | 1
    statement = insert(conn, counters).values(name=HISTORY, value=fresh)
    conn.execute(statement.on_conflict_do_update(index_elements=[counters.c.name], set_={"value": fresh}))
    return fresh


def last_sequence(conn: Connection) -> int:
    """The last number that a change of a record took."""
    return int(conn.execute(select(counters.c.value).where(counters.c.name == RECORDS)).scalar() or 0)


def changes_after(conn: Connection, partition_id: int, sequence: int, limit: int) -> list[StoredRecord]:
    """Records of a partition that changed after a sequence number, oldest change first."""
    query = select(*_RECORD).where(records.c.partition_id == partition_id, records.c.sequence > sequence)
    return _records(conn, query.order_by(records.c.sequence).limit(limit))


def changed_between(conn: Connection, partition_id: int, after: int, until: int) -> list[int]:
    """Numbers of the records of a partition whose last change lies above `after` and not above `until`."""
    query = select(records.c.id).where(
        records.c.partition_id == partition_id, records.c.sequence > after, records.c.sequence <= until
    )  # fmt: skip
    return list(conn.execute(query).scalars())


def active_groups(conn: Connection, partition_id: int) -> list[tuple[int, int, int]]:
    """Kind, partner and number of the active records of a partition, by kind and partner."""
    columns = (records.c.kind, records.c.partner_id)
    query = select(*columns, func.count()).where(records.c.partition_id == partition_id, records.c.state == ACTIVE)
    return [(row[0], row[1], row[2]) for row in conn.execute(query.group_by(*columns).order_by(*columns))]


def active_counts(conn: Connection, partition_id: int) -> dict[Kind, int]:
    """Number of active records of each kind."""
    counts = dict.fromkeys(Kind, 0)
    for kind, _, count in active_groups(conn, partition_id):
        counts[Kind(kind)] += count
    return counts


def active_records(conn: Connection, partition_id: int) -> Iterator[StoredRecord]:
    """All active records of a partition in no order, a stream of one query: one moment on either database."""
    query = select(*_RECORD).where(records.c.partition_id == partition_id, records.c.state == ACTIVE)
    with conn.execute(query, execution_options={"yield_per": _IDS_A_QUERY}) as result:
        for row in result:
            yield StoredRecord._make(row)


def records_by_id(conn: Connection, ids: Sequence[int]) -> list[StoredRecord]:
    """The records of these numbers, by number."""
    return [record for part in in_parts(ids) for record in _records(
        conn, select(*_RECORD).where(records.c.id.in_(part)).order_by(records.c.id)
    )]  # fmt: skip


def standings(conn: Connection, ids: Sequence[int]) -> dict[int, Standing]:
    """What these records are at present, by number."""
    queries = (select(*_STANDING).where(records.c.id.in_(part)) for part in in_parts(ids))
    return {row.id: Standing._make(row) for query in queries for row in conn.execute(query)}


def last_erasure(conn: Connection, partition_id: int) -> int:
    """Sequence number of the last erasure in a partition, 0 when there was none."""
    erased = (records.c.state == ERASED) & (records.c.partition_id == partition_id)
    return int(conn.execute(select(func.max(records.c.sequence)).where(erased)).scalar() or 0)


def pending_records(conn: Connection, partition_id: int, until: int, limit: int) -> list[StoredRecord]:
    """Active records that wait and have not changed after sequence `until`: half of them the oldest, half the newest.

    A new report must not stand behind a bulk upload for minutes, nor the upload behind new reports for ever.
    """
    waiting = (
        select(*_RECORD).join(pending, pending.c.record_id == records.c.id)
        .where(pending.c.partition_id == partition_id, records.c.sequence <= until, records.c.state == ACTIVE)
    )  # fmt: skip
    oldest = _records(conn, waiting.order_by(pending.c.sequence).limit(limit))
    if len(oldest) < limit:
        return oldest
    newest = _records(conn, waiting.order_by(pending.c.sequence.desc()).limit(limit // 2))
    chosen = {record.id: record for record in (*oldest[: limit - len(newest)], *newest)}
    return list(chosen.values())


def pending_count(conn: Connection, partition_id: int) -> int:
    """Number of records that wait."""
    return int(conn.execute(select(func.count()).where(pending.c.partition_id == partition_id)).scalar_one())


def leave_queue(conn: Connection, ids: Sequence[int], until: int) -> None:
    """Take records out of the queue unless they were queued again after sequence `until`."""
    for part in in_parts(ids):
        conn.execute(delete(pending).where(pending.c.record_id.in_(part), pending.c.sequence <= until))


def queue_missing(conn: Connection, partner_ids: Sequence[int]) -> None:
    """Queue all active missing records of these partners in open partitions; who waits already keeps its place."""
    open_ones = select(partitions.c.id).where(partitions.c.state == "open")
    chosen = select(records.c.id, records.c.partition_id, records.c.sequence).where(
        records.c.partner_id.in_(partner_ids), records.c.state == ACTIVE, records.c.kind == int(Kind.MISSING),
        records.c.partition_id.in_(open_ones),
    )  # fmt: skip
    statement = insert(conn, pending).from_select(["record_id", "partition_id", "sequence"], chosen)
    conn.execute(statement.on_conflict_do_nothing())


def expired_records(conn: Connection, today: date, limit: int) -> list[int]:
    """Numbers of active records that the hub no longer keeps today."""
    query = select(records.c.id).where(records.c.state == ACTIVE, records.c.expires_on <= day_number(today))
    return list(conn.execute(query.order_by(records.c.id).limit(limit)).scalars())


def set_expired(conn: Connection, ids: Sequence[int]) -> None:
    """Let records be expired from now on: each takes a new sequence number and leaves the queue."""
    first = next_numbers(conn, RECORDS, len(ids))
    statement = update(records).where(records.c.id == bindparam("record")).values(
        state=EXPIRED, sequence=bindparam("number")
    )  # fmt: skip
    if ids:
        conn.execute(statement, [{"record": record, "number": first + place} for place, record in enumerate(ids)])
    for part in in_parts(ids):
        conn.execute(delete(pending).where(pending.c.record_id.in_(part)))


def _records(conn: Connection, query: Select[Any]) -> list[StoredRecord]:
    return [StoredRecord._make(row) for row in conn.execute(query)]
