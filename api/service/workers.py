"""Work in the background: one thread that repeats a step, and survives its failures."""

import math
import threading
import time
from collections.abc import Callable

import structlog

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class Worker(threading.Thread):
    """Repeats a step until it is stopped; a daemon, so that a step that hangs does not keep the process.

    Args:
        name: stands in the log.
        step: does one piece of work; True when there is more to do at once.
        idle_seconds: how long to wait after a step with nothing more to do, unless `wake` is called.
        on_error: told of each exception of a step, after it was logged; for counting.
        clock: seconds that only grow.
        first_pause_seconds: wait after the first failure in a row; each further one doubles it, up to a minute.
        gap_seconds: least rest between two steps, in which work gathers that one step does more cheaply together.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], bool],
        idle_seconds: float,
        on_error: Callable[[Exception], None] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
        gap_seconds: float = 0.0,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._step, self._idle_seconds, self._on_error = step, idle_seconds, on_error
        self._clock, self._first_pause, self._gap = clock, first_pause_seconds, gap_seconds
        self._woken, self._stopped = threading.Event(), threading.Event()
        self._last_success = clock()
        self.failures = 0
        """Failures since the start."""

    @property
    def alive_since_success(self) -> float:
        """Seconds since a step last succeeded (before the first: since it was made); infinite when not running."""
        return self._clock() - self._last_success if self.is_alive() else math.inf

    def wake(self) -> None:
        """Take the next step now if the worker is idle; after a failure it waits out its pause all the same."""
        self._woken.set()

    def stop(self, timeout: float) -> bool:
        """Let the worker end after its present step, and wait so many seconds for that; True when it has ended."""
        self._stopped.set()
        self._woken.set()
        if self.ident is not None:  # never started: nothing to wait for
            self.join(timeout)
        return not self.is_alive()

    def run(self) -> None:
        """Repeat the step; called by `start`."""
        in_a_row = 0
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                more = self._step()
            except Exception as error:
                in_a_row += 1
                self._note(error, in_a_row)
                self._stopped.wait(min(self._first_pause * 2 ** min(in_a_row - 1, 30), LONGEST_PAUSE_SECONDS))
                continue
            in_a_row, self._last_success = 0, self._clock()
            if not more and not self._stopped.is_set():
                self._woken.wait(self._idle_seconds)
            self._stopped.wait(self._gap)

    def _note(self, error: Exception, in_a_row: int) -> None:
        self.failures += 1
        structlog.get_logger().error("a step failed", worker=self.name, attempt=in_a_row, exc_info=error)
        if self._on_error is not None:
            self._on_error(error)
