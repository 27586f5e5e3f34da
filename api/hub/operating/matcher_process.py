"""The matcher as the serving process sees it: a child that is woken, watched and, should it die, started again.

In one process the two would take turns at the interpreter, and a search over a million records would show in the
answers to everybody else's requests.
"""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import structlog

from api.hub.operating.matcher_child import STOP, WAKE, run_matcher
from api.hub.settings import HubSettings

STOP_SECONDS = 40.0
WAKE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 60.0
_STARTING = ["The matcher is being started."]


class MatcherProcess:
    """Implements `api.hub.ports.Matcher`.

    Args:
        settings: the hub's settings, handed to the child.
    """

    def __init__(self, settings: HubSettings) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._sending, self._stopped = threading.Lock(), threading.Event()
        self._reasons = _STARTING
        self._pipe: Connection | None = None
        self._child: BaseProcess | None = None
        self._watcher = threading.Thread(target=self._watch, name="matcher", daemon=True)
        self._woken = threading.Event()
        self._waker = threading.Thread(target=self._wake, name="waker", daemon=True)

    def changed(self) -> None:
        """Have the child look for records that wait."""
        self._woken.set()

    def ready(self) -> list[str]:
        """Why matching cannot work now, as the child last said."""
        return list(self._reasons)

    def start(self) -> None:
        """Start the child, and whoever watches and wakes it."""
        self._watcher.start()
        self._waker.start()

    def stop(self) -> None:
        """Let the child end after its present piece of work; after forty seconds it is made to."""
        self._stopped.set()
        self._woken.set()
        self._send(STOP)
        if self._watcher.ident is not None:
            self._watcher.join(STOP_SECONDS)
        if self._child is not None and self._child.is_alive():
            self._child.kill()

    def _watch(self) -> None:
        pause = 1.0
        while not self._stopped.is_set():
            if self._run():
                pause = 1.0
            if self._stopped.is_set():
                return
            structlog.get_logger().error("the matcher ended by itself", seconds=pause)
            self._stopped.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _wake(self) -> None:
        """One order for all changes of a moment: the child rests between two steps in any case."""
        while not self._stopped.is_set():
            self._woken.wait()
            self._woken.clear()
            self._send(WAKE)
            self._stopped.wait(WAKE_SECONDS)

    def _run(self) -> bool:
        """One life of the child; whether it was ready at any time."""
        ours, theirs = self._context.Pipe()
        child = self._context.Process(target=run_matcher, args=(self._settings, theirs), daemon=True)
        child.start()
        # The child's end must be open in the child alone, or its death would not show.
        theirs.close()
        with self._sending:
            self._pipe, self._child = ours, child
        if self._stopped.is_set():
            self._send(STOP)
        was_ready = False
        try:
            while True:
                self._reasons = ours.recv()
                was_ready = was_ready or not self._reasons
        except (EOFError, OSError):
            self._reasons = ["The matcher is not running; see the log."]
        with self._sending:
            self._pipe = None
            ours.close()
        child.join()
        return was_ready

    def _send(self, order: bytes) -> None:
        with self._sending:
            if self._pipe is None:
                return
            try:
                self._pipe.send_bytes(order)
            except OSError:
                # It has just died; whoever comes in its place looks for waiting records by itself.
                return
