"""SQLite as a service's database: one file, many readers, one writer at a time."""

import errno
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from api.service.storage_errors import StorageError, StorageFullError, translated
from api.service.transactions import MIGRATE, MODE, READ, WRITE

# A transaction that begins by reading and then writes fails at once when another wrote meanwhile, whatever the
# time-out: waiting could not help it. So one that will write takes the lock at its beginning.
_BEGIN = {READ: "BEGIN", WRITE: "BEGIN IMMEDIATE", MIGRATE: "BEGIN IMMEDIATE"}

# Both pragmas do nothing inside a transaction. Rebuilding a table drops the old one, which with keys enforced would
# delete every row that points to it.
# A writer keeps up to 64 MiB of pages, everybody else SQLite's usual 2: when the pages of all indexes that a night's
# candidates stand in do not fit, they are written and read back again and again (measured: a third of the speed).
_BEFORE = {
    READ: "PRAGMA query_only = ON; PRAGMA cache_size = -2000",
    WRITE: "PRAGMA query_only = OFF; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536",
    MIGRATE: "PRAGMA query_only = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536",
}


def engine(path: Path, busy_seconds: float) -> Engine:
    """An engine on a file, which is made with mode 0600 when it is not there (its -wal and -shm files inherit that).

    Raises:
        StorageError: the file cannot be opened or is no database.
    """
    _make_private(path)
    made = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_seconds},
        pool_size=10,
        max_overflow=20,
        pool_timeout=busy_seconds,
        hide_parameters=True,
    )
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    with translated():
        made.connect().close()
    return made


def check_foreign_keys(connection: Connection) -> None:
    """Refuse to commit rows that point nowhere.

    Raises:
        StorageError: names the tables.
    """
    tables = sorted({row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))})
    if tables:
        raise StorageError(f"After the migration rows of {', '.join(tables)} point nowhere; it was undone: report it.")


def compact(made: Engine) -> bool:
    """Write the file anew without its free places, and empty the log beside it; False when somebody read meanwhile.

    Nobody else can write while it lasts.

    Raises:
        StorageError: the database failed, or somebody else went on writing.
    """
    with translated(), made.connect() as connection:
        raw = connection.connection.cursor()
        for pragma in ("query_only = OFF", "cache_size = -65536"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("VACUUM")
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        raw.close()
    return not busy


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError("The disk is full and the SQLite database cannot be made; make room.") from None
        raise StorageError(f"The SQLite database cannot be made ({error.strerror}); check its folder.") from None


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN comes before INSERT and never before SELECT; with None, only SQLAlchemy begins.
    connection.isolation_level = None
    # What is erased must not stay in the free places of the file; builds of SQLite differ in whether they see to it.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get(MODE, WRITE)
    raw = connection.connection.cursor()
    for pragma in _BEFORE[mode].split(";"):
        raw.execute(pragma)
    raw.close()
    connection.exec_driver_sql(_BEGIN[mode])
