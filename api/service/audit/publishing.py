"""Publishing a log's checkpoints seldom, and filled up, so that their sizes do not tell how much was done.

Partners see the sizes. Were they exact, a partner that filed a report could see by the growth of another's log that it
was acted on: so before each checkpoint the log is filled up to a multiple of a block, by at least one entry, whether
anything was done or not.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from api.service.audit import checkpoints, log
from api.service.audit.entries import Entry
from api.service.audit.tables import AuditTables
from api.wire.audit import Checkpoint
from api.wire.request_keys import RequestKey

FILLER: Final = "filler"
"""What an entry tells that is there to be counted only."""


def publish_due(
    conn: Connection, tables: AuditTables, key: RequestKey, origin: str, by: str, *,
    every: timedelta, block: int, now: datetime,
) -> Checkpoint | None:  # fmt: skip
    """A new checkpoint when the last one is as old as that; None when none is due.

    Give it a write transaction of its own, and hand the checkpoint out after the commit only.

    Args:
        conn: that transaction.
        tables: the log.
        key: the log keeper's.
        origin: the name that the checkpoint carries.
        by: who the fillers are by.
        every: least time between two checkpoints.
        block: what published sizes are multiples of.
        now: the present moment.

    Raises:
        StorageError: the log lacks a stored hash.
    """
    last = checkpoints.latest(conn, tables, origin)
    # A last one from the future was signed by a clock that was wrong.
    if last is not None and abs(now - last.at) < every:
        return None
    fill(conn, tables, by, block, now)
    return checkpoints.publish(conn, tables, key, origin, now)


def fill(conn: Connection, tables: AuditTables, by: str, block: int, now: datetime) -> None:
    """Add one filler, and as many more as bring the size to a multiple of `block`.

    Raises:
        StorageError: the log lacks a stored hash.
    """
    # The first one locks the log, so that nobody adds to it before the rest is counted.
    size = log.append(conn, tables, Entry(FILLER, by, now)) + 1
    log.append_all(conn, tables, [Entry(FILLER, by, now) for _ in range(-size % block)])
