"""The parts of a longer piece of work, each with its seconds on the clock and of all its processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from benchmarks.common.watching import own_seconds


class Parts:
    """Notes what each part took; `rows` are a table of them."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    @contextmanager
    def timed(self, part: str) -> Iterator[dict[str, Any]]:
        """Time a part; what is put into the row that it gives stands beside its seconds."""
        row: dict[str, Any] = {"part": part}
        self.rows.append(row)
        started, used = perf_counter(), own_seconds()
        yield row
        row |= {"seconds": perf_counter() - started, "cpu s": own_seconds() - used}
