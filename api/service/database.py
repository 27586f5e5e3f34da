"""One database for a service: SQLite in a file or PostgreSQL by URL, the same transactions on both."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, exc, make_url, text

from api.service import postgresql, sqlite
from api.service.groups import Groups
from api.service.storage_errors import StorageUnavailableError, translated
from api.service.transactions import MIGRATE, MODE, READ, WRITE
from api.service.turns import Turns
from matcher.errors import InputError

T = TypeVar("T")

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05


class Database:
    """A database and its transactions; safe to share between threads. Its repr shows no URL.

    Args:
        engine: an engine made by `open_database`.
        sleep: waits that many seconds; between two attempts of `retrying`.
        jitter: a number from 0 to 1, drawn anew each time, so that rivals do not meet again.
        turns: what this process's writers queue for before they ask the database; None lets them all ask.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        turns: Turns | None = None,
    ) -> None:
        self._engine, self._sleep, self._jitter, self._turns = engine, sleep, jitter, turns
        self._groups = None if turns is None else Groups(turns, lambda: self._began(WRITE))

    def __repr__(self) -> str:
        return f"Database({self.dialect})"

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes: committed at the end of the block, undone as a whole by any exception.

        On SQLite it holds the only write lock from its first line, so keep it short.

        Raises:
            StorageError: see `api.service.storage_errors`.
            sqlalchemy.exc.IntegrityError: a constraint did not hold.
        """
        with self._transaction(WRITE) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads (a statement that writes fails); on SQLite a snapshot that blocks nobody.

        On PostgreSQL each statement sees what is committed when it starts (READ COMMITTED).

        Raises:
            StorageError: see `api.service.storage_errors`.
        """
        with self._transaction(READ) as connection:
            yield connection

    @contextmanager
    def migrate(self) -> Iterator[Connection]:
        """One transaction that may rebuild tables: nobody else migrates meanwhile, and SQLite checks keys at its end.

        Raises:
            StorageError: see `api.service.storage_errors`; also when a foreign key points nowhere afterwards.
        """
        with self._transaction(MIGRATE) as connection:
            yield connection
            if self.dialect == "sqlite":
                sqlite.check_foreign_keys(connection)

    def retrying(self, work: Callable[[Connection], T]) -> T:
        """Run work in a write transaction, again when it was locked out, deadlocked or cut off, at most five times.

        Work must be repeatable: each attempt starts from what is committed. When the connection breaks during the
        commit nobody knows whether it took effect, so work must also notice what it did before (a unique key).

        Raises:
            StorageError: the last attempt failed, or another attempt would fail as well.
            sqlalchemy.exc.IntegrityError: a constraint did not hold.
        """
        return self._repeated(lambda: self._alone(work))

    def together(self, work: Callable[[Connection], T]) -> T:
        """The same as `retrying`, in one transaction with whoever else waits to write at that moment.

        For many short writes at once: on SQLite each commit waits for the disk, and they take turns at it. What one
        raises undoes its own work only. PostgreSQL groups commits by itself, and each has its own transaction there.

        Raises:
            StorageError: see `retrying`.
            sqlalchemy.exc.IntegrityError: a constraint did not hold.
        """
        if self._groups is None:
            return self.retrying(work)
        groups = self._groups
        return self._repeated(lambda: groups.run(work))

    def _alone(self, work: Callable[[Connection], T]) -> T:
        with self.write() as connection:
            return work(connection)

    def _repeated(self, attempt: Callable[[], T]) -> T:
        for number in range(ATTEMPTS - 1):
            try:
                return attempt()
            except StorageUnavailableError as error:
                if not error.retryable:
                    raise
            self._sleep(FIRST_PAUSE_SECONDS * 2**number * (0.5 + self._jitter()))
        return attempt()

    def check(self) -> None:
        """Ask the database a trivial question.

        Raises:
            StorageUnavailableError: it does not answer.
        """
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def compact(self, tables: Sequence[str]) -> bool:
        """Leave nothing of what was removed from these tables in the database's own files; slow, and others wait.

        On SQLite the whole file is written anew and its log emptied: False when somebody who reads kept the log from
        being emptied. On PostgreSQL the tables are; what its log and its backups hold is the server's.

        Raises:
            StorageError: the database failed, or others kept it busy.
        """
        if self.dialect == "sqlite":
            with self._turn(WRITE):
                return sqlite.compact(self._engine)
        return postgresql.compact(self._engine, tables)

    def close(self) -> None:
        """Close every idle connection."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[Connection]:
        with self._turn(mode), self._began(mode) as connection:
            yield connection

    @contextmanager
    def _began(self, mode: str) -> Iterator[Connection]:
        with translated(), self._engine.connect() as connection:
            options = {MODE: mode}
            if self.dialect == "postgresql":
                options = postgresql.options(mode)
            with connection.execution_options(**options).begin():
                if self.dialect == "postgresql" and mode == MIGRATE:
                    postgresql.lock_migrations(connection)
                yield connection

    def _turn(self, mode: str) -> AbstractContextManager[None]:
        return nullcontext() if mode == READ or self._turns is None else self._turns.turn()


def open_database(url: str, *, busy_seconds: float = 10.0) -> Database:
    """Open `sqlite:///path/to/file` (made when it is not there, mode 0600) or `postgresql://user:password@host/name`.

    PostgreSQL is not contacted yet: `Database.check` does.

    Args:
        url: where the database is; a password in it is shown nowhere.
        busy_seconds: how long a transaction waits for another's lock.

    Raises:
        InputError: the URL is of another kind, or the folder of the file is not there.
        StorageError: the file is there and is no database, or cannot be written.
    """
    found = _parsed(url)
    if found.drivername == "sqlite":
        return Database(sqlite.engine(_file_of(found), busy_seconds), turns=Turns(busy_seconds))
    return Database(postgresql.engine(found.set(drivername="postgresql+psycopg"), busy_seconds))


def _parsed(url: str) -> URL:
    try:
        found = make_url(url)
    except (exc.ArgumentError, ValueError):
        found = None
    if found is None or found.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        # `from None` and no quotation: a URL that cannot be read may hold a password all the same.
        raise InputError("The database URL has to begin with sqlite:/// (and a file) or postgresql:// (and a server).")
    return found


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.host or url.query:
        raise InputError("The database URL has to name one file after sqlite:/// and nothing else.")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise InputError("The folder of the SQLite database is not there; make it, readable by its owner only.")
    return path
