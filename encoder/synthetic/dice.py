"""Draws from one PCG64 stream, fast enough for a hundred draws a record.

Uniform numbers are fetched in blocks: a scalar call into numpy costs ten times a list step.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Generic, TypeVar

import numpy as np

BLOCK = 8_192
T = TypeVar("T")


class Dice:
    """A seeded source of draws; two dice of one seed and stream give the same draws in the same order."""

    def __init__(self, seed: int, stream: int = 0) -> None:
        """Start one of the independent streams of a seed; both are non-negative integers."""
        sequence = np.random.SeedSequence(seed, spawn_key=(stream,))
        self._generator = np.random.Generator(np.random.PCG64(sequence))
        # A chain of lists is walked in C, which a generator of single numbers is not.
        self.unit: Callable[[], float] = chain.from_iterable(self._blocks()).__next__

    def _blocks(self) -> Iterator[list[float]]:
        while True:
            yield self._generator.random(BLOCK).tolist()

    def chance(self, probability: float) -> bool:
        """Return true with this probability."""
        return self.unit() < probability

    def below(self, bound: int) -> int:
        """Return an integer in 0..bound-1."""
        return int(self.unit() * bound)

    def between(self, low: int, high: int) -> int:
        """Return an integer in low..high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def skewed(self, bound: int) -> int:
        """Return an integer in 0..bound-1, small ones far more often (the commonest spelling comes first)."""
        return int(bound * self.unit() ** 2.2)

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items, all equally likely."""
        return items[int(self.unit() * len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a random order."""
        return [items[i] for i in self._generator.permutation(len(items)).tolist()]


class Weighted(Generic[T]):
    """Items with weights, drawn by bisection over the cumulative weights."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        """Keep the items; each needs a weight of 0 or more."""
        self.items = tuple(items)
        self.weights = tuple(weights)
        self._cumulative = list(accumulate(weights))

    def draw(self, dice: Dice) -> T:
        """Return one item with probability proportional to its weight."""
        return self.items[bisect(self._cumulative, dice.unit() * self._cumulative[-1])]
