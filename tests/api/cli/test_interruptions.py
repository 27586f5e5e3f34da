"""Signals: they end the work once, wait for what must not be torn, and leave the tidying alone."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from api.cli.interruptions import ONE_SECONDS, SIGNALS, Interruptions


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def signals(watch: Watch) -> Iterator[Interruptions]:
    with Interruptions(watch) as signals:
        yield signals


def send(number: int = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", SIGNALS)
def test_each_signal_interrupts(signals: Interruptions, number: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        send(number)


def test_signals_in_a_row_count_once_and_a_later_one_counts_again(signals: Interruptions, watch: Watch) -> None:
    with pytest.raises(KeyboardInterrupt):
        send()
    send()
    watch.now += ONE_SECONDS + 1
    with pytest.raises(KeyboardInterrupt):
        send()


def test_a_signal_waits_for_what_must_not_be_torn(signals: Interruptions) -> None:
    done = []

    def work() -> None:
        with signals.deferred():
            send()
            done.append("work")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["work"]


def test_a_signal_that_was_swallowed_is_seen_by_the_next_check(signals: Interruptions) -> None:
    signals.check()
    with pytest.raises(KeyboardInterrupt):
        send()
    with pytest.raises(KeyboardInterrupt):
        signals.check()


def test_nothing_is_heard_while_tidying_up(signals: Interruptions) -> None:
    signals.ignore()
    send()
    signals.check()


def test_the_handlers_of_before_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Interruptions():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_outside_the_main_thread_nothing_changes() -> None:
    seen = []

    def work() -> None:
        with Interruptions() as signals, signals.deferred():
            seen.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
