"""What the matcher's process does at its parent's orders."""

import os
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from api.hub.operating.matcher_child import STOP, WAKE, _obey
from api.hub.ports import RememberingMatcher

Pipes = tuple[Connection, Connection]


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    """The parent's end and the child's."""
    parents, far = Pipe()
    with parents, far:
        yield parents, far


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit status of each end of the process."""
    statuses: list[int] = []
    monkeypatch.setattr(os, "_exit", statuses.append)
    return statuses


def test_each_order_to_wake_is_passed_on_until_the_one_to_stop(pipes: Pipes, ended: list[int]) -> None:
    parents, far = pipes
    for order in (WAKE, WAKE, STOP, WAKE):
        parents.send_bytes(order)
    matcher = RememberingMatcher()
    _obey(far, matcher)
    assert (matcher.changes, ended) == (2, [])


@pytest.mark.parametrize("orders", [[], [WAKE]])
def test_without_its_parent_the_process_ends_at_once(pipes: Pipes, ended: list[int], orders: list[bytes]) -> None:
    parents, far = pipes
    for order in orders:
        parents.send_bytes(order)
    parents.close()
    matcher = RememberingMatcher()
    _obey(far, matcher)
    assert (matcher.changes, ended) == (len(orders), [0])
