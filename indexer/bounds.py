"""Upper bounds of weight tables, by which the kernel leaves out rows that cannot matter.

A bound may be loose without harm to the result; it must never lie below the table, or search would not be exact.
Bounds are 16-bit integers in a unit chosen so that no sum of them can overflow.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.vectors import DAY_SHIFT
from matcher.comparison import BIRTH_GAP_LIMITS
from matcher.tables import UNITS_PER_BIT, ScoringTables

_NOISE = 0.04
"""Spread of an unrelated pair's distance, as a share of the bits; where the bound should be tight."""
_SLOPES = 64
_SPLITS = 16
_RANGE = 30_000
_FINEST = 256
_APART, _DISTANT = 1, 3
"""Gap classes whose tables bound the intervals that do not overlap, and those more than three years apart."""
FAR = BIRTH_GAP_LIMITS[_DISTANT - 1] >> DAY_SHIFT
"""A gap of more units than this is in class _DISTANT or above."""


@dataclass(frozen=True)
class Bound:
    """max(floor, a - b * distance, c - d * distance) >= table[distance] for every distance, in 16-bit units.

    Two lines, since weights fall steeply among the distances of one child written twice and slowly in the tail where
    unrelated records lie, which is where the bound has to be tight.
    """

    a: int
    b: int
    c: int
    d: int
    floor: int

    def at(self, distance: float) -> float:
        """The bound at a distance."""
        return max(self.floor, self.a - self.b * distance, self.c - self.d * distance)


def tightest_bound(table: npt.NDArray[np.int64], typical: float) -> Bound:
    """The bound over int64 (bits + 1,) `table` with the lowest expected value near distance `typical`."""
    bits = len(table) - 1
    distance = np.arange(bits + 1)
    chance = np.exp(-0.5 * ((distance - typical) / (_NOISE * bits + 1)) ** 2)
    floor = int(table[-1])
    best, lowest = Bound(floor, 0, floor, 0, floor), np.inf
    for split in range(0, bits + 1, max(bits // _SPLITS, 1)):
        a, b = _line(np.where(distance < split, table, -(2**40)), floor, chance)
        c, d = _line(np.where(distance >= split, table, -(2**40)), floor, chance)
        bound = np.maximum(floor, np.maximum(a - b * distance, c - d * distance))
        expected = float((bound * chance).sum())
        if expected < lowest:
            best, lowest = Bound(a, b, c, d, floor), expected
    return best


def _line(table: npt.NDArray[np.int64], floor: int, chance: npt.NDArray[np.float64]) -> tuple[int, int]:
    """Intercept and slope of the line over `table`, where that is above the floor, with the lowest expected value."""
    bits = len(table) - 1
    distance = np.arange(bits + 1)
    slopes = np.unique(np.linspace(0, 8 * max(int(table.max()) - floor, 1) // bits + 8, _SLOPES).astype(np.int64))
    above = np.where(table > floor, table, -(2**40))
    intercepts = np.maximum((above[None, :] + slopes[:, None] * distance).max(axis=1), floor)
    fits = (intercepts < 2**15) & (intercepts - slopes * bits >= -(2**15))
    slopes, intercepts = slopes[fits], intercepts[fits]
    bounds = np.maximum(floor, intercepts[:, None] - slopes[:, None] * distance)
    best = int(((bounds * chance).sum(axis=1)).argmin())
    return int(intercepts[best]), int(slopes[best])


@dataclass(frozen=True)
class Plan:
    """How the kernel walks the v views of the profile, in 16-bit units.

    scale    units per bit
    order    int64 (v,), view indexes, the one that lowers bounds most per chunk first
    lines    int64 (v, 5): a, b, c, d and floor of each view's bound
    highest  int64 (v,), the most that a view can give, and not below zero
    birth    int64 (15,), the three bounds of the birth view (indexer.vectors)
    """

    scale: int
    order: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    highest: npt.NDArray[np.int64]
    birth: npt.NDArray[np.int64]


def plan(tables: ScoringTables) -> Plan:
    """The plan for these tables."""
    weights = list(tables.views)
    if tables.birth_position >= 0:
        weights[tables.birth_position] = tables.birth[0]
    scale = _scale(weights, tables)
    lines = [tightest_bound(_scaled(t, scale), float(d)) for t, d in zip(weights, tables.typical, strict=True)]
    highest = np.array([max(int(_scaled(t, scale).max()), 0) for t in weights], dtype=np.int64)
    expected = np.array([line.at(d) for line, d in zip(lines, tables.typical, strict=True)])
    words = np.array([p.words for p in tables.profile.views])
    return Plan(
        scale,
        np.argsort(-(highest - expected) / words, kind="stable").astype(np.int64),
        np.array([_numbers(x) for x in lines], dtype=np.int64),
        highest,
        _birth_lines(tables, scale),
    )


def _birth_lines(tables: ScoringTables, scale: int) -> npt.NDArray[np.int64]:
    if tables.birth_position < 0:
        return np.zeros(15, dtype=np.int64)
    typical = float(tables.typical[tables.birth_position])
    lines = [tightest_bound(_scaled(tables.birth[g], scale), typical) for g in (0, _APART, _DISTANT)]
    return np.array([_numbers(x) for x in lines], dtype=np.int64).reshape(-1)


def _numbers(bound: Bound) -> tuple[int, ...]:
    return bound.a, bound.b, bound.c, bound.d, bound.floor


def _scaled(table: npt.NDArray[np.int32], scale: int) -> npt.NDArray[np.int64]:
    """Thousandths of a bit to units, rounded up."""
    return -(-table.astype(np.int64) * scale // UNITS_PER_BIT)


def _scale(weights: list[npt.NDArray[np.int32]], tables: ScoringTables) -> int:
    """The finest unit in which the extremes of all tables together stay within 16 bits."""
    every = [*weights, tables.birth[-1], tables.sex, tables.lag]
    highest = sum(max(int(t.max()), 0) for t in every)
    lowest = sum(min(int(t.min()), 0) for t in every)
    span = max(highest, -lowest, 1) / UNITS_PER_BIT
    return max(1, min(_FINEST, int(_RANGE / span)))
