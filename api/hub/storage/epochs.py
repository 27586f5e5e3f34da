"""The same records in other epochs of their linkage domain: a record is a partner's ref, whatever key encoded it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, and_, exists, select, update

from api.hub.storage.holds import held_among
from api.hub.storage.matching import in_parts
from api.hub.storage.tables import partitions, records
from matcher.photos import UNKNOWN_BAND

_IDS_AT_ONCE = 500
_CONTENT = ("sex", "birth_first", "birth_last", "event", "presence", "codes")
# Beside them stay the ref, version and state; what quotas and probing count by, until it is purged; and the day of
# expiry, on which the hub lets go of a case that nobody carries on.


@dataclass(frozen=True)
class Epochs:
    """The other partitions of a partition's domain: those opened before it, and open ones that came after it."""

    older: tuple[int, ...] = ()
    newer: tuple[int, ...] = ()

    @property
    def others(self) -> tuple[int, ...]:
        """All of them."""
        return self.older + self.newer


class Twin(NamedTuple):
    """A record, `of`, with its version there, and the same partner's record of the same ref in another partition."""

    of: int
    of_version: int
    id: int
    partition_id: int
    version: int
    state: str


def epochs_of(conn: Connection, partition_id: int) -> Epochs:
    """The partitions that came before an open partition and after it; none of a closed one, which is matched no longer.

    The older ones may be closed: a record of theirs may come into the next epoch late.
    """
    asked = partitions.alias("asked")
    query = (
        select(partitions.c.id, partitions.c.state)
        .join_from(partitions, asked, asked.c.domain == partitions.c.domain)
        .where(asked.c.id == partition_id, asked.c.state == "open", partitions.c.id != partition_id)
        .order_by(partitions.c.id)
    )
    found = [(int(row.id), row.state) for row in conn.execute(query)]
    older = tuple(number for number, _ in found if number < partition_id)
    newer = tuple(number for number, state in found if number > partition_id and state == "open")
    return Epochs(older, newer)


def twins(conn: Connection, record_ids: Iterable[int], partition_ids: Sequence[int]) -> list[Twin]:
    """What these records are in other partitions, by record and partition."""
    mine, same = records.alias("mine"), records.alias("same")
    columns = (
        mine.c.id.label("of"), mine.c.version.label("of_version"), same.c.id, same.c.partition_id, same.c.version,
        same.c.state,
    )  # fmt: skip
    of_one_ref = and_(mine.c.partner_id == same.c.partner_id, mine.c.ref == same.c.ref)
    found: list[Twin] = []
    if partition_ids:
        for part in in_parts(sorted(set(record_ids)), _IDS_AT_ONCE):
            query = select(*columns).join_from(mine, same, of_one_ref)
            query = query.where(mine.c.id.in_(part), same.c.partition_id.in_(partition_ids))
            found += [Twin._make(row) for row in conn.execute(query.order_by(mine.c.id, same.c.partition_id))]
    return found


def encoded(conn: Connection, partition_id: int, after: int, limit: int) -> list[tuple[int, int]]:
    """Number and sequence of a partition's records that still have codes, beginning after a sequence number."""
    query = select(records.c.id, records.c.sequence).where(
        records.c.partition_id == partition_id, records.c.sequence > after, records.c.codes.is_not(None)
    )  # fmt: skip
    return [(row[0], row[1]) for row in conn.execute(query.order_by(records.c.sequence).limit(limit))]


def held_here_alone(conn: Connection, record_ids: Sequence[int]) -> set[int]:
    """Those of the records that a legal hold keeps, and of which no newer partition has codes."""
    held = sorted(held_among(conn, record_ids))
    later = records.alias("later")
    same = and_(later.c.partner_id == records.c.partner_id, later.c.ref == records.c.ref)
    newer = exists().where(same, later.c.partition_id > records.c.partition_id, later.c.codes.is_not(None))
    parts = (select(records.c.id).where(records.c.id.in_(part), ~newer) for part in in_parts(held))
    return {int(number) for query in parts for number in conn.execute(query).scalars()}


def empty(conn: Connection, record_ids: Sequence[int], digest: bytes) -> None:
    """Let no code and no open attribute of these records stay; their versions and states do, for a case may go on.

    `digest` stands for their content from now on, bytes (32,): the old one is a hash of the codes.
    """
    for part in in_parts(record_ids):
        values = {**dict.fromkeys(_CONTENT), "photo_age": UNKNOWN_BAND, "digest": digest}
        conn.execute(update(records).where(records.c.id.in_(part)).values(values))
