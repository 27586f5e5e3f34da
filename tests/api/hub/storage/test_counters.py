"""Numbers that become visible in their order."""

import threading

from api.hub.storage.counters import CANDIDATES, RECORDS, hold, next_numbers
from tests.api.hub.gateways import Exchange


def test_numbers_begin_at_one_and_follow_each_other(exchange: Exchange) -> None:
    with exchange.database.write() as conn:
        assert [next_numbers(conn, RECORDS, count) for count in (1, 5, 0, 2)] == [1, 2, 7, 7]
        hold(conn, RECORDS)
        assert next_numbers(conn, RECORDS, 1) == 9
        assert next_numbers(conn, CANDIDATES, 1) == 1


def test_a_transaction_that_is_undone_takes_no_number(exchange: Exchange) -> None:
    try:
        with exchange.database.write() as conn:
            next_numbers(conn, RECORDS, 10)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with exchange.database.write() as conn:
        assert next_numbers(conn, RECORDS, 1) == 1


def test_a_later_number_is_never_visible_before_an_earlier_one(exchange: Exchange) -> None:
    order: list[int] = []
    taken = threading.Event()

    def rival() -> None:
        taken.wait()
        with exchange.database.write() as conn:
            order.append(next_numbers(conn, RECORDS, 1))

    thread = threading.Thread(target=rival)
    thread.start()
    with exchange.database.write() as conn:
        first = next_numbers(conn, RECORDS, 1)
        taken.set()
        thread.join(0.2)
        assert order == []  # it waits for this transaction
        order.append(first)
    thread.join(20)
    assert order == [1, 2]
