"""One cross-match of a partition at a time: two would tear each other's ledger."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from api.hub.crossmatching.errors import CrossMatchError
from api.service.database import Database

# Any number that no other program of the same database uses; the letters of "cross".
_LOCK = 0x63726F7373


@contextmanager
def alone(database: Database, folder: Path, partition_id: int) -> Iterator[None]:
    """Be the only run of a partition, on this machine and on this database; ends with the process, however that ends.

    Raises:
        CrossMatchError: another process runs one.
    """
    with _only_here(folder, partition_id):
        if database.dialect == "sqlite":
            yield
            return
        # Held by a transaction that does nothing else: the server lets go of it when the connection breaks.
        with database.read() as conn:
            statement = text("SELECT pg_try_advisory_xact_lock(:lock, :partition)")
            numbers = {"lock": _LOCK & 0x7FFFFFFF, "partition": partition_id}
            if not conn.execute(statement, numbers).scalar_one():
                raise _taken(partition_id)
            yield


@contextmanager
def _only_here(folder: Path, partition_id: int) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / f"crossmatch-{partition_id}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise _taken(partition_id) from None
    try:
        yield
    finally:
        os.close(descriptor)


def is_free(folder: Path, partition_id: int) -> bool:
    """Whether no process of this machine runs a cross-match of the partition."""
    try:
        with _only_here(folder, partition_id):
            return True
    except CrossMatchError:
        return False


def _taken(partition_id: int) -> CrossMatchError:
    return CrossMatchError(f"A cross-match of partition {partition_id} is running already; wait for its end.")
