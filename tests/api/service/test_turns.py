"""Turns are handed on in the order of asking, and nobody waits for ever."""

import threading
import time

import pytest

from api.service.storage_errors import StorageUnavailableError
from api.service.turns import Turns


def test_turns_come_in_the_order_of_asking() -> None:
    turns, order = Turns(30), []

    def take(number: int) -> None:
        with turns.turn():
            order.append(number)

    threads = []
    with turns.turn():
        for number in range(6):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(6))
    assert not turns._held


def test_who_waits_too_long_is_told_and_forgotten() -> None:
    turns = Turns(0.05)
    with turns.turn():
        with pytest.raises(StorageUnavailableError) as caught, turns.turn():
            pass
        assert caught.value.retryable
    with turns.turn():
        pass


def test_a_fault_in_a_turn_passes_it_on() -> None:
    turns = Turns(1)
    with pytest.raises(ValueError, match="mine"), turns.turn():
        raise ValueError("mine")
    with turns.turn():
        pass
