"""Transactions on both databases: whole or not at all, never locked out by a short rival, no value in an error."""

import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from api.service import sqlite
from api.service.database import ATTEMPTS, Database, open_database
from api.service.statements import insert as insert_on_conflict
from api.service.storage_errors import StorageError, StorageFullError, StorageUnavailableError
from matcher.errors import InputError
from tests.databases import AS_SERVED

SECRET = "Zubaida-Canary"

METADATA = MetaData()
ITEMS = Table(
    "items",
    METADATA,
    Column("ref", String(60), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("content", LargeBinary),
)
PARTS = Table("parts", METADATA, Column("item", String(60), ForeignKey("items.ref"), nullable=False))


@pytest.fixture
def tables(database: Database) -> Database:
    with database.write() as connection:
        METADATA.create_all(connection)
    return database


def counts(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {row.ref: row.count for row in connection.execute(select(ITEMS.c.ref, ITEMS.c["count"]))}


def add_one(connection) -> None:
    """Read, then write what was read plus one: wrong as soon as two interleave."""
    found = connection.scalar(select(ITEMS.c["count"]).where(ITEMS.c.ref == "a").with_for_update())
    connection.execute(ITEMS.update().where(ITEMS.c.ref == "a").values(count=found + 1))


def test_a_write_is_committed_at_its_end(tables):
    with tables.write() as connection:
        connection.execute(insert(ITEMS).values(ref="a", count=1))
    assert counts(tables) == {"a": 1}


def test_an_exception_undoes_the_whole_transaction_tables_included(tables):
    def write_half() -> None:
        with tables.write() as connection:
            connection.execute(insert(ITEMS).values(ref="a", count=1))
            connection.execute(text("CREATE TABLE half (a INTEGER)"))
            raise KeyError

    with pytest.raises(KeyError):
        write_half()
    assert counts(tables) == {}
    with pytest.raises(StorageError), tables.read() as connection:
        connection.execute(text("SELECT * FROM half"))


def test_two_writers_in_threads_are_never_locked_out(tables):
    with tables.write() as connection:
        connection.execute(insert(ITEMS).values(ref="a", count=0))
    failures: list[BaseException] = []

    def write_often() -> None:
        try:
            for _ in range(25):
                with tables.write() as connection:
                    add_one(connection)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert counts(tables) == {"a": 100}


def test_a_reader_does_not_block_a_writer_nor_see_half_of_it(tables):
    with tables.write() as connection:
        connection.execute(insert(ITEMS).values(ref="a", count=1))
    with tables.read() as reading:
        assert reading.scalar(select(func.count()).select_from(ITEMS)) == 1
        with tables.write() as writing:
            writing.execute(insert(ITEMS).values(ref="b", count=1))
            assert reading.scalar(select(func.count()).select_from(ITEMS)) == 1
    assert len(counts(tables)) == 2


def test_a_sqlite_reader_keeps_its_snapshot(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with database.write() as connection:
        METADATA.create_all(connection)
    with database.read() as reading:
        assert reading.scalar(select(func.count()).select_from(ITEMS)) == 0
        with database.write() as writing:
            writing.execute(insert(ITEMS).values(ref="b", count=1))
        assert reading.scalar(select(func.count()).select_from(ITEMS)) == 0
    assert len(counts(database)) == 1
    database.close()


def test_a_read_transaction_cannot_write_and_spoils_no_later_one(tables):
    with pytest.raises(StorageError), tables.read() as connection:
        connection.execute(insert(ITEMS).values(ref="a", count=1))
    with tables.write() as connection:
        connection.execute(insert(ITEMS).values(ref="b", count=1))
    assert counts(tables) == {"b": 1}


def test_foreign_keys_are_enforced_and_an_integrity_error_quotes_no_value(tables):
    with pytest.raises(IntegrityError) as caught, tables.write() as connection:
        connection.execute(insert(PARTS).values(item=SECRET))
    assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.orig} {caught.value.params}"


def test_a_unique_violation_quotes_no_value(tables):
    with pytest.raises(IntegrityError) as caught, tables.write() as connection:
        connection.execute(insert(ITEMS), [{"ref": SECRET, "count": 1}, {"ref": SECRET, "count": 2}])
    assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.orig} {caught.value.params}"
    assert counts(tables) == {}


def test_a_refused_statement_quotes_no_value(tables):
    with pytest.raises(StorageError) as caught, tables.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": SECRET})
    assert SECRET not in f"{caught.value} {caught.value!r}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_one_statement_inserts_or_ignores_or_updates_on_both(tables):
    with tables.write() as connection:
        for amount in (1, 2):
            ignoring = insert_on_conflict(connection, ITEMS).values(ref="a", count=amount).on_conflict_do_nothing()
            connection.execute(ignoring)
            upsert = insert_on_conflict(tables, ITEMS).values(ref="b", count=amount)
            changed = upsert.on_conflict_do_update(index_elements=["ref"], set_={"count": upsert.excluded["count"]})
            connection.execute(changed)
    assert counts(tables) == {"a": 1, "b": 2}


def test_work_is_repeated_after_a_passing_failure(tables):
    attempts = []

    def work(connection) -> str:
        attempts.append(1)
        connection.execute(insert(ITEMS).values(ref=f"attempt {len(attempts)}", count=1))
        if len(attempts) < 3:
            raise StorageUnavailableError("locked", retryable=True)
        return "done"

    assert patient(tables).retrying(work) == "done"
    assert counts(tables) == {"attempt 3": 1}


@pytest.mark.parametrize(("retryable", "expected"), [(True, ATTEMPTS), (False, 1)])
def test_work_that_always_fails_is_given_up(tables, retryable, expected):
    attempts = []

    def work(_connection) -> None:
        attempts.append(1)
        raise StorageUnavailableError("gone", retryable=retryable)

    with pytest.raises(StorageUnavailableError):
        patient(tables).retrying(work)
    assert len(attempts) == expected


def patient(database: Database) -> Database:
    """The same database, without pauses."""
    return Database(database._engine, sleep=lambda _seconds: None, jitter=lambda: 0.5)


def test_pauses_double_and_are_spread_by_jitter(tables):
    pauses: list[float] = []

    def work(_connection) -> None:
        raise StorageUnavailableError("gone", retryable=True)

    with pytest.raises(StorageUnavailableError):
        Database(tables._engine, sleep=pauses.append, jitter=lambda: 0.5).retrying(work)
    assert pauses == [0.05, 0.1, 0.2, 0.4]


def test_a_lock_held_beyond_the_time_out_is_an_error_that_may_be_retried(database_url):
    holder, other = open_database(database_url), open_database(database_url, busy_seconds=0.05)
    with holder.write() as connection:
        METADATA.create_all(connection)
        connection.execute(insert(ITEMS).values(ref="a", count=1))
    with holder.write() as connection:
        connection.execute(ITEMS.update().values(count=2))
        with pytest.raises(StorageUnavailableError) as caught, other.write() as blocked:
            blocked.execute(ITEMS.update().values(count=3))
    assert caught.value.retryable
    assert counts(holder) == {"a": 2}
    holder.close()
    other.close()


def test_deadlocked_writers_both_finish(tables):
    with tables.write() as connection:
        connection.execute(insert(ITEMS), [{"ref": "a", "count": 0}, {"ref": "b", "count": 0}])
    both = threading.Barrier(2)
    failures: list[BaseException] = []

    def write(first: str, second: str) -> None:
        met = tables.dialect == "sqlite"  # where the second transaction only begins when the first has ended

        def work(connection) -> None:
            nonlocal met
            for ref in (first, second):
                connection.execute(ITEMS.update().where(ITEMS.c.ref == ref).values(count=ITEMS.c["count"] + 1))
                if not met:
                    met = True
                    both.wait(10)

        try:
            tables.retrying(work)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert counts(tables) == {"a": 2, "b": 2}


def test_a_full_disk_leaves_nothing_half_applied(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with database.write() as connection:
        METADATA.create_all(connection)

    def write_too_much() -> None:
        with database.write() as connection:
            pages = connection.scalar(text("PRAGMA page_count"))
            connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
            connection.execute(insert(ITEMS).values(ref="small", count=1))
            connection.execute(insert(ITEMS).values(ref="large", count=1, content=b"x" * 100_000))

    with pytest.raises(StorageFullError):
        write_too_much()
    assert counts(database) == {}
    database.close()


def test_a_server_that_stops_is_an_error_and_its_return_is_noticed(own_postgres_server):
    name = own_postgres_server.create()
    database = open_database(own_postgres_server.url(name))
    database.check()
    own_postgres_server.stop()
    with pytest.raises(StorageUnavailableError) as caught:
        database.check()
    assert caught.value.retryable
    own_postgres_server.start()
    database.check()

    def write_while_it_stops() -> None:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE half (a INTEGER)"))
            own_postgres_server.stop()  # waits for nobody: the connection breaks in the middle of a transaction
            connection.execute(text("SELECT 1"))

    with pytest.raises(StorageUnavailableError):
        write_while_it_stops()
    own_postgres_server.start()
    assert database.retrying(lambda connection: connection.scalar(text("SELECT to_regclass('half')"))) is None
    database.close()


def test_the_sqlite_file_is_private_and_durable(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "_prepare", AS_SERVED)
    path = tmp_path / "a.sqlite"
    database = open_database(f"sqlite:///{path}")
    with database.write() as connection:
        METADATA.create_all(connection)
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        assert [connection.scalar(text(f"PRAGMA {name}")) for name in asked] == ["wal", 2, 1, 10_000]
        files = [path, Path(f"{path}-wal"), Path(f"{path}-shm")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    database.close()


def test_only_a_sqlite_writer_keeps_many_pages(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    asked = text("PRAGMA cache_size")
    with database.write() as connection:
        assert connection.scalar(asked) == -65_536
    with database.read() as connection:
        assert connection.scalar(asked) == -2_000
    database.close()


def test_postgresql_sessions_speak_utc(postgres_server):
    name = postgres_server.create()
    database = open_database(postgres_server.url(name) + "&options=-c%20work_mem%3D5MB")
    with pytest.raises(KeyError), database.write():
        raise KeyError
    with database.read() as connection:
        asked = ("TimeZone", "transaction_isolation", "work_mem", "lock_timeout")
        assert [connection.scalar(text(f"SHOW {name}")) for name in asked] == ["UTC", "read committed", "5MB", "10s"]
    database.close()
    postgres_server.drop(name)


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a?mode=ro", "sqlite://host/a",
        f"mysql://me:{SECRET}@host/a", f"postgres:me:{SECRET}@host", f"postgresql://me:{SECRET}@host:port/a",
        f"postgresql+asyncpg://me:{SECRET}@host/a", "sqlite:////nowhere-at-all/a.sqlite",
    ],
)  # fmt: skip
def test_another_url_is_refused_without_being_quoted(url):
    with pytest.raises(InputError) as caught:
        open_database(url)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_password_shows_nowhere():
    database = open_database(f"postgresql://me:{SECRET}@127.0.0.1:1/nothing?connect_timeout=1")
    with pytest.raises(StorageUnavailableError) as caught:
        database.check()
    assert SECRET not in f"{database!r} {database} {caught.value}"
    assert repr(database) == "Database(postgresql)"


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "a.sqlite"
    path.write_text("not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(StorageUnavailableError):
        open_database(f"sqlite:///{path}")


def test_a_migration_that_leaves_a_key_dangling_is_undone(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with database.write() as connection:
        METADATA.create_all(connection)
    with pytest.raises(StorageError, match="parts"), database.migrate() as connection:
        connection.execute(insert(PARTS).values(item="nowhere"))
    with pytest.raises(IntegrityError), database.write() as connection:  # enforced again on the same connection
        connection.execute(insert(PARTS).values(item="nowhere"))
    database.close()


def test_one_migration_waits_for_another(database, database_url):
    entered = threading.Event()
    other = open_database(database_url)

    def migrate() -> None:
        with other.migrate():
            entered.set()

    thread = threading.Thread(target=migrate)
    with database.migrate():
        thread.start()
        assert not entered.wait(0.2)
    assert entered.wait(10)
    thread.join()
    other.close()
