"""Times of several rounds: the least is the machine's, the spread is what its other users took.

Beside the seconds on the clock stand those that the processor gave to this process. For work of one thread the second
figure is the one that a machine shared with others cannot spoil much.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

ROUNDS = 5


@dataclass(frozen=True)
class Times:
    """Seconds of all rounds, in order: by the clock, and of processor time over all threads."""

    seconds: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def least(self) -> float:
        """The fastest round: noise only ever adds."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The middle round."""
        return median(self.seconds)

    @property
    def spread(self) -> float:
        """Slowest over fastest round."""
        return max(self.seconds) / min(self.seconds)


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> Times:
    """Run `work` so many times."""
    seconds, processor = [], []
    for _ in range(rounds):
        started, used = perf_counter(), process_time()
        work()
        seconds.append(perf_counter() - started)
        processor.append(process_time() - used)
    return Times(tuple(seconds), tuple(processor))


def rates(units: float, times: Times) -> dict[str, float]:
    """Units a second by the fastest and the middle round, a second of processor time, and the spread of the rounds."""
    return {
        "best": units / times.least, "median": units / times.median, "processor": units / min(times.processor),
        "spread": times.spread,
    }
