"""The search kernel: exact weights of a block of probes against every tile, with early abandoning.

For each tile and probe the kernel adds upper bounds view by view (`indexer.vectors`) and leaves the tile as soon as no
row can reach the weight that is still needed. The few rows that might are weighed exactly from the tables. The result
is what weighing every pair would give; `indexer.reference` does that, and tests hold the two together.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.bounds import FAR
from indexer.jit import lowest_bit, part, popcount
from indexer.vectors import DAY_SHIFT, LANES, TILE, VECTORS, bound_birth, bound_view
from matcher.batch import UNKNOWN_DAY
from matcher.tables import EXCLUDED, UNITS_PER_BIT

FEW = 1
"""With this many rows left in a tile, weighing them one by one is cheaper than a pass (measured: 1 of 1 to 32)."""

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt16 = npt.NDArray[np.uint16]


class Rows(NamedTuple):
    """The gallery's arrays (see Gallery)."""

    codes: UInt16
    masks: npt.NDArray[np.uint32]
    birth: Int32
    event: Int32
    holder: Int32
    record: Int32
    sex: npt.NDArray[np.uint8]
    presence: UInt16
    sexes: npt.NDArray[np.uint8]
    any_presence: UInt16
    events: Int32


class Probes(NamedTuple):
    """n probe rows in g groups: the arrays of EncodedBatch, codes as uint16 (n, chunks).

    first, copies  int64 (g,), first row of each group and how many rows it has; the rows of a group differ in the
                   child view only, and the nearest of their codes counts
    """

    codes: UInt16
    presence: UInt16
    sex: npt.NDArray[np.uint8]
    birth: Int32
    event: Int32
    first: Int64
    copies: Int64


class Tables(NamedTuple):
    """Scoring tables and plan, flattened; weights in thousandths of a bit, bounds in units of the plan.

    weights, starts  all view tables end to end, and where each begins, int64 (v,)
    offsets          first chunk of each view and the end, int64 (v + 1,)
    sex              int32 (4, 4), probe's sex first
    highest_sex      int32 (4, 16), the most for a probe's sex and a set of sexes in a tile
    highest_lag      int32 (5, 5), the most for lag classes from one to another
    rests            int64 (2^v,), the most that a set of views can give, in units of the plan
    direction        1 when the probe is missing, -1 when it is found, 0 when event order does not count
    scale, order, lines, highest, birth_lines  see Plan
    """

    weights: Int32
    starts: Int64
    offsets: Int64
    birth: Int32
    birth_position: int
    child_position: int
    gap_limits: Int64
    sex: Int32
    highest_sex: Int32
    lag: Int32
    highest_lag: Int32
    lag_limits: Int64
    tolerance: int
    direction: int
    scale: int
    order: Int64
    lines: Int64
    highest: Int64
    rests: Int64
    birth_lines: Int64


class Scratch(NamedTuple):
    """Working space of one thread.

    partial int16 (TILE,), distance uint16 (v, TILE), alive uint32 (VECTORS,); slots and weights int64 (TILE,) hold the
    rows that reached the needed weight.
    """

    partial: npt.NDArray[np.int16]
    distance: UInt16
    alive: npt.NDArray[np.uint32]
    slots: Int64
    weights: Int64


@part
def _class_of(value: int, limits: Int64) -> int:
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
    low = _class_of(max(low, -tables.tolerance), tables.lag_limits)
    return int(tables.highest_lag[low, _class_of(high, tables.lag_limits)])


@part
def _scalar_distance(rows: Rows, t: int, r: int, probes: Probes, i: int, copies: int, first: int, end: int) -> int:
    nearest = 2**15
    for copy in range(i, i + copies):
        distance = 0
        for c in range(first, end):
            distance += popcount(np.uint64(rows.codes[t, c, r] ^ probes.codes[copy, c]))
        nearest = min(nearest, distance)
    return nearest


@part
def _weigh_birth(rows: Rows, t: int, r: int, probes: Probes, i: int, tables: Tables, distance: int) -> int:
    before = int(rows.birth[t, 0, r]) - int(probes.birth[i, 1])
    after = int(probes.birth[i, 0]) - int(rows.birth[t, 1, r])
    gap = max(max(before, after), 0)
    return int(tables.birth[_class_of(gap, tables.gap_limits), distance])


@part
def _weigh_open(rows: Rows, t: int, r: int, probes: Probes, i: int, tables: Tables) -> int:
    """Weight of sex and lag; far below any need when the event order excludes the pair."""
    total = int(tables.sex[probes.sex[i], rows.sex[t, r]])
    if tables.direction == 0 or probes.event[i] == UNKNOWN_DAY or rows.event[t, r] == UNKNOWN_DAY:
        return total
    lag = (int(rows.event[t, r]) - int(probes.event[i])) * tables.direction
    if lag < -tables.tolerance:
        return EXCLUDED
    return total + int(tables.lag[_class_of(lag, tables.lag_limits)])


@part
def _weigh_view(rows: Rows, t: int, r: int, probes: Probes, i: int, tables: Tables, v: int, distance: int) -> int:
    if v == tables.birth_position:
        return _weigh_birth(rows, t, r, probes, i, tables, distance)
    return int(tables.weights[tables.starts[v] + distance])


@part
def _weigh_row(
    rows: Rows, t: int, r: int, probes: Probes, i: int, copies: int, tables: Tables, passes: int, rest: int, need: int,
    scratch: Scratch,
) -> int:
    """The exact weight of one pair of rows, or something below `need` as soon as that is certain.

    The first `passes` views of the plan have their distances in the scratch, and the others can give `rest` (units of
    the plan) at most; they are computed here.
    """
    both = rows.presence[t, r] & probes.presence[i]
    total = _weigh_open(rows, t, r, probes, i, tables)
    for step in range(passes):
        v = tables.order[step]
        if both >> v & 1:
            total += _weigh_view(rows, t, r, probes, i, tables, v, int(scratch.distance[v, r]))
    for step in range(passes, tables.order.shape[0]):
        if total * tables.scale + rest * UNITS_PER_BIT < need * tables.scale:
            return EXCLUDED
        v = tables.order[step]
        if both >> v & 1:
            codes = copies if v == tables.child_position else 1
            distance = _scalar_distance(
                rows, t, r, probes, i, codes, tables.offsets[v], tables.offsets[v + 1]
            )
            total += _weigh_view(rows, t, r, probes, i, tables, v, distance)
        if rows.any_presence[t] & probes.presence[i] & (1 << v):
            rest -= tables.highest[v]
    return total


@part
def _collect(
    rows: Rows, t: int, probes: Probes, i: int, copies: int, tables: Tables, passes: int, rest: int, need: int,
    allowed: npt.NDArray[np.bool_], scratch: Scratch,
) -> int:
    """Weigh the rows that are still alive, and keep those that reach `need`. Gives how many."""
    n = 0
    for k in range(VECTORS):
        alive = np.uint64(scratch.alive[k])
        while alive != 0:
            r = k * LANES + lowest_bit(alive)
            alive &= alive - np.uint64(1)
            if rows.record[t, r] < 0:
                continue
            holder = rows.holder[t, r]
            if allowed.shape[0] and (holder >= allowed.shape[0] or not allowed[holder]):
                continue
            weight = _weigh_row(rows, t, r, probes, i, copies, tables, passes, rest, need, scratch)
            if weight >= need:
                scratch.slots[n] = r
                scratch.weights[n] = weight
                n += 1
    return n


@part
def _pass(
    rows: Rows, t: int, probes: Probes, i: int, copies: int, tables: Tables, v: int, need: int, scratch: Scratch
) -> int:
    """Bound one view over a tile; gives how many rows still reach `need` (plan units)."""
    first, end = tables.offsets[v], tables.offsets[v + 1]
    chunks = rows.codes.shape[1]
    tile = rows.codes.ctypes.data + (t * chunks + first) * TILE * 2
    probe = probes.codes.ctypes.data + (i * chunks + first) * 2
    mask = rows.masks.ctypes.data + (t * rows.masks.shape[1] + v) * VECTORS * 4
    need16 = min(max(need, -(2**15)), 2**15 - 1)
    partial, alive = scratch.partial.ctypes.data, scratch.alive.ctypes.data
    distance = scratch.distance.ctypes.data + v * TILE * 2
    if v == tables.birth_position:
        born = rows.birth.ctypes.data + t * 2 * TILE * 4
        low = int(probes.birth[i, 0]) >> DAY_SHIFT
        high = (int(probes.birth[i, 1]) + (1 << DAY_SHIFT) - 1) >> DAY_SHIFT
        bounds = tables.birth_lines.ctypes.data
        return bound_birth(
            tile, probe, end - first, mask, born, low, high, bounds, FAR, need16, partial, distance, alive
        )
    lines = tables.lines.ctypes.data + v * tables.lines.shape[1] * 8
    codes = copies if v == tables.child_position else 1
    return bound_view(tile, probe, end - first, codes, chunks * 2, mask, lines, need16, partial, distance, alive)


@part
def scan_tile(
    rows: Rows, t: int, probes: Probes, group: int, tables: Tables, need: int,
    allowed: npt.NDArray[np.bool_], scratch: Scratch,
) -> int:
    """Put rows of tile `t` that weigh at least `need` against a probe into scratch.slots and .weights; how many."""
    i, copies = probes.first[group], probes.copies[group]
    both = rows.any_presence[t] & probes.presence[i]
    top = _tile_lag(rows, t, int(probes.event[i]), tables)
    if top == EXCLUDED:
        return 0
    top += int(tables.highest_sex[probes.sex[i], rows.sexes[t]])
    rest = int(tables.rests[both])
    # Rounded so that the bound of a row is never below its weight: up for what is there, down for what is needed.
    wanted = need * tables.scale // UNITS_PER_BIT + (-top * tables.scale) // UNITS_PER_BIT
    if rest < wanted:
        return 0
    scratch.partial[:] = 0
    scratch.alive[:] = np.uint32(2**32 - 1)
    passes = 0
    alive = TILE
    for v in tables.order:
        if alive <= FEW:
            break
        passes += 1
        if both >> v & 1:
            rest -= tables.highest[v]
            alive = _pass(rows, t, probes, i, copies, tables, v, wanted - rest, scratch)
    if alive == 0:
        return 0
    return _collect(rows, t, probes, i, copies, tables, passes, rest, need, allowed, scratch)
