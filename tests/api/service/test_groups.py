"""Writes that share a transaction: each has its own outcome, and nobody's fault costs another."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, exc, insert, select, text

from api.service.database import Database
from matcher.errors import MilapError

numbers = Table("numbers", MetaData(), Column("number", Integer, primary_key=True))
TOGETHER = 8


class OwnFaultError(MilapError):
    """What one piece of work raises by itself."""


@pytest.fixture
def table(database: Database) -> Database:
    """A database with a table of numbers."""
    with database.write() as connection:
        numbers.create(connection)
    return database


def adding(number: int, fault: bool = False) -> Callable[[Connection], int]:
    """Work that adds a number, and then perhaps fails."""

    def work(connection: Connection) -> int:
        connection.execute(insert(numbers).values(number=number))
        if fault:
            raise OwnFaultError("This one is not to be taken.")
        return number

    return work


def stored(database: Database) -> list[int]:
    """All numbers of the table."""
    with database.read() as connection:
        return list(connection.execute(select(numbers.c.number).order_by(numbers.c.number)).scalars())


def all_waiting(database: Database, works: list[Callable[[Connection], int]]) -> list[Future[int]]:
    """Run works that all wait for one turn: another writer holds it until each of them stands in line."""
    ready, pool = threading.Barrier(len(works) + 1), ThreadPoolExecutor(len(works))

    def one(work: Callable[[Connection], int]) -> int:
        ready.wait(30)
        return database.together(work)

    with pool:
        with database.write() as connection:
            connection.execute(text("SELECT 1"))
            futures = [pool.submit(one, work) for work in works]
            ready.wait(30)
            if database._groups is not None:
                while len(database._groups._waiting) < len(works):
                    threading.Event().wait(0.01)
        return futures


def test_everybody_gets_the_result_of_their_own_work(table: Database) -> None:
    futures = all_waiting(table, [adding(number) for number in range(TOGETHER)])
    assert [future.result() for future in futures] == list(range(TOGETHER))
    assert stored(table) == list(range(TOGETHER))


def test_a_fault_undoes_its_own_work_alone(table: Database) -> None:
    futures = all_waiting(table, [adding(number, fault=number == 3) for number in range(TOGETHER)])
    for number, future in enumerate(futures):
        if number == 3:
            assert isinstance(future.exception(), OwnFaultError)
        else:
            assert future.result() == number
    assert 3 not in stored(table)
    assert len(stored(table)) == TOGETHER - 1


def test_a_number_that_is_taken_concerns_one_of_two(table: Database) -> None:
    futures = all_waiting(table, [adding(1), adding(2), adding(2), adding(3)])
    faults = [future.exception() for future in futures if future.exception() is not None]
    assert [type(fault) for fault in faults] == [exc.IntegrityError]
    assert stored(table) == [1, 2, 3]


def test_a_statement_that_the_database_refuses_costs_nobody_else(table: Database) -> None:
    def broken(connection: Connection) -> int:
        connection.execute(text("SELECT * FROM nowhere"))
        return 0

    futures = all_waiting(table, [adding(1), broken, adding(2)])
    assert isinstance(futures[1].exception(), MilapError)
    assert (futures[0].result(), futures[2].result()) == (1, 2)
    assert stored(table) == [1, 2]


def test_those_who_wait_together_share_transactions(table: Database) -> None:
    if table._groups is None:
        pytest.skip("PostgreSQL groups commits by itself")
    begun = []
    inner = table._groups._transaction
    table._groups._transaction = lambda: begun.append(1) or inner()
    all_waiting(table, [adding(number) for number in range(TOGETHER)])
    assert len(begun) < TOGETHER
    assert len(stored(table)) == TOGETHER


def test_nothing_is_left_waiting(table: Database) -> None:
    all_waiting(table, [adding(number, fault=number % 2 == 0) for number in range(TOGETHER)])
    assert table.together(adding(100)) == 100
    assert table._groups is None or table._groups._waiting == []
