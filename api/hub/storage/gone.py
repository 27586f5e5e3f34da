"""How far changes of records were followed up: candidates are taken back after the fact, and none is missed."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from api.hub.storage.tables import counters, records
from api.service.statements import insert


class ChangedRecord(NamedTuple):
    """A record with its last change."""

    id: int
    version: int
    state: str
    sequence: int


def followed_up(conn: Connection, partition_id: int) -> int:
    """The sequence number up to which the changes of a partition's records were followed up."""
    return int(conn.execute(select(counters.c.value).where(counters.c.name == _name(partition_id))).scalar() or 0)


def set_followed_up(conn: Connection, partition_id: int, sequence: int) -> None:
    """Remember it; call it in the transaction of what was done."""
    statement = insert(conn, counters).values(name=_name(partition_id), value=sequence)
    conn.execute(statement.on_conflict_do_update(index_elements=[counters.c.name], set_={"value": sequence}))


def changed_after(conn: Connection, partition_id: int, sequence: int, limit: int) -> list[ChangedRecord]:
    """Records of a partition that changed after a sequence number, oldest change first, without their codes."""
    columns = [records.c[name] for name in ChangedRecord._fields]
    query = select(*columns).where(records.c.partition_id == partition_id, records.c.sequence > sequence)
    return [ChangedRecord._make(row) for row in conn.execute(query.order_by(records.c.sequence).limit(limit))]


def _name(partition_id: int) -> str:
    return f"followed-up-{partition_id}"
