"""Threads that outlive a run, keep the order of results, and drop what has not begun."""

import gc
import threading
import time
from functools import partial

import pytest

from indexer.workers import Workers


def alive() -> set[threading.Thread]:
    """Threads of this process."""
    return set(threading.enumerate())


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_order(threads: int) -> None:
    workers = Workers(threads)
    tasks = [partial(lambda i: i * i, i) for i in range(50)]
    assert workers.run(tasks) == workers.run(tasks) == [i * i for i in range(50)]
    assert workers.run([]) == []
    workers.close()


def test_one_thread_and_one_task_stay_with_the_caller() -> None:
    me = threading.get_ident()
    assert Workers(1).run([threading.get_ident] * 3) == [me] * 3
    assert Workers(4).run([threading.get_ident]) == [me]


def test_threads_are_kept_and_end_with_close() -> None:
    before, workers = alive(), Workers(2)
    workers.run([threading.get_ident] * 20)
    kept = alive() - before
    workers.run([threading.get_ident] * 20)
    assert 0 < len(kept) <= len(alive() - before) <= 2
    workers.close()
    workers.close()
    assert not alive() - before
    assert len(workers.run([threading.get_ident] * 20)) == 20
    workers.close()


def test_threads_end_with_the_last_reference() -> None:
    before, workers = alive(), Workers(2)
    workers.run([threading.get_ident] * 20)
    threads = alive() - before
    del workers
    gc.collect()
    for thread in threads:
        thread.join(10)
    assert not alive() & threads


def test_after_a_failure_nothing_more_begins_and_nothing_runs_on() -> None:
    done: list[int] = []

    def task(i: int) -> None:
        if i == 0:
            raise ValueError("no")
        time.sleep(0.001)
        done.append(i)

    workers = Workers(2)
    with pytest.raises(ValueError, match="no"):
        workers.run([partial(task, i) for i in range(500)])
    count = len(done)
    assert count < 499
    assert workers.run([partial(task, 1)] * 2) == [None, None]
    assert len(done) == count + 2
    workers.close()


def test_several_callers_share_the_threads() -> None:
    workers, outcomes = Workers(2), []

    def call(base: int) -> None:
        outcomes.append((base, workers.run([partial(lambda i: base + i, i) for i in range(100)])))

    callers = [threading.Thread(target=call, args=(1000 * i,)) for i in range(5)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(outcomes) == [(1000 * i, list(range(1000 * i, 1000 * i + 100))) for i in range(5)]
    workers.close()
