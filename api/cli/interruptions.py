"""Ctrl-C and its kind: they end the work, and none disturbs what has to be tidied up behind it."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ONE_SECONDS = 2.0
"""Signals that come this soon after one another count as one."""


class Interruptions:
    """While it is entered, each of the signals raises KeyboardInterrupt, until `ignore` is called.

    Outside the main thread, where Python takes no signals, it changes nothing.

    Args:
        monotonic: seconds that only grow.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._heard_one, self._deferring, self._deaf = False, False, False
        self._raised_at = float("-inf")
        self._before: dict[signal.Signals, Callable[[int, FrameType | None], Any] | int | None] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._heard) for number in SIGNALS}
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def ignore(self) -> None:
        """From now on signals do nothing: what is tidied up takes a bounded time."""
        self._deaf = True

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Raise only after the work inside, which must be short."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
        self.check()

    def check(self) -> None:
        """Raise KeyboardInterrupt when there was a signal: Python swallows what is raised while it collects garbage."""
        if self._heard_one and not self._deaf:
            self._raised_at = self._monotonic()
            raise KeyboardInterrupt

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self._heard_one = True
        # Nobody hits Ctrl-C just once; the first has not been acted on yet.
        if not self._deferring and self._monotonic() - self._raised_at > ONE_SECONDS:
            self.check()
