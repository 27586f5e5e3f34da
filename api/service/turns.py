"""Writers of one process take turns, first come, first served.

SQLite lets waiting writers sleep for ever longer and look again, so under load each commit is followed by an idle gap
and whoever has waited longest is the least likely to be next.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from api.service.storage_errors import StorageUnavailableError


class Turns:
    """A lock that is handed on in the order of asking.

    Args:
        patience_in_seconds: how long to wait for a turn.
    """

    def __init__(self, patience_in_seconds: float) -> None:
        self._patience = patience_in_seconds
        self._guard = Lock()
        self._held = False
        self._waiting: deque[Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock for the block; not to be nested.

        Raises:
            StorageUnavailableError: no turn came in time.
        """
        self._take()
        try:
            yield
        finally:
            self._pass_on()

    def _take(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(self._patience):
            return
        with self._guard:
            if mine.is_set():
                # It came between the end of the wait and here.
                return
            self._waiting.remove(mine)
        raise StorageUnavailableError(
            "The database is busy with other writes; try again in a moment, and if it stays so, look at its disk.",
            retryable=True,
        )

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False
