"""Appending to an audit log, and its heads and proofs, against the slow reference, on both databases."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select

from api.service.audit import log
from api.service.audit.entries import content, read_content
from api.service.audit.merkle import EMPTY_HEAD, leaf_hash, tree_head
from api.service.database import open_database
from api.service.storage_errors import StorageError
from matcher.errors import InputError
from tests.api.service.audit import references
from tests.api.service.audit.logs import entry, new_log

SIZE = 21


def contents(conn, tables):
    """What the log's leaves hold, as bytes."""
    return [text.encode() for text in conn.execute(select(tables.leaves.c.content).order_by("number")).scalars()]


@pytest.fixture
def tables(database):
    return new_log(database)


def test_an_empty_log_has_the_empty_head(database, tables):
    with database.read() as conn:
        assert log.size(conn, tables) == 0
        assert log.root(conn, tables) == EMPTY_HEAD
        assert log.consistency_proof(conn, tables, 0, 0) == []


def test_leaves_are_numbered_in_their_order_and_hold_their_entries(database, tables):
    for index in range(3):
        with database.write() as conn:
            assert log.append(conn, tables, entry(index)) == index
    with database.write() as conn:
        assert log.append_all(conn, tables, []) == []
        assert log.append_all(conn, tables, [entry(3), entry(4)]) == [3, 4]
    with database.read() as conn:
        rows = conn.execute(select(tables.leaves).order_by(tables.leaves.c.number)).all()
    assert [read_content(row.content) for row in rows] == [(index, entry(index)) for index in range(5)]
    assert [row.at for row in rows] == [entry(index).at for index in range(5)]
    assert [row.hash for row in rows] == [leaf_hash(content(entry(index), index).encode()) for index in range(5)]


def test_heads_and_proofs_of_every_size_are_those_of_the_reference(database, tables):
    with database.write() as conn:
        for index in range(SIZE):
            log.append(conn, tables, entry(index))
        leaves = contents(conn, tables)
        assert log.root(conn, tables) == tree_head(leaves)
        for size in range(SIZE + 1):
            assert log.root(conn, tables, size) == tree_head(leaves[:size])
            assert log.consistency_proof(conn, tables, 0, size) == []
        for size in (1, 2, 7, 8, 13, SIZE):
            for number in range(size):
                expected = references.path(number, leaves[:size])
                assert log.inclusion_proof(conn, tables, number, size) == expected
                proof = references.proof(number + 1, leaves[:size])
                assert log.consistency_proof(conn, tables, number + 1, size) == proof


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 9), max_size=6))
def test_several_entries_at_once_make_the_same_tree(tmp_path_factory, portions):
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('log') / 'log.sqlite'}")
    tables, index = new_log(database), 0
    for portion in portions:
        with database.write() as conn:
            log.append_all(conn, tables, [entry(index + more) for more in range(portion)])
        index += portion
    with database.read() as conn:
        assert log.root(conn, tables) == tree_head(contents(conn, tables))
        nodes = conn.execute(select(tables.nodes)).all()
    assert len(nodes) == index - index.bit_count()
    database.close()


def test_what_is_undone_was_never_in_the_log(database, tables):
    with database.write() as conn:
        log.append(conn, tables, entry(0))
    with database.write() as conn:
        log.append(conn, tables, entry(1))
        conn.rollback()
    with database.write() as conn:
        assert log.append(conn, tables, entry(2)) == 1
        assert log.root(conn, tables) == tree_head(contents(conn, tables))


def test_writers_at_one_time_leave_no_gap(database, tables):
    def write(writer):
        for index in range(10):
            database.retrying(lambda conn, index=index: log.append(conn, tables, entry(100 * writer + index)))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as conn:
        assert conn.execute(select(tables.leaves.c.number).order_by("number")).scalars().all() == list(range(30))
        assert log.size(conn, tables) == 30
        assert log.root(conn, tables) == tree_head(contents(conn, tables))


def test_sizes_and_leaves_that_are_not_there_are_refused(database, tables):
    with database.write() as conn:
        log.append_all(conn, tables, [entry(index) for index in range(3)])
        for wrong in (-1, 4):
            with pytest.raises(InputError):
                log.root(conn, tables, wrong)
        for number, size in ((3, 3), (-1, 3), (2, 2), (0, 4)):
            with pytest.raises(InputError):
                log.inclusion_proof(conn, tables, number, size)
        for first, second in ((3, 2), (-1, 2), (1, 4)):
            with pytest.raises(InputError):
                log.consistency_proof(conn, tables, first, second)


def test_nothing_is_added_to_a_log_that_lacks_hashes(database, tables):
    with database.write() as conn:
        log.append_all(conn, tables, [entry(index) for index in range(3)])
        conn.execute(delete(tables.nodes))
    with database.write() as conn, pytest.raises(StorageError, match="verify"):
        log.append(conn, tables, entry(3))


def test_an_append_takes_few_statements_however_large_the_log(database, tables):
    statements = []
    with database.write() as conn:
        log.append_all(conn, tables, [entry(index) for index in range(1024)])
        event.listen(conn.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        for index in range(64):
            log.append(conn, tables, entry(index))
    # State and leaf; every other time one insert of inner nodes, and a peak for each level below the new one.
    assert len(statements) <= 64 * 2 + 32 + 64
