"""Services as processes of their own: start one, learn its address, end it politely or not."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from matcher.errors import MilapError

_MILAP = "from api.cli.main import main; main()"


class ServiceError(MilapError):
    """A service did not start, or ended by itself; the message says where its log is."""


class ServiceProcess:
    """One running `milap … serve`; its log (standard error) goes to a file."""

    def __init__(self, words: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        """Start `milap WORDS`; the address is known once `wait` returns."""
        self.words, self.log = list(words), log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _MILAP, *words], stdout=subprocess.PIPE, stderr=file,
                env={**os.environ, **(environment or {})}, text=True,
            )  # fmt: skip
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = ""

    def wait(self, seconds: float = 60.0) -> str:
        """The address it listens on, such as http://127.0.0.1:8470; ServiceError when it does not come up."""
        try:
            line = self._lines.get(timeout=seconds)
            self.address = str(json.loads(line)["listening"])
        except (Empty, ValueError, KeyError):
            self.kill()
            raise ServiceError(f"milap {' '.join(self.words[:2])} did not start; see {self.log}.") from None
        return self.address

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def stop(self, seconds: float = 20.0) -> int:
        """Ask it to end (SIGTERM), and give its exit status."""
        self._process.terminate()
        try:
            return self._ended(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End it as a power cut would (SIGKILL)."""
        self._process.kill()
        return self._ended(None)

    def _ended(self, seconds: float | None) -> int:
        status = self._process.wait(seconds)
        self._reader.join()
        return status

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put("")
