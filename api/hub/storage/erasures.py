"""Where the audit log tells of the erasure of a record."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from api.hub.storage.matching import ERASED
from api.hub.storage.tables import records


def set_leaf(conn: Connection, partner_id: int, ref: str, leaf: int) -> None:
    """Remember the leaf of an erased ref, in every epoch that has none yet."""
    erased = (records.c.partner_id == partner_id) & (records.c.ref == ref) & (records.c.state == ERASED)
    conn.execute(update(records).where(erased, records.c.erased_leaf.is_(None)).values(erased_leaf=leaf))


def leaf_of(conn: Connection, partner_id: int, ref: str) -> int | None:
    """The first leaf that tells of the erasure of a partner's ref."""
    erased = (records.c.partner_id == partner_id) & (records.c.ref == ref) & (records.c.state == ERASED)
    return conn.execute(select(func.min(records.c.erased_leaf)).where(erased)).scalar()


def without_leaf(conn: Connection, partner_id: int, refs: Sequence[str]) -> list[str]:
    """Those of a partner's erased refs whose erasure no leaf tells of yet."""
    return [ref for ref in refs if leaf_of(conn, partner_id, ref) is None]
