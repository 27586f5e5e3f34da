"""When to try again: later and later, never all gateways at once, and for as long as it takes."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=5)


class Backoff:
    """Doubles the pause after every failure in a row; a success forgets them. Safe to share between threads.

    Args:
        longest: the longest pause; each is shortened by chance, down to half of it.
        jitter: a number from 0 to 1, drawn anew each time, so that many gateways do not return together.
    """

    def __init__(self, longest: timedelta = LONGEST, jitter: Callable[[], float] = random.random) -> None:
        self._longest, self._jitter, self._lock = longest, jitter, Lock()
        self.failures = 0
        """Failures since the last success."""
        self.not_before: datetime | None = None
        """When the next attempt is due; None when at once."""

    def is_due(self, now: datetime) -> bool:
        """Whether to try now. A clock that was set back does not make the pause any longer than it may be."""
        with self._lock:
            return self.not_before is None or not now < self.not_before <= now + self._longest

    def failed(self, now: datetime) -> None:
        """Wait longer than last time."""
        with self._lock:
            pause = min(FIRST * 2 ** min(self.failures, 30), self._longest)
            self.failures += 1
            self.not_before = now + pause * (0.5 + self._jitter() / 2)

    def succeeded(self) -> None:
        """Wait no longer."""
        with self._lock:
            self.failures, self.not_before = 0, None
