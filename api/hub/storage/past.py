"""Records that are matched no longer and still count against probing: withdrawn and expired ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from api.hub.storage.matching import ACTIVE, EXPIRED, StoredRecord
from api.hub.storage.tables import records

PAST = ("withdrawn", EXPIRED)
# When the content came; records from before this was noted have only the time of their last change.
_came = func.coalesce(records.c.entered_at, records.c.received_at)
_RECORD = [records.c[name] for name in StoredRecord._fields]

Entered = tuple[StoredRecord, datetime]


def past_records(conn: Connection, partition_id: int, since: datetime) -> list[Entered]:
    """Past records of a partition that still have codes and whose content came after a moment, and when it came."""
    query = _query(partition_id).where(records.c.state.in_(PAST), records.c.codes.is_not(None), _came >= since)
    return _entered(conn.execute(query).all())


def left_after(conn: Connection, partition_id: int, sequence: int) -> list[Entered]:
    """Records of a partition that ceased to be active after a sequence number, erased ones included."""
    query = _query(partition_id).where(records.c.sequence > sequence, records.c.state != ACTIVE)
    return _entered(conn.execute(query.order_by(records.c.sequence)).all())


def _query(partition_id: int) -> Any:
    return select(*_RECORD, _came.label("entered")).where(records.c.partition_id == partition_id)


def _entered(rows: Sequence[Any]) -> list[Entered]:
    return [(StoredRecord._make(row[:-1]), row[-1]) for row in rows]
