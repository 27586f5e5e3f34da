"""Records as the intake and the partners' gateways see them; the matcher reads codes in `matching`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, literal, select, update

from api.hub.storage.prepared import Prepared
from api.hub.storage.tables import partitions, pending, records
from api.service.statements import insert as insert_or_ignore

_REFS_AT_ONCE = 1000
_STATES = ("erased", "withdrawn", "active")


@dataclass(frozen=True)
class StandingRecord:
    """A record as the hub has it, without its codes. `kind` is a matcher.views.Kind, None when never sent."""

    id: int
    partition_id: int
    domain: str
    ref: str
    kind: int | None
    version: int
    state: str
    digest: bytes | None
    entered_at: datetime | None


_KNOWN = [records.c[name] for name in StandingRecord.__dataclass_fields__ if name != "domain"]
_STANDING = (
    select(*_KNOWN, partitions.c.domain)
    .join_from(records, partitions)
    .where(records.c.partner_id == bindparam("owner"), records.c.ref.in_(bindparam("refs", expanding=True)))
)
_INSERT = insert(records).returning(records.c.id)
_UNQUEUE = delete(pending).where(pending.c.record_id.in_(bindparam("ids", expanding=True)))


def _queue_where(conn: Connection, condition: Any) -> Any:
    in_open = records.c.partition_id.in_(select(partitions.c.id).where(partitions.c.state == "open"))
    waiting = select(records.c.id, records.c.partition_id, records.c.sequence).where(
        condition, records.c.state == "active", in_open
    )
    statement = insert_or_ignore(conn, pending).from_select(["record_id", "partition_id", "sequence"], waiting)
    return statement.on_conflict_do_nothing()


_QUEUE = Prepared(lambda conn: _queue_where(conn, records.c.id.in_(bindparam("ids", expanding=True))))


def standing(conn: Connection, partner_id: int, refs: Sequence[str]) -> list[StandingRecord]:
    """What the hub has of these refs of a partner, in every partition."""
    found = []
    for start in range(0, len(refs), _REFS_AT_ONCE):
        wanted = {"owner": partner_id, "refs": refs[start : start + _REFS_AT_ONCE]}
        found += [StandingRecord(**row._mapping) for row in conn.execute(_STANDING, wanted)]
    return found


def insert_records(conn: Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Store new records, all with the same columns; their numbers in no particular order."""
    if not rows:
        return []
    return list(conn.execute(_INSERT, list(rows)).scalars())


def update_records(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Set columns of records: `id` says which, the other keys (the same in all rows) what."""
    if not rows:
        return
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
    statement = update(records).where(records.c.id == bindparam("new_id")).values(columns)
    conn.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in rows])


def queue(conn: Connection, record_ids: Sequence[int]) -> None:
    """Let these records wait for their match anew when they are active, and no longer when they are not."""
    if not record_ids:
        return
    conn.execute(_UNQUEUE, {"ids": record_ids})
    queue_new(conn, record_ids)


def queue_new(conn: Connection, record_ids: Sequence[int]) -> None:
    """As `queue`, for records that do not wait yet."""
    if record_ids:
        conn.execute(_QUEUE(conn), {"ids": record_ids})


def queue_all_of(conn: Connection, partner_id: int) -> None:
    """Let every active record of a partner wait for its match, in the order of their last changes."""
    conn.execute(_queue_where(conn, records.c.partner_id == partner_id))


def _by_ref(partner_id: int, partition_id: int | None = None) -> Any:
    """One row a ref: its highest version, and the liveliest of its states in the open partitions (2 is active)."""
    liveliness = case((records.c.state == "active", 2), (records.c.state == "erased", 0), else_=1)
    found = (
        select(records.c.ref, func.max(records.c.version).label("version"), func.max(liveliness).label("state"))
        .join_from(records, partitions)
        .where(records.c.partner_id == partner_id, partitions.c.state == "open")
        .group_by(records.c.ref)
    )
    return found if partition_id is None else found.where(records.c.partition_id == partition_id)


def holdings(
    conn: Connection, partner_id: int, after: str, limit: int, partition_id: int | None = None
) -> list[tuple[str, int, str]]:
    """Ref, version and state (active, withdrawn or erased) of a partner's records, by ref, beginning after one.

    Over all open partitions, or in one of them.
    """
    query = _by_ref(partner_id, partition_id).where(records.c.ref > literal(after))
    found = conn.execute(query.order_by(records.c.ref).limit(limit))
    return [(row.ref, row.version, _STATES[row.state]) for row in found]


def holding_counts(conn: Connection, partner_id: int, partition_id: int | None = None) -> dict[str, int]:
    """How many of a partner's refs are active, withdrawn and erased; over all open partitions, or in one of them."""
    by_ref = _by_ref(partner_id, partition_id).subquery()
    found = dict(_pairs(conn.execute(select(by_ref.c.state, func.count()).group_by(by_ref.c.state))))
    return {name: found.get(number, 0) for number, name in reversed(list(enumerate(_STATES)))}


def _pairs(rows: Iterable[Any]) -> list[tuple[int, int]]:
    return [(int(first), int(second)) for first, second in rows]
