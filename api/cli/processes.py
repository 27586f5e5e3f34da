"""Services as processes of their own: start one, learn its address, end it politely or not."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import Any

from matcher.errors import MilapError

_MILAP = "from api.cli.main import main; main()"
_SETTING = "MILAP_"
_COMPLAINT = "milap: "
_LOG_END_BYTES = 4096
_PIPE_SECONDS = 5.0


class ServiceError(MilapError):
    """A service did not start, ended by itself or gave an answer that helps nobody; the message says where to look."""


class ServiceProcess:
    """One running `milap … serve`; its log (standard error) goes to a file.

    It has a session of its own: a Ctrl-C at the terminal reaches whoever started it, and not the service.

    Args:
        words: what stands behind `milap`.
        log: file that its log is added to.
        environment: its settings, in place of whatever MILAP_… says around this process; None leaves it at that.
    """

    def __init__(self, words: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        """Start `milap WORDS`; the address is known once `wait` returns."""
        self.words, self.log = list(words), log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _MILAP, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file,
                env=_environment(environment), text=True, start_new_session=True,
            )  # fmt: skip
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = ""

    @property
    def number(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait(self, seconds: float = 60.0) -> str:
        """The address it listens on, such as http://127.0.0.1:8470; ServiceError when it does not come up."""
        try:
            line = self._lines.get(timeout=seconds)
            self.address = str(json.loads(line)["listening"])
        except (Empty, ValueError, KeyError, TypeError):
            self.kill()
            raise ServiceError(f"{_said(self.words)} did not start: {_complaint(self.log)}") from None
        return self.address

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def require_running(self) -> None:
        """ServiceError when it has ended by itself."""
        if not self.is_running():
            raise ServiceError(f"{_said(self.words)} has ended by itself: {_complaint(self.log)}")

    def terminate(self) -> None:
        """Ask it to end (SIGTERM), and do not wait."""
        self._process.terminate()

    def stop(self, seconds: float = 20.0) -> int:
        """Ask it to end, and give its exit status; it is killed after so many seconds."""
        self.terminate()
        try:
            return self._ended(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End it, and the processes that it has started, as a power cut would (SIGKILL)."""
        if self.is_running():
            os.killpg(self._process.pid, signal.SIGKILL)
        return self._ended(None)

    def _ended(self, seconds: float | None) -> int:
        status = self._process.wait(seconds)
        # A child of the service that outlives it for a moment holds the pipe open.
        self._reader.join(_PIPE_SECONDS)
        return status

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put("")


def stop_all(processes: Sequence[ServiceProcess], seconds: float = 15.0) -> None:
    """Ask all of them to end at once, and kill those that are still there after so many seconds."""
    for process in processes:
        process.terminate()
    end = monotonic() + seconds
    for process in processes:
        process.stop(max(0.0, end - monotonic()))


def run_to_end(words: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run `milap WORDS --json` as a process of its own, and give its summary.

    Interrupted, it takes the process with it.

    Raises:
        ServiceError: it failed; the message says where its log is.
    """
    command = [sys.executable, "-c", _MILAP, *words, "--json"]
    with log.open("ab") as file:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file, env=_environment(environment),
            text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise ServiceError(f"{_said(words)} failed: {_complaint(log)}")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def _environment(own: Mapping[str, str] | None) -> dict[str, str]:
    if own is None:
        return dict(os.environ)
    return {**{name: value for name, value in os.environ.items() if not name.startswith(_SETTING)}, **own}


def _said(words: Sequence[str]) -> str:
    return f"milap {' '.join(words[:2])}"


def _complaint(log: Path) -> str:
    """What the command said last, when that is a sentence for people; and where the rest stands."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_END_BYTES))
        lines = file.read().decode("utf-8", "replace").splitlines()
    told = [line.removeprefix(_COMPLAINT) for line in lines[-1:] if line.startswith(_COMPLAINT)]
    return " ".join([*told, f"See {log}."])
