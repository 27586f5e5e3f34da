"""Legal holds on own records, and proofs of erasure. Runs on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update

from api.holder.storage.records import ERASED
from api.holder.storage.tables import outbox, records

_PROVED = '{"proof"%'


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record on hold; `sealed` is the vault's."""

    ref: str
    since: datetime
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ErasedRecord:
    """A record that the hub has erased, and of which no proof is here."""

    id: int
    ref: str


def place(conn: Connection, record_id: int, since: datetime | None, sealed: bytes | None) -> None:
    """Hold a record that the transaction has locked, or with None no longer."""
    conn.execute(update(records).where(records.c.id == record_id).values(held_since=since, hold_sealed=sealed))


def of_record(conn: Connection, record_id: int) -> HeldRecord | None:
    """The hold on a record, or None."""
    wanted = select(records.c.ref, records.c.held_since, records.c.hold_sealed)
    row = conn.execute(wanted.where(records.c.id == record_id, records.c.held_since.is_not(None))).first()
    return None if row is None else HeldRecord(row.ref, row.held_since, row.hold_sealed)


def shared(conn: Connection) -> Sequence[HeldRecord]:
    """All holds on records that the hub may have, by ref."""
    wanted = (
        select(records.c.ref, records.c.held_since, records.c.hold_sealed)
        .join_from(records, outbox, outbox.c.record_id == records.c.id)
        .where(records.c.held_since.is_not(None), outbox.c.ever_sent.is_(True))
        .order_by(records.c.ref)
    )
    return [HeldRecord(row.ref, row.held_since, row.hold_sealed) for row in conn.execute(wanted)]


def refused_erasures(conn: Connection) -> Sequence[tuple[str, int, int]]:
    """Ref, id and version of erased records that the hub would not erase for a hold that it knew of."""
    wanted = (
        select(records.c.ref, records.c.id, outbox.c.version)
        .join_from(records, outbox, outbox.c.record_id == records.c.id)
        .where(outbox.c.action == "erase", outbox.c.state == "refused", outbox.c.reason == "on-hold")
    )
    return [(row.ref, row.id, row.version) for row in conn.execute(wanted)]


def unproved(conn: Connection, after_id: int, limit: int) -> Sequence[ErasedRecord]:
    """Erased records above an id that the hub says to have erased and of which no proof is here yet."""
    arrived = and_(outbox.c.action == "erase", outbox.c.state == "arrived")
    lacking = or_(records.c.erasure_proof.is_(None), ~records.c.erasure_proof.like(_PROVED))
    wanted = (
        select(records.c.id, records.c.ref)
        .join_from(records, outbox, outbox.c.record_id == records.c.id)
        .where(records.c.state == ERASED, arrived, lacking, records.c.id > after_id)
        .order_by(records.c.id)
        .limit(limit)
    )
    return [ErasedRecord(row.id, row.ref) for row in conn.execute(wanted)]


def keep_proof(conn: Connection, record_id: int, proof: str) -> None:
    """Keep a proof of erasure (JSON that begins with `proof`), or why there is none."""
    conn.execute(update(records).where(records.c.id == record_id).values(erasure_proof=proof))


def proof_of(conn: Connection, record_id: int) -> str | None:
    """What is kept of a record's erasure, or None."""
    return conn.execute(select(records.c.erasure_proof).where(records.c.id == record_id)).scalar()
