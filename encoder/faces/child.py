"""A helper process that may crash, hang or be broken into: that costs one request, and the next gets a fresh one."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from encoder.faces.child_pipes import BrokenPipesError, exchange
from matcher.errors import MilapError

ANSWER_BYTES = 8_000_000
"""Bytes of the largest answer that is taken from a child, unless told otherwise."""

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


class ChildLost(MilapError):  # noqa: N818
    """A helper process crashed, ran out of memory or time, or answered nonsense; the request is given up."""


class ChildProcess:
    """`python -m module arguments…`, asked by length-prefixed frames on its pipes; see child_side.serve.

    It starts with the first request, inherits neither environment nor working directory nor files, and its own output
    goes nowhere. Threads take turns. Whoever has it closes it.

    Args:
        module: what the child runs; importable from an installation, as it sees no working directory.
        arguments: of its command line, where other processes of the machine can see them.
        timeout_seconds: for a request and its answer, and for the start of the child with the first.
        answer_bytes: of the largest answer.
        renew_after: answers after which a fresh child takes over; None for never.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        timeout_seconds: float,
        answer_bytes: int = ANSWER_BYTES,
        renew_after: int | None = None,
    ) -> None:
        # -I: neither the working directory nor variables of the environment decide which code is run.
        self._command = [sys.executable, "-I", "-B", "-m", module, *arguments]
        self._timeout_seconds, self._answer_bytes, self._renew_after = timeout_seconds, answer_bytes, renew_after
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers = 0

    def ask(self, request: bytes) -> bytes:
        """The child's answer to a request.

        Raises:
            ChildLost: there is none; the next request starts a new child.
        """
        with self._lock:
            process = self._running()
            try:
                answer = exchange(process, request, time.monotonic() + self._timeout_seconds, self._answer_bytes)
            except BrokenPipesError:
                self._end()
                raise ChildLost("A helper process failed or took too long; this request is given up.") from None
            except BaseException:
                # Interrupted half-way: the answer that is still to come must not be taken for one to the next request.
                self._end()
                raise
            self._answers += 1
            if self._answers == self._renew_after:
                self._end()
            return answer

    def close(self) -> None:
        """End the child, if there is one; a later request would start another."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()  # ended by something else, between requests
        if self._process is None:
            self._process, self._answers = _started(self._command), 0
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd=os.path.abspath(os.sep),
        env=_environment(),
        # Ctrl+C at the terminal is for the parent, which then ends its child.
        start_new_session=True,
    )
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
    return process


def _environment() -> dict[str, str]:
    """Nothing of the parent's, in which keys may stand, but where it finds its libraries."""
    # An arena of memory for every thread would count against the limit of the child's address space.
    own = dict.fromkeys(_ONE_THREAD, "1") | {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
    return own | {name: os.environ[name] for name in _KEPT if name in os.environ}
