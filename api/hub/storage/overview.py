"""Counts for the operator: how much there is of what, and how fresh it is. Never for a partner."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from api.hub.storage.tables import candidates, partitions, partners, pending, records


@dataclass(frozen=True)
class RecordCount:
    """Records of one partner in one partition, of one kind in one state. `kind` is None of records never sent."""

    partition_id: int
    partner: str
    kind: int | None
    state: str
    records: int
    last_received: datetime


@dataclass(frozen=True)
class PartitionCount:
    """What waits for its match in one partition, and what was proposed."""

    partition_id: int
    pending: int
    oldest_pending: datetime | None
    proposed: int


def record_counts(conn: Connection) -> list[RecordCount]:
    """By partition, partner, kind and state."""
    keys = [records.c.partition_id, partners.c.name.label("partner"), records.c.kind, records.c.state]
    query = (
        select(*keys, func.count().label("records"), func.max(records.c.received_at).label("last_received"))
        .join_from(records, partners, records.c.partner_id == partners.c.id)
        .group_by(records.c.partition_id, partners.c.name, records.c.kind, records.c.state)
        .order_by(records.c.partition_id, partners.c.name, records.c.kind, records.c.state)
    )
    return [RecordCount(**row._mapping) for row in conn.execute(query)]


def partition_counts(conn: Connection) -> list[PartitionCount]:
    """By partition."""
    waiting = (
        select(pending.c.partition_id, func.count(), func.min(records.c.received_at))
        .join_from(pending, records)
        .group_by(pending.c.partition_id)
    )
    queued = {row[0]: (row[1], row[2]) for row in conn.execute(waiting)}
    of_each = select(candidates.c.partition_id, func.count()).where(candidates.c.state == "proposed")
    proposed = {row[0]: row[1] for row in conn.execute(of_each.group_by(candidates.c.partition_id))}
    ids = conn.execute(select(partitions.c.id).order_by(partitions.c.id)).scalars()
    return [PartitionCount(number, *queued.get(number, (0, None)), proposed.get(number, 0)) for number in ids]
