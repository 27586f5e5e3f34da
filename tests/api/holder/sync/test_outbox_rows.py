"""Rows of the outbox by themselves."""

from datetime import timedelta

from sqlalchemy import Connection

from api.holder.storage import facts, nonces
from api.holder.storage.outbox import Settlement, counts, due, mark_sending, queue, queue_again, settle
from api.holder.storage.tables import metadata, records
from api.service.database import Database
from tests.api.holder.sync.gateways import START
from tests.tables import make_tables


def record(conn: Connection, number: int) -> int:
    conn.execute(
        records.insert().values(
            id=number, ref=f"{number:022}", kind="found", version=1, state="active", source="shelter", created_at=START,
            changed_at=START, changed_by="clerk",
        )
    )
    return number


def prepared(database: Database) -> Database:
    make_tables(database, metadata)
    return database


def test_a_later_change_replaces_the_row_and_keeps_its_history_of_sending(database: Database) -> None:
    with prepared(database).write() as conn:
        record(conn, 1)
        queue(conn, 1, 1, "put", START)
        assert mark_sending(conn, due(conn, 10)) == due(conn, 10)
        assert settle(conn, [Settlement(1, 1, "put", True)], START) == 1
        assert due(conn, 10) == []
        queue(conn, 1, 2, "withdraw", START + timedelta(hours=1))
        (row,) = due(conn, 10)
        assert (row.version, row.action) == (2, "withdraw")


def test_a_withdrawal_of_what_was_never_sent_removes_the_row(database: Database) -> None:
    with prepared(database).write() as conn:
        record(conn, 1)
        queue(conn, 1, 1, "put", START)
        queue(conn, 1, 2, "withdraw", START)
        assert counts(conn).total == 0
        queue(conn, 1, 3, "erase", START)
        assert counts(conn).total == 0
        queue_again(conn, 1, 3, "erase", START)
        assert counts(conn).waiting == 1


def test_a_row_that_was_withdrawn_meanwhile_is_not_marked(database: Database) -> None:
    with prepared(database).write() as conn:
        for number in (1, 2, 3):
            queue(conn, record(conn, number), 1, "put", START)
        rows = due(conn, 10)
        queue(conn, 1, 2, "withdraw", START)
        queue(conn, 2, 2, "put", START)
        assert [row.record_id for row in mark_sending(conn, rows)] == [3]


def test_a_receipt_for_another_version_settles_nothing(database: Database) -> None:
    with prepared(database).write() as conn:
        record(conn, 1)
        queue(conn, 1, 2, "put", START)
        assert settle(conn, [Settlement(1, 1, "put", True), Settlement(1, 2, "withdraw", True)], START) == 0
        assert counts(conn).waiting == 1
        long = Settlement(1, 2, "put", False, "r" * 100, "d" * 1000)
        assert settle(conn, [long], START) == 1
        assert counts(conn).refused == 1


def test_the_oldest_wait_is_told(database: Database) -> None:
    with prepared(database).write() as conn:
        for number, hours in ((1, 5), (2, 3), (3, 1)):
            queue(conn, record(conn, number), 1, "put", START + timedelta(hours=hours))
        assert [row.record_id for row in due(conn, 2)] == [3, 2]
        settle(conn, [Settlement(3, 1, "put", True)], START)
        assert counts(conn).oldest_waiting == START + timedelta(hours=3)


def test_facts_are_replaced_and_forgotten(database: Database) -> None:
    with prepared(database).write() as conn:
        assert facts.get(conn, "cursor") is None
        facts.put(conn, "cursor", "1", START)
        facts.put(conn, "cursor", "2", START)
        assert facts.get(conn, "cursor") == "2"
        facts.remove(conn, "cursor")
        assert facts.get(conn, "cursor") is None


def test_a_nonce_is_taken_once_until_it_expires(database: Database) -> None:
    with prepared(database).write() as conn:
        end = START + timedelta(minutes=10)
        assert nonces.take(conn, "hub", "n", end, START)
        assert not nonces.take(conn, "hub", "n", end, START + timedelta(minutes=9))
        assert nonces.take(conn, "other", "n", end, START)
        assert nonces.take(conn, "hub", "n", end, START + timedelta(minutes=11))
