"""Which version of a record its comparisons under masks were last planned for."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, select

from api.hub.storage.masked_tables import plans
from api.hub.storage.matching import ACTIVE, in_parts
from api.hub.storage.tables import records
from api.service.statements import insert


def set_planned(conn: Connection, versions: Mapping[int, int], now: datetime) -> None:
    """Remember of records, by number, the versions that their comparisons were planned for."""
    statement = insert(conn, plans).values(
        record_id=bindparam("record"), version=bindparam("planned"), planned_at=bindparam("moment")
    )
    new = {"version": statement.excluded.version, "planned_at": statement.excluded.planned_at}
    statement = statement.on_conflict_do_update(index_elements=[plans.c.record_id], set_=new)
    if versions:
        rows = sorted(versions.items())
        conn.execute(statement, [{"record": record, "planned": version, "moment": now} for record, version in rows])


def unplanned(conn: Connection, partition_id: int) -> list[int]:
    """Active records of a partition whose present version was never planned, by number."""
    planned = and_(plans.c.record_id == records.c.id, plans.c.version == records.c.version)
    query = (
        select(records.c.id).outerjoin_from(records, plans, planned)
        .where(records.c.partition_id == partition_id, records.c.state == ACTIVE, plans.c.record_id.is_(None))
    )  # fmt: skip
    return list(conn.execute(query.order_by(records.c.id)).scalars())


def forget(conn: Connection, record_ids: Sequence[int]) -> None:
    """Remember nothing of these records."""
    for part in in_parts(record_ids):
        conn.execute(delete(plans).where(plans.c.record_id.in_(part)))
