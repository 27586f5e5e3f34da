"""Exact weights of the few rows that the bounds of a tile leave."""

import numpy as np
import numpy.typing as npt

from indexer.jit import lowest_bit, part, popcount
from indexer.kernel import WORD, Probes, Rows, Scratch, Tables, class_of
from indexer.vectors import STEP_NUMBERS, TILE, rows_left
from matcher.batch import UNKNOWN_DAY
from matcher.tables import EXCLUDED, UNITS_PER_BIT


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
    return int(tables.birth[class_of(gap, tables.gap_limits), distance])


@part
def _weigh_open(rows: Rows, t: int, r: int, probes: Probes, i: int, tables: Tables) -> int:
    """Weight of sex and lag; far below any need when the event order excludes the pair."""
    total = int(tables.sex[probes.sex[i], rows.sex[t, r]])
    if tables.direction == 0 or probes.event[i] == UNKNOWN_DAY or rows.event[t, r] == UNKNOWN_DAY:
        return total
    lag = (int(rows.event[t, r]) - int(probes.event[i])) * tables.direction
    if lag < -tables.tolerance:
        return EXCLUDED
    return total + int(tables.lag[class_of(lag, tables.lag_limits)])


@part
def _weigh_view(rows: Rows, t: int, r: int, probes: Probes, i: int, tables: Tables, v: int, distance: int) -> int:
    if v == tables.birth_position:
        return _weigh_birth(rows, t, r, probes, i, tables, distance)
    if v == tables.photo_position:
        return int(tables.photo[probes.photo_age[i], rows.photo_age[t, r], distance])
    return int(tables.weights[tables.starts[v] + distance])


@part
def _distance_of(rows: Rows, t: int, r: int, probes: Probes, i: int, copies: int, tables: Tables, v: int) -> int:
    codes = copies if v == tables.child_position else 1
    return _scalar_distance(rows, t, r, probes, i, codes, tables.offsets[v], tables.offsets[v + 1])


@part
def _may_reach(
    rows: Rows, t: int, r: int, probes: Probes, i: int, copies: int, tables: Tables, place: int, done: int,
    scratch: Scratch,
) -> bool:
    """Whether a row can still reach what is needed: by its own sex and lag, and views after the first `done` steps."""
    both, total = scratch.both[place], int(scratch.partial[place, r])
    if total == 2**15 - 1:
        return True
    least = tables.program[both, done - 1, STEP_NUMBERS - 1] if done else -tables.rests[both]
    total = (total - scratch.lift[place]) * UNITS_PER_BIT + _weigh_open(rows, t, r, probes, i, tables) * tables.scale
    if total < least * UNITS_PER_BIT:
        return False
    for step in range(done, popcount(np.uint64(both))):
        v = tables.program[both, step, 0]
        if rows.presence[t, r] >> v & 1:
            distance = _distance_of(rows, t, r, probes, i, copies, tables, v)
            total += _weigh_view(rows, t, r, probes, i, tables, v, distance) * tables.scale
        if total < tables.program[both, step, 5] * UNITS_PER_BIT:
            return False
    return True


@part
def _weigh_row(rows: Rows, t: int, r: int, probes: Probes, i: int, copies: int, tables: Tables) -> int:
    """The exact weight of one pair of rows."""
    both = rows.presence[t, r] & probes.presence[i]
    total = _weigh_open(rows, t, r, probes, i, tables)
    for v in range(tables.order.shape[0]):
        if both >> v & 1:
            distance = _distance_of(rows, t, r, probes, i, copies, tables, v)
            total += _weigh_view(rows, t, r, probes, i, tables, v, distance)
    return total


@part
def collect(
    rows: Rows, t: int, probes: Probes, group: int, tables: Tables, place: int, done: int, need: int,
    allowed: npt.NDArray[np.bool_], scratch: Scratch,
) -> int:
    """Weigh the rows of tile `t` that are left for a group, which stands at `place`, after `done` steps.

    Puts those that reach `need` or their own floor into scratch.slots and .weights, and gives how many.
    """
    i, copies, both, n = probes.first[group], probes.copies[group], scratch.both[place], 0
    least = tables.program[both, done - 1, STEP_NUMBERS - 1] if done else -tables.rests[both]
    rows_left(int(least), scratch.partial.ctypes.data + place * TILE * 2, scratch.alive.ctypes.data)
    for k in range(TILE // WORD):
        alive = scratch.alive[k]
        while alive != 0:
            r = k * WORD + lowest_bit(alive)
            alive &= alive - np.uint64(1)
            if rows.record[t, r] < 0:
                continue
            holder = rows.holder[t, r]
            if allowed.shape[0] and (holder >= allowed.shape[0] or not allowed[holder]):
                continue
            if not _may_reach(rows, t, r, probes, i, copies, tables, place, done, scratch):
                continue
            weight = _weigh_row(rows, t, r, probes, i, copies, tables)
            if weight >= (min(need, int(rows.floor[t, r])) if rows.floor.shape[0] else need):
                scratch.slots[n] = r
                scratch.weights[n] = weight
                n += 1
    return n
