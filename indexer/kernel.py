"""The search kernel: exact weights of a block of probes against every tile, with early abandoning.

For each tile and probe the kernel adds upper bounds view by view (`indexer.vectors`) and leaves the tile as soon as no
row can reach the weight that is still needed. The few rows that might are weighed exactly from the tables
(`indexer.weighing`). The result is what weighing every pair would give; `indexer.reference` does that, and tests hold
the two together.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.jit import part, popcount
from indexer.vectors import STEP_NUMBERS, TILE, VECTORS, begin_rows, bound_view
from matcher.batch import UNKNOWN_DAY
from matcher.tables import EXCLUDED, UNITS_PER_BIT

WORD = 64

SQUAD = 64
"""Probe groups that go through a tile together, view by view: branches that depend on one pair are hard to predict."""

FEW = 1
"""With this many rows left in a tile, weighing them one by one is cheaper than a pass (measured: 1 of 1 to 32)."""

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt16 = npt.NDArray[np.uint16]


class Rows(NamedTuple):
    """The gallery's arrays (see Gallery), and what the rows themselves still look for (see indexer.both_ways).

    floor   int32 (t, TILE), a pair of this weight counts whatever the probe needs; without tiles when there are none
    start   int16 (t, TILE), minus the floor in units of the plan, rounded up
    starts  int64 (t,), highest start of each tile
    """

    codes: UInt16
    masks: npt.NDArray[np.uint32]
    birth: Int32
    event: Int32
    holder: Int32
    record: Int32
    sex: npt.NDArray[np.uint8]
    presence: UInt16
    photo_age: npt.NDArray[np.uint8]
    sexes: npt.NDArray[np.uint8]
    any_presence: UInt16
    events: Int32
    floor: Int32
    start: npt.NDArray[np.int16]
    starts: Int64


class Probes(NamedTuple):
    """n probe rows in g groups: the arrays of EncodedBatch, codes as uint16 (n, chunks).

    days           int32 (n, 3), see bound_view
    first, copies  int64 (g,), first row of each group and how many rows it has; the rows of a group differ in the
                   child view only, and the nearest of their codes counts
    """

    codes: UInt16
    presence: UInt16
    sex: npt.NDArray[np.uint8]
    birth: Int32
    event: Int32
    photo_age: npt.NDArray[np.uint8]
    days: Int32
    first: Int64
    copies: Int64


class Tables(NamedTuple):
    """Scoring tables and plan, flattened; weights in thousandths of a bit, bounds in units of the plan.

    weights, starts  all view tables end to end, and where each begins, int64 (v,)
    photo            int32 (bands, bands, bits + 1), what counts in place of the photo view's own table
    offsets          first chunk of each view and the end, int64 (v + 1,)
    sex              int32 (4, 4), probe's sex first
    highest_sex      int32 (4, 16), the most for a probe's sex and a set of sexes in a tile
    highest_lag      int32 (5, 5), the most for lag classes from one to another
    rests            int64 (2^v,), the most that a set of views can give, in units of the plan
    program          int32 (2^v, v, STEP_NUMBERS), the steps for a set of views (indexer.vectors)
    direction        1 when the probe is missing, -1 when it is found, 0 when event order does not count
    scale, order, bounds, highest  see Plan
    """

    weights: Int32
    starts: Int64
    offsets: Int64
    birth: Int32
    birth_position: int
    photo: npt.NDArray[np.int32]
    photo_position: int
    child_position: int
    gap_limits: tuple[int, ...]
    sex: Int32
    highest_sex: Int32
    lag: Int32
    highest_lag: Int32
    lag_limits: tuple[int, ...]
    tolerance: int
    direction: int
    scale: int
    order: Int64
    bounds: npt.NDArray[np.int16]
    highest: Int64
    rests: Int64
    program: Int32


class Scratch(NamedTuple):
    """Working space of one thread, for up to SQUAD probe groups at once.

    partial         int16 (SQUAD, TILE), what each row has above what is needed
    both            int64 (SQUAD,), the views that each group has in common with the tile
    lift            int64 (SQUAD,), what partial holds for sex and lag, the most in the tile
    queue           int64 (SQUAD,), groups for which the tile is not done
    left, done      int64 (SQUAD,), groups for which a few rows are left, and after how many steps
    alive           uint64 (TILE / 64,), those rows
    slots, weights  int64 (TILE,), the rows that reached the needed weight
    """

    partial: npt.NDArray[np.int16]
    both: Int64
    lift: Int64
    queue: Int64
    left: Int64
    done: Int64
    alive: npt.NDArray[np.uint64]
    slots: Int64
    weights: Int64


def new_scratch() -> Scratch:
    """Working space."""
    both, lift, queue, left, done = (np.empty(SQUAD, dtype=np.int64) for _ in range(5))
    slots, weights = (np.empty(TILE, dtype=np.int64) for _ in range(2))
    partial, alive = np.empty((SQUAD, TILE), dtype=np.int16), np.empty(TILE // WORD, dtype=np.uint64)
    return Scratch(partial, both, lift, queue, left, done, alive, slots, weights)


@part
def class_of(value: int, limits: tuple[int, ...]) -> int:
    """Number of limits below the value: no branch, for the outcome is hard to predict."""
    place = 0
    for limit in limits:
        place += value > limit
    return place


@part
def _tile_lag(rows: Rows, t: int, event: int, tables: Tables) -> int:
    """The most that the lag can weigh in this tile, thousandths of a bit; EXCLUDED when all rows are excluded."""
    first, last = int(rows.events[t, 0]), int(rows.events[t, 1])
    if tables.direction == 0 or event == UNKNOWN_DAY:
        return 0
    if first > last:
        return max(int(tables.highest_lag[0, tables.lag.shape[0] - 1]), 0)
    low, high = first - event, last - event
    if tables.direction < 0:
        low, high = event - last, event - first
    if high < -tables.tolerance:
        return EXCLUDED
    low = class_of(max(low, -tables.tolerance), tables.lag_limits)
    return int(tables.highest_lag[low, class_of(high, tables.lag_limits)])


@part
def _enter(rows: Rows, t: int, probes: Probes, group: int, tables: Tables, need: int, place: int,
           scratch: Scratch) -> bool:
    """Make ready for a group of probes, unless no row of the tile can reach what is needed."""
    i = probes.first[group]
    top = _tile_lag(rows, t, int(probes.event[i]), tables)
    if top == EXCLUDED:
        return False
    both = int(rows.any_presence[t] & probes.presence[i])
    scratch.both[place] = both
    top += int(tables.highest_sex[probes.sex[i], rows.sexes[t]])
    # Rounded so that the bound of a row is never below its weight: up for what is there, down for what is needed.
    lift = -((-top * tables.scale) // UNITS_PER_BIT)
    scratch.lift[place] = lift
    start = lift - need * tables.scale // UNITS_PER_BIT
    highest = max(start, int(rows.starts[t]) + lift) if rows.floor.shape[0] else start
    if highest + tables.rests[both] < 0:
        return False
    starts = rows.start.ctypes.data + t * TILE * 2 if rows.floor.shape[0] else 0
    start16 = min(max(start, -(2**15)), 2**15 - 1)
    begin_rows(scratch.partial.ctypes.data + place * TILE * 2, start16, starts, lift)
    return True


@part
def _advance(rows: Rows, t: int, probes: Probes, group: int, tables: Tables, place: int, step: int,
             scratch: Scratch) -> int:
    """Bound one more view over a tile; gives how many rows are left."""
    i, chunks, views = probes.first[group], rows.codes.shape[1], rows.masks.shape[1]
    return bound_view(
        rows.codes.ctypes.data + t * chunks * TILE * 2, rows.masks.ctypes.data + t * views * VECTORS * 4,
        rows.birth.ctypes.data + t * 2 * TILE * 4, probes.codes.ctypes.data + i * chunks * 2, probes.copies[group],
        chunks * 2, probes.days.ctypes.data + i * 12, tables.bounds.ctypes.data,
        tables.program.ctypes.data + (scratch.both[place] * views + step) * STEP_NUMBERS * 4,
        scratch.partial.ctypes.data + place * TILE * 2,
    )


@part
def scan_tile(
    rows: Rows, t: int, probes: Probes, first: int, last: int, tables: Tables, floor: Int64, scratch: Scratch
) -> int:
    """Bound tile `t` against probe groups first to last - 1, SQUAD at most; gives for how many of them rows are left.

    They are weighed by `collect`; scratch.left holds their places among these groups, and .done their steps.
    """
    n = found = 0
    for group in range(first, last):
        place = group - first
        if _enter(rows, t, probes, group, tables, floor[group], place, scratch):
            scratch.queue[n] = place
            n += 1
    step = 0
    while n:
        before, n = n, 0
        for q in range(before):
            place = scratch.queue[q]
            steps = popcount(np.uint64(scratch.both[place]))
            count = TILE
            if step < steps:
                count = _advance(rows, t, probes, first + place, tables, place, step, scratch)
            on = (count > FEW) & (step + 1 < steps)
            scratch.queue[n] = place
            n += on
            scratch.left[found], scratch.done[found] = place, min(step + 1, steps)
            found += (count > 0) & (not on)
        step += 1
    return found
