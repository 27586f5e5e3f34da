"""Upper bounds of weight tables, by which the kernel leaves out rows that cannot matter.

A bound may be loose without harm to the result; it must never lie below the table, or search would not be exact.
Bounds are 16-bit integers in a unit chosen so that no sum of them can overflow.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from indexer.vectors import BOUND_BYTES, DAY_SHIFT, STEPS
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
class Staircase:
    """The same as a table: entry min(STEPS - 1, max(0, distance - base) >> shift) bounds the weight from above.

    heights  int64 (STEPS,), in 16-bit units
    """

    base: int
    shift: int
    heights: npt.NDArray[np.int64]

    def at(self, distance: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The bound at these distances, int64 (n,)."""
        entry = np.minimum(np.maximum(distance - self.base, 0) >> self.shift, STEPS - 1)
        return np.asarray(self.heights[entry])


def lowest_staircase(table: npt.NDArray[np.int64], typical: float) -> Staircase:
    """The staircase over int64 (bits + 1,) `table` with the lowest expected value near distance `typical`."""
    bits = len(table) - 1
    distance = np.arange(bits + 1)
    chance = np.exp(-0.5 * ((distance - typical) / (_NOISE * bits + 1)) ** 2)
    best, lowest = Staircase(0, 0, table[:1].repeat(STEPS)), np.inf
    shift = 0
    while True:
        for base in range(0, max(bits - (STEPS << shift), 0) + 1, 2 << shift):
            nearest = np.minimum(base + (np.arange(STEPS) << shift), bits)
            nearest[0] = 0
            stairs = Staircase(base, shift, table[nearest])
            expected = float((stairs.at(distance) * chance).sum())
            if expected < lowest:
                best, lowest = stairs, expected
        if STEPS << shift > bits:
            return best
        shift += 1


@dataclass(frozen=True)
class Plan:
    """How the kernel walks the v views of the profile, in 16-bit units.

    scale    units per bit
    order    int64 (v,), view indexes, the one that lowers bounds most per chunk first
    bounds   int16 (v, 3, BOUND_BYTES / 2): staircase, base, shift and line numbers of each view's bound; the birth
             view has three, for intervals that overlap, for a gap, and for a gap of more than FAR
    highest  int64 (v,), the most that a view can give, and not below zero
    """

    scale: int
    order: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int16]
    highest: npt.NDArray[np.int64]


@lru_cache(maxsize=16)
def plan(tables: ScoringTables) -> Plan:
    """The plan for these tables, made once: it takes half a second for long codes."""
    weights = list(tables.views)
    if tables.birth_position >= 0:
        weights[tables.birth_position] = tables.birth[0]
    scale = _scale(weights, tables)
    highest = np.array([max(int(_scaled(t, scale).max()), 0) for t in weights], dtype=np.int64)
    expected = np.array([_scaled(t, scale)[round(float(d))] for t, d in zip(weights, tables.typical, strict=True)])
    words = np.array([p.words for p in tables.profile.views])
    order = np.argsort(-(highest - expected) / words, kind="stable").astype(np.int64)
    return Plan(scale, order, _bounds(tables, scale), highest)


def _bounds(tables: ScoringTables, scale: int) -> npt.NDArray[np.int16]:
    out = np.zeros((len(tables.views), 3, BOUND_BYTES // 2), dtype=np.int16)
    for v, (table, typical) in enumerate(zip(tables.views, tables.typical, strict=True)):
        by_gap = [tables.birth[g] for g in (0, _APART, _DISTANT)]
        for i, weights in enumerate(by_gap if v == tables.birth_position else [table]):
            out[v, i] = _numbers(_scaled(weights, scale), float(typical))
    return out


def _numbers(table: npt.NDArray[np.int64], typical: float) -> npt.NDArray[np.int64]:
    stairs, line = lowest_staircase(table, typical), tightest_bound(table, typical)
    lines = (line.a, line.b, line.c, line.d, line.floor)
    return np.array([*stairs.heights, stairs.base, stairs.shift, *lines, 0], dtype=np.int64)


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
