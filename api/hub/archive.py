"""Backups of the exchange: the database alone, since the index is built again from it."""

from pathlib import Path

from sqlalchemy import Connection, update

from api.hub.storage.counters import CANDIDATES, LINKS, RECORDS
from api.hub.storage.matching import renew_history
from api.hub.storage.schema import metadata
from api.hub.storage.tables import counters
from api.service.archive_format import Manifest
from api.service.archives import Progress, restore_archive, write_archive
from api.service.database import Database

LEAP = 2**28
"""What a restore adds to the counters: gateways have read past numbers that the backup had not given out yet."""


def snapshot(database: Database, path: Path, *, progress: Progress | None = None) -> Manifest:
    """Write the hub's database to one file (see write_archive); the hub may go on working meanwhile."""
    return write_archive(database, metadata, path, progress=progress)


def restore(database: Database, path: Path, *, progress: Progress | None = None) -> Manifest:
    """Put such a file into an empty database of this release (see restore_archive), and begin a new history.

    Index snapshots of the former history are never used again. Every change from now on has a higher number than any
    that a gateway has seen.
    """
    return restore_archive(database, metadata, path, progress=progress, finish=_begin_again)


def _begin_again(connection: Connection) -> None:
    renew_history(connection)
    numbers = counters.c.name.in_((RECORDS, CANDIDATES, LINKS))
    connection.execute(update(counters).where(numbers).values(value=counters.c.value + LEAP))
