"""Signed checkpoints of an audit log, as they are kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.service.audit import checkpoints, log
from api.wire.audit import verify_checkpoint
from api.wire.request_keys import RequestKey
from tests.api.service.audit.logs import NOW, ORIGIN, entry, new_log

KEY = RequestKey.generate()


@pytest.fixture
def tables(database):
    return new_log(database)


def publish(database, tables, seconds=0):
    with database.write() as conn:
        return checkpoints.publish(conn, tables, KEY, ORIGIN, NOW + timedelta(seconds=seconds))


def test_a_published_checkpoint_is_the_signed_head(database, tables):
    with database.write() as conn:
        log.append_all(conn, tables, [entry(index) for index in range(5)])
        head = log.root(conn, tables)
    made = publish(database, tables)
    assert (made.origin, made.size, made.root_bytes, made.at) == (ORIGIN, 5, head, NOW)
    assert verify_checkpoint(made, KEY.public)
    with database.read() as conn:
        assert checkpoints.latest(conn, tables, ORIGIN) == made


def test_a_checkpoint_of_a_size_never_changes(database, tables):
    assert publish(database, tables).size == 0
    with database.write() as conn:
        log.append(conn, tables, entry(0))
    first = publish(database, tables, 1)
    assert publish(database, tables, 2) == first
    with database.read() as conn:
        assert conn.execute(select(tables.checkpoints.c.size).order_by("size")).scalars().all() == [0, 1]


def test_checkpoints_are_found_by_size_and_by_leaf(database, tables):
    with database.read() as conn:
        assert checkpoints.latest(conn, tables, ORIGIN) is None
        assert checkpoints.covering(conn, tables, ORIGIN, 0) is None
    for index in range(5):
        with database.write() as conn:
            log.append(conn, tables, entry(index))
        if index in (1, 3):
            publish(database, tables, index)
    with database.read() as conn:
        found = [checkpoints.covering(conn, tables, ORIGIN, number) for number in range(5)]
        assert [checkpoint and checkpoint.size for checkpoint in found] == [2, 2, 4, 4, None]
        assert checkpoints.of_size(conn, tables, ORIGIN, 2) == found[0]
        assert checkpoints.of_size(conn, tables, ORIGIN, 3) is None
        assert checkpoints.latest(conn, tables, ORIGIN) == found[3]
