"""What a person sees of a long command: progress on a terminal, plain lines elsewhere, and one summary at the end.

Progress and problems go to standard error, results to standard output, so that `--json` can be piped.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock, Timer
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

DONE, REJECTED_ROWS, WRONG_USE, FAILED = 0, 1, 2, 3
"""Exit statuses (RECORDS, section 2)."""

LINE_EVERY_SECONDS = 10.0


def report_error(message: str, status: int) -> int:
    """Print one sentence to standard error and give the status back."""
    print(f"milap: {message}", file=sys.stderr)
    return status


class Reporter:
    """Tells how far a command is; `quiet` keeps everything but errors to itself."""

    def __init__(self, quiet: bool = False) -> None:
        """Report to standard error."""
        self.quiet = quiet
        self.console = Console(stderr=True)

    def say(self, message: str) -> None:
        """One line."""
        if not self.quiet:
            print(message, file=sys.stderr, flush=True)

    @contextmanager
    def if_slow(self, message: str, seconds: float = 1.0) -> Iterator[None]:
        """Say a line should the work inside take longer than so many seconds."""
        timer = Timer(seconds, self.say, (message,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def step(self, title: str, total: int) -> Iterator["Step"]:
        """A part of the work with a known number of units; says at its end how long it took."""
        started = time.monotonic()
        if self.quiet or not self.console.is_terminal:
            yield PlainStep(self, title, total)
        else:
            with _bar(self.console) as progress:
                yield BarStep(progress, title, total)
        self.say(f"{title}: {total:,} in {time.monotonic() - started:.1f} s")


class Step(Protocol):
    """Counts units done; safe to call from several threads."""

    def advance(self, units: int) -> None:
        """So many more units are done."""
        ...


class BarStep:
    """A bar on a terminal."""

    def __init__(self, progress: Progress, title: str, total: int) -> None:
        """A bar of `total` units."""
        self._progress, self._task = progress, progress.add_task(title, total=total)

    def advance(self, units: int) -> None:
        """Move the bar."""
        self._progress.advance(self._task, units)


class PlainStep:
    """A line now and then, for logs."""

    def __init__(self, reporter: Reporter, title: str, total: int) -> None:
        """Lines of `title`, at most one every LINE_EVERY_SECONDS."""
        self._reporter, self._title, self._total = reporter, title, total
        self._done, self._next, self._lock = 0, time.monotonic() + LINE_EVERY_SECONDS, Lock()

    def advance(self, units: int) -> None:
        """Count, and say so when a line is due."""
        with self._lock:
            self._done += units
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + LINE_EVERY_SECONDS
            share = 100 * self._done // max(self._total, 1)
        self._reporter.say(f"{self._title}: {self._done:,} of {self._total:,} ({share} %)")


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), console=console, transient=True,
    )


def print_summary(summary: Mapping[str, Any], lines: list[str], as_json: bool) -> None:
    """The end of a command: `lines` for people, or the summary as one JSON object for programs."""
    print(json.dumps(summary, sort_keys=True) if as_json else "\n".join(lines))
