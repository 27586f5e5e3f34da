"""How the serving process wakes its matcher: soon, one order for many changes, and whoever is there."""

from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from api.hub.operating.matcher_child import STOP, WAKE
from api.hub.operating.matcher_process import WAKE_SECONDS, MatcherProcess
from api.hub.settings import HubSettings

MANY = 1_000
PATIENCE_SECONDS = 10


@pytest.fixture
def matcher(tmp_path: Path) -> Iterator[MatcherProcess]:
    """One that has no child yet."""
    made = MatcherProcess(HubSettings(name="hub-test", data=tmp_path))
    yield made
    made.stop()


@pytest.fixture
def child(matcher: MatcherProcess) -> Iterator[Connection]:
    """Where a child would hear its orders."""
    ours, theirs = Pipe()
    with ours, theirs:
        matcher._pipe = ours
        yield theirs
        with matcher._sending:
            matcher._pipe = None


def heard(child: Connection) -> bytes:
    """The next order."""
    assert child.poll(PATIENCE_SECONDS), "No order came."
    return child.recv_bytes()


def orders_left(child: Connection) -> Iterator[bytes]:
    """The orders that lie in the pipe."""
    while child.poll(0):
        yield child.recv_bytes()


def test_a_change_wakes_the_child_and_so_does_the_next(matcher: MatcherProcess, child: Connection) -> None:
    matcher._waker.start()
    for _ in range(3):
        matcher.changed()
        assert heard(child) == WAKE
    assert not child.poll(5 * WAKE_SECONDS)


def test_a_waker_with_nothing_to_tell_ends_with_its_matcher(matcher: MatcherProcess, child: Connection) -> None:
    matcher._waker.start()
    matcher.changed()
    assert heard(child) == WAKE
    assert not child.poll(2 * WAKE_SECONDS)
    matcher.stop()
    matcher._waker.join(PATIENCE_SECONDS)
    assert not matcher._waker.is_alive()


def test_all_changes_of_a_moment_are_one_order(matcher: MatcherProcess, child: Connection) -> None:
    for _ in range(MANY):
        matcher.changed()
    matcher._waker.start()
    assert heard(child) == WAKE
    matcher.stop()
    matcher._waker.join(PATIENCE_SECONDS)
    # A waker that was just about to listen again sends one more.
    assert list(orders_left(child)) in ([STOP], [WAKE, STOP], [STOP, WAKE])


def test_a_change_while_there_is_no_child_hurts_nobody(matcher: MatcherProcess) -> None:
    matcher._waker.start()
    matcher.changed()
    matcher.stop()
    matcher._waker.join(PATIENCE_SECONDS)
    assert not matcher._waker.is_alive()


def test_a_child_that_has_just_died_is_no_failure_and_the_next_one_is_woken(
    matcher: MatcherProcess, child: Connection
) -> None:
    before, gone = Pipe()
    successor, matcher._pipe = matcher._pipe, before
    gone.close()
    matcher._send(WAKE)
    before.close()
    matcher._send(WAKE)
    matcher._pipe = successor
    matcher._waker.start()
    matcher.changed()
    assert heard(child) == WAKE
