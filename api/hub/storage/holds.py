"""Holds: records that are kept whatever their age."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from api.hub.storage.matching import in_parts
from api.hub.storage.partner_tables import holds
from api.hub.storage.tables import records
from api.service.statements import insert


@dataclass(frozen=True)
class StoredHold:
    """A hold that stands."""

    ref: str
    order_mark: str
    placed_at: datetime


def place(conn: Connection, partner_id: int, ref: str, order_mark: str, now: datetime) -> bool:
    """Hold a record, under another order when one stands; False when this very hold stood already."""
    known = of_partner(conn, partner_id, [ref])
    if known and known[0].order_mark == order_mark:
        return False
    values = {"order_mark": order_mark, "placed_at": now, "lifted_at": None}
    statement = insert(conn, holds).values(partner_id=partner_id, ref=ref, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=[holds.c.partner_id, holds.c.ref], set_=values))
    return True


def lift(conn: Connection, partner_id: int, ref: str, now: datetime) -> StoredHold | None:
    """End a hold; what stood, None when none did."""
    known = of_partner(conn, partner_id, [ref])
    if not known:
        return None
    mine = and_(holds.c.partner_id == partner_id, holds.c.ref == ref)
    conn.execute(update(holds).where(mine).values(lifted_at=now))
    return known[0]


def of_partner(conn: Connection, partner_id: int, refs: Sequence[str] | None = None) -> list[StoredHold]:
    """Holds of a partner that stand, by ref; of these refs when any are named."""
    query = select(holds.c.ref, holds.c.order_mark, holds.c.placed_at).where(
        holds.c.partner_id == partner_id, holds.c.lifted_at.is_(None)
    )
    if refs is None:
        return [StoredHold(**row._mapping) for row in conn.execute(query.order_by(holds.c.ref))]
    rows = [row for part in in_parts(refs) for row in conn.execute(query.where(holds.c.ref.in_(part)))]
    return [StoredHold(**row._mapping) for row in rows]


def held_among(conn: Connection, record_ids: Iterable[int]) -> set[int]:
    """Those of the records that a hold stands on."""
    joined = and_(holds.c.partner_id == records.c.partner_id, holds.c.ref == records.c.ref)
    query = select(records.c.id).join_from(records, holds, joined).where(holds.c.lifted_at.is_(None))
    wanted = sorted(set(record_ids))
    parts = (query.where(records.c.id.in_(part)) for part in in_parts(wanted))
    return {int(found) for part in parts for found in conn.execute(part).scalars()}
