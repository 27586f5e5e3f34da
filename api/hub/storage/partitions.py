"""Partitions: what is compared at all. Records meet only inside one (domain, epoch, profile)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from api.hub.storage.tables import partitions
from matcher.photos import PhotoSpace
from matcher.photos import photo_space as read_space

PartitionState = Literal["open", "closed", "forgotten"]
"""A closed one takes withdrawals and erasures alone, and is not matched; of a forgotten one the codes are gone too."""


@dataclass(frozen=True)
class Partition:
    """One linkage domain in one epoch under one encoding profile.

    Attributes:
        profile_digest: hex digits of the profile's digest.
        key_check: hex digits of the linkage key's check value; None until the key steward's first upload.
        steward_id: the partner whose first upload fixes it, or None when the operator has.
        photo_space: text of the space that its photo codes are of; None until the first of them.
    """

    id: int
    domain: str
    epoch: str
    profile: str
    profile_digest: str
    key_check: str | None
    steward_id: int | None
    model_id: int | None
    state: PartitionState
    photo_space: str | None

    @property
    def space(self) -> PhotoSpace | None:
        """The space that its photo codes are of."""
        return None if self.photo_space is None else read_space(self.photo_space)


_COLUMNS = [partitions.c[name] for name in Partition.__dataclass_fields__]
_OF_DOMAIN = select(*_COLUMNS).where(partitions.c.domain == bindparam("wanted")).order_by(partitions.c.id)


def every_partition(conn: Connection) -> list[Partition]:
    """All partitions in the order they were opened."""
    return [_partition(row) for row in conn.execute(select(*_COLUMNS).order_by(partitions.c.id))]


def open_partitions(conn: Connection) -> list[Partition]:
    """Partitions that take records and are matched."""
    return [partition for partition in every_partition(conn) if partition.state == "open"]


def by_id(conn: Connection, partition_id: int) -> Partition | None:
    """The partition of this number."""
    row = conn.execute(select(*_COLUMNS).where(partitions.c.id == partition_id)).first()
    return None if row is None else _partition(row)


def of_domain(conn: Connection, domain: str) -> list[Partition]:
    """The partitions of one linkage domain."""
    return [_partition(row) for row in conn.execute(_OF_DOMAIN, {"wanted": domain})]


def add(
    conn: Connection, *, domain: str, epoch: str, profile: str, profile_digest: str, key_check: str | None,
    steward_id: int | None, now: datetime,
) -> Partition:  # fmt: skip
    """A new, open partition."""
    statement = insert(partitions).values(
        domain=domain, epoch=epoch, profile=profile, profile_digest=profile_digest, key_check=key_check,
        steward_id=steward_id, state="open", created_at=now,
    )  # fmt: skip
    return _partition(conn.execute(statement.returning(*_COLUMNS)).one())


def close(conn: Connection, partition_id: int) -> None:
    """Take no more records into a partition; one that is closed, or forgotten, stays so."""
    is_open = (partitions.c.id == partition_id) & (partitions.c.state == "open")
    conn.execute(update(partitions).where(is_open).values(state="closed"))


def set_forgotten(conn: Connection, partition_id: int) -> None:
    """Note that no code of a closed partition is left."""
    closed = (partitions.c.id == partition_id) & (partitions.c.state == "closed")
    conn.execute(update(partitions).where(closed).values(state="forgotten"))


def pin_key_check(conn: Connection, partition_id: int, key_check: str) -> None:
    """Fix the linkage key's check value of a partition that has none."""
    unpinned = (partitions.c.id == partition_id) & partitions.c.key_check.is_(None)
    conn.execute(update(partitions).where(unpinned).values(key_check=key_check))


def set_photo_space(conn: Connection, partition_id: int, text: str | None) -> None:
    """Let photo codes be of this space alone, or of whichever comes first; the caller holds the counter of records."""
    conn.execute(update(partitions).where(partitions.c.id == partition_id).values(photo_space=text))


def set_model(conn: Connection, partition_id: int, model_id: int) -> None:
    """Match with this linkage model from now on."""
    conn.execute(update(partitions).where(partitions.c.id == partition_id).values(model_id=model_id))


def _partition(row: Row[Any]) -> Partition:
    return Partition(**row._mapping)
