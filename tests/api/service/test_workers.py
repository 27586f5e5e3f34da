"""A worker goes on while there is more to do, sleeps until it is woken, and survives its failures."""

import math
import queue
import threading
from collections.abc import Callable

import pytest

from api.service.workers import Worker
from tests.api.service.requests_to import lines_of

SECRET = "Zubaida-Canary"
LONG = 600.0


def test_it_goes_on_at_once_while_there_is_more_and_then_until_woken():
    answers: queue.Queue[bool] = queue.Queue()
    for more in (True, True, False, True, False):
        answers.put(more)
    idle, once_more = threading.Semaphore(0), threading.Event()

    def step() -> bool:
        if answers.empty():
            once_more.set()
            return False
        more = answers.get_nowait()
        if not more:
            idle.release()
        return more

    worker = Worker("sender", step, LONG)
    worker.start()
    assert idle.acquire(timeout=10)
    assert answers.qsize() == 2
    worker.wake()
    assert idle.acquire(timeout=10)
    assert answers.empty()
    assert not once_more.wait(0.05)  # one wake, one round
    assert worker.stop(10)


def test_a_wake_during_a_step_is_not_lost():
    begun, go_on, again = threading.Event(), threading.Event(), threading.Event()

    def step() -> bool:
        if begun.is_set():
            again.set()
        begun.set()
        go_on.wait(10)
        return False

    worker = Worker("sender", step, LONG)
    worker.start()
    assert begun.wait(10)
    worker.wake()
    go_on.set()
    assert again.wait(10)
    assert worker.stop(10)


def test_a_failure_is_logged_without_its_message_counted_and_tried_again(log):
    told: list[Exception] = []
    done = threading.Event()

    def step() -> bool:
        if len(told) < 3:
            raise ValueError(SECRET)
        done.set()
        return False

    worker = Worker("sender", step, LONG, told.append, first_pause_seconds=0.001)
    worker.start()
    assert done.wait(10)
    assert worker.stop(10)
    assert worker.failures == len(told) == 3
    lines = lines_of(log.getvalue())
    assert [(line["worker"], line["error"], line["attempt"]) for line in lines] == [
        ("sender", "ValueError", attempt) for attempt in (1, 2, 3)
    ]
    assert SECRET not in log.getvalue()


def test_it_can_be_stopped_while_it_waits_after_a_failure():
    failed = threading.Event()

    def step() -> bool:
        raise ValueError

    worker = Worker("sender", step, 0.0, lambda _error: failed.set(), first_pause_seconds=LONG)
    worker.start()
    assert failed.wait(10)
    assert worker.stop(10)


def test_the_time_since_a_success_grows_through_failures_and_is_infinite_when_stopped():
    now, fail, failed, succeeded = [100.0], threading.Event(), threading.Event(), threading.Event()

    def step() -> bool:
        if fail.is_set():
            raise ValueError
        succeeded.set()
        return False

    worker = Worker("s", step, LONG, lambda _error: failed.set(), clock=lambda: now[0], first_pause_seconds=LONG)
    assert worker.alive_since_success == math.inf
    worker.start()
    assert succeeded.wait(10)
    fail.set()
    worker.wake()
    assert failed.wait(10)
    now[0] = 107.0
    assert worker.alive_since_success == 7.0
    assert worker.stop(10)
    assert worker.alive_since_success == math.inf


def test_one_that_hangs_is_not_waited_for():
    go_on = threading.Event()
    worker = Worker("sender", lambda: go_on.wait(10), LONG)
    worker.start()
    assert not worker.stop(0.01)
    go_on.set()
    assert worker.stop(10)


def test_one_that_was_never_started_can_be_stopped():
    assert Worker("sender", lambda: False, LONG).stop(0)


class NotedWaits(threading.Event):
    """An event whose waits pass at once; they are noted with whether it was set, and something may happen in each."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.waits: list[tuple[float | None, bool]] = []
        self._meanwhile = meanwhile

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append((timeout, self.is_set()))
        self._meanwhile()
        return self.is_set()


def run_here(
    outcomes: list[bool], gap_seconds: float, *, woken_in_rests: bool = False
) -> tuple[NotedWaits, NotedWaits]:
    """Run a worker in this thread until its steps have had these outcomes; gives its rests and its idle waits."""
    left = list(outcomes)

    def step() -> bool:
        more = left.pop(0)
        if not left:
            rests.set()
        return more

    worker = Worker("matcher", step, LONG, gap_seconds=gap_seconds)
    rests = NotedWaits(worker.wake if woken_in_rests else lambda: None)
    idle = NotedWaits()
    worker._stopped, worker._woken = rests, idle
    worker.run()
    assert left == []
    return rests, idle


@pytest.mark.parametrize(("more", "idles"), [(True, []), (False, [(LONG, False)] * 2)])
def test_it_rests_after_each_step_whether_there_is_more_to_do_or_not(more, idles):
    rests, idle = run_here([more] * 3, 7.0)
    assert rests.waits == [(7.0, False), (7.0, False), (7.0, True)]
    assert idle.waits == idles


def test_what_arrives_in_a_rest_is_done_by_the_next_step_and_by_no_further_one():
    rests, idle = run_here([False] * 3, 7.0, woken_in_rests=True)
    assert len(rests.waits) == 3
    assert idle.waits == [(LONG, False)] * 2


def test_a_wake_does_not_cut_a_rest_short_and_a_stop_does():
    steps = threading.Semaphore(0)

    def step() -> bool:
        steps.release()
        return True

    worker = Worker("matcher", step, 0.0, gap_seconds=LONG)
    worker.start()
    assert steps.acquire(timeout=10)
    worker.wake()
    assert not steps.acquire(timeout=0.05)
    assert worker.stop(10)
