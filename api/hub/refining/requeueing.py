"""What a cross-match does in a partition that is compared under masks: see that every record was planned."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.hub.storage import comparisons, plans
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.matching import ACTIVE, pending_count
from api.hub.storage.partitions import Partition
from api.hub.storage.records import queue_new
from api.hub.storage.tables import records
from api.service.database import Database
from matcher.views import Kind


@dataclass(frozen=True)
class Requeued:
    """Records of a partition that were queued now, those that wait altogether, and parts that gateways owe."""

    partition: int
    profile: str
    queued: int
    pending: int
    parts: int

    @property
    def line(self) -> str:
        """In one sentence."""
        new = f"{self.queued:,} record(s) queued that had not been planned, " if self.queued else ""
        return (
            f"Partition {self.partition} ({self.profile}) is compared under masks as records arrive: {new}"
            f"{self.pending:,} in the queue, {self.parts:,} answer(s) of gateways awaited."
        )

    def document(self) -> dict[str, object]:
        """For programs."""
        return {
            "partition": self.partition, "profile": self.profile, "queued": self.queued, "pending": self.pending,
            "awaited": self.parts,
        }  # fmt: skip


def requeue(database: Database, partition: Partition, *, full: bool) -> Requeued:
    """Queue records whose present version was never planned; with `full` every missing report too.

    The running hub plans them. What is compared again comes out the same, and its gateways answer the same bytes.

    Raises:
        StorageError: the database failed.
    """
    return database.retrying(lambda conn: _requeue(conn, partition, full=full))


def _requeue(conn: Connection, partition: Partition, *, full: bool) -> Requeued:
    hold(conn, RECORDS)
    before = pending_count(conn, partition.id)
    chosen = plans.unplanned(conn, partition.id)
    if full:
        chosen = sorted({*chosen, *_reports(conn, partition.id)})
    queue_new(conn, chosen)
    after = pending_count(conn, partition.id)
    awaited = sum(row.parts for row in comparisons.waiting(conn) if row.partition_id == partition.id)
    return Requeued(partition.id, partition.profile, after - before, after, awaited)


def _reports(conn: Connection, partition_id: int) -> list[int]:
    query = select(records.c.id).where(
        records.c.partition_id == partition_id, records.c.state == ACTIVE, records.c.kind == int(Kind.MISSING)
    )  # fmt: skip
    return list(conn.execute(query).scalars())
