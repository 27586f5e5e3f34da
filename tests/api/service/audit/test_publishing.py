"""Checkpoints that are published seldom, of sizes that do not tell how much was done; on both databases."""

from datetime import timedelta

import pytest

from api.service.audit import checkpoints, log
from api.service.audit.publishing import fill, publish_due
from api.service.audit.reading import entries
from api.service.audit.tables import AuditTables
from api.service.audit.verifying import verify
from api.service.database import Database
from api.service.storage_errors import StorageError
from api.wire.request_keys import RequestKey
from tests.api.service.audit.logs import NOW, ORIGIN, entry, new_log

KEY, DAY, BLOCK = RequestKey.generate(), timedelta(hours=24), 16


def publish(database: Database, tables: AuditTables, now=NOW):
    with database.write() as conn:
        return publish_due(conn, tables, KEY, ORIGIN, "hub", every=DAY, block=BLOCK, now=now)


def act(database: Database, tables: AuditTables, count: int) -> None:
    with database.write() as conn:
        log.append_all(conn, tables, [entry(index) for index in range(count)])


def test_a_checkpoint_is_published_once_in_its_time(database: Database) -> None:
    tables = new_log(database)
    first = publish(database, tables)
    assert first is not None
    assert publish(database, tables, NOW + DAY - timedelta(seconds=1)) is None
    second = publish(database, tables, NOW + DAY)
    assert second is not None
    assert (first.size, second.size) == (BLOCK, 2 * BLOCK)
    with database.read() as conn:
        assert verify(conn, tables, ORIGIN, KEY.public).checkpoints == 2


@pytest.mark.parametrize("acts", [0, 1, 7, BLOCK - 1])
def test_the_size_grows_by_as_much_whether_anything_was_done_or_not(database: Database, acts: int) -> None:
    tables = new_log(database)
    publish(database, tables)
    act(database, tables, acts)
    found = publish(database, tables, NOW + DAY)
    assert found is not None
    assert found.size == 2 * BLOCK


def test_a_full_block_is_followed_by_another(database: Database) -> None:
    tables = new_log(database)
    act(database, tables, BLOCK)
    with database.write() as conn:
        fill(conn, tables, "hub", BLOCK, NOW)
        assert log.size(conn, tables) == 2 * BLOCK


def test_a_checkpoint_from_the_future_does_not_stop_the_next(database: Database) -> None:
    tables = new_log(database)
    publish(database, tables, NOW + timedelta(days=900))
    found = publish(database, tables)
    assert found is not None
    with database.read() as conn:
        assert checkpoints.latest(conn, tables, ORIGIN) == found


def test_pages_leave_fillers_out_and_nothing_else(database: Database) -> None:
    tables = new_log(database)
    act(database, tables, 5)
    publish(database, tables)
    sly = entry(9)
    sly.facts.update({"note": '","what":"filler","why":null}'})
    with database.write() as conn:
        log.append(conn, tables, sly)
    with database.read() as conn:
        everything = entries(conn, tables, None, 100)
        page, rest = entries(conn, tables, None, 3), entries(conn, tables, 2, 100)
    assert [number for number, _ in everything] == [0, 1, 2, 3, 4, BLOCK]
    assert everything[-1][1] == sly
    assert page + rest == everything


def test_a_damaged_leaf_is_no_page(database: Database) -> None:
    tables = new_log(database)
    act(database, tables, 2)
    with database.write() as conn:
        conn.execute(tables.leaves.update().where(tables.leaves.c.number == 1).values(content="{}"))
    with database.read() as conn, pytest.raises(StorageError, match="Leaf 1 "):
        entries(conn, tables, None, 10)
