"""Worker threads that outlive a search: starting them costs as much as a short search."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")


class Workers:
    """At most so many threads, started when they are first needed; one thread is the caller's own.

    They end with `close`, with the last reference to this object, or with the process.
    """

    def __init__(self, threads: int) -> None:
        """Start nothing yet."""
        self.threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0
        self._lock = threading.Lock()

    def run(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """The results of all tasks, in order.

        When one fails, or the caller is interrupted, those that have not begun never run, and it waits for the rest.
        """
        if self.threads == 1 or len(tasks) == 1:
            return [task() for task in tasks]
        futures = self._submit(tasks)
        try:
            return [future.result() for future in futures]
        except BaseException:
            # Ctrl-C: what has not begun must not run on behind the user's back.
            for future in futures:
                future.cancel()
            wait(futures)
            raise

    def close(self) -> None:
        """End the threads when they are done; `run` would start new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def _submit(self, tasks: Sequence[Callable[[], T]]) -> list[Future[T]]:
        # Under the lock, so that no other thread closes the pool between two tasks.
        with self._lock:
            # A fork copies the pool and none of its threads.
            if self._pool is None or self._process != os.getpid():
                self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="search")
                self._process = os.getpid()
            return [self._pool.submit(task) for task in tasks]
