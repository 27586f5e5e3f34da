"""Loops over tiles and probes: the exact top k of each probe, and everything above a weight."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.jit import kernel, part
from indexer.kernel import SQUAD, Int32, Int64, Probes, Rows, Scratch, Tables, scan_tile
from indexer.weighing import collect

TILE_PROBES = 1024
"""Probes that share a tile while it is in the cache."""


class Best(NamedTuple):
    """The best k records of n probes so far, best first: weight int64, record int32 and row int64, each (n, k).

    filled int64 (n,) counts the entries in use.
    """

    weight: Int64
    record: Int32
    row: Int64
    filled: Int64


def empty_best(n: int, k: int) -> Best:
    """Lists of nothing, for n probes."""
    return Best(
        np.zeros((n, k), dtype=np.int64), np.zeros((n, k), dtype=np.int32),
        np.zeros((n, k), dtype=np.int64), np.zeros(n, dtype=np.int64),
    )


class Finds(NamedTuple):
    """Rows that reached their floor: probe group, row and weight, each int64 (c,).

    state  int64 (2,): how many squads of groups have seen how many tiles, and how many entries are in use
    """

    probe: Int64
    row: Int64
    weight: Int64
    state: Int64


@part
def _ahead(weight: int, record: int, row: int, best: Best, i: int, place: int) -> bool:
    """Whether an entry stands before the one at `place`: higher weight, then lower record, then lower row."""
    if weight != best.weight[i, place]:
        return bool(weight > best.weight[i, place])
    if record != best.record[i, place]:
        return bool(record < best.record[i, place])
    return bool(row < best.row[i, place])


@part
def _insert(best: Best, i: int, weight: int, record: int, row: int) -> None:
    """Insert one row, keeping order, and one entry a record."""
    k, filled = best.weight.shape[1], best.filled[i]
    end = filled
    for place in range(filled):
        if best.record[i, place] == record:
            if not _ahead(weight, record, row, best, i, place):
                return
            end = place
            break
    if end == k:
        if not _ahead(weight, record, row, best, i, k - 1):
            return
        end = k - 1
    elif end == filled:
        best.filled[i] = filled + 1
    place = end
    while place > 0 and _ahead(weight, record, row, best, i, place - 1):
        best.weight[i, place] = best.weight[i, place - 1]
        best.record[i, place] = best.record[i, place - 1]
        best.row[i, place] = best.row[i, place - 1]
        place -= 1
    best.weight[i, place] = weight
    best.record[i, place] = record
    best.row[i, place] = row


@part
def _take(rows: Rows, t: int, scratch: Scratch, j: int, i: int, floor: Int64, best: Best) -> None:
    """Put a row that was collected on the group's list, and raise what the group needs."""
    k, r = best.weight.shape[1], scratch.slots[j]
    _insert(best, i, scratch.weights[j], rows.record[t, r], t * rows.record.shape[1] + r)
    if best.filled[i] == k:
        floor[i] = max(floor[i], best.weight[i, k - 1])


@kernel
def top_k_block(
    rows: Rows, tiles: npt.NDArray[np.int64], probes: Probes, first: int, last: int, tables: Tables, floor: Int64,
    allowed: npt.NDArray[np.bool_], scratch: Scratch, best: Best,
) -> None:
    """Fill `best` for probe groups first to last - 1 over the listed tiles, int64 (t,).

    floor  int64 (n,), the least weight that each group still needs, raised to its k-th best so far. Threads that walk
           other tiles of the same groups may share it: whatever one of them writes, k records reach that weight, and
           weights equal to it are kept. So a floor that is old or was written over costs time and never a result.
    """
    for t in tiles:
        for a in range(first, last, SQUAD):
            for e in range(scan_tile(rows, t, probes, a, min(a + SQUAD, last), tables, floor, scratch)):
                i = a + scratch.left[e]
                n = collect(
                    rows, t, probes, i, tables, scratch.left[e], scratch.done[e], floor[i], allowed, scratch
                )
                for j in range(n):
                    _take(rows, t, scratch, j, i, floor, best)


@kernel
def merge_best(best: Best, other: Best) -> None:
    """Put every entry of `other` into `best`: the best k of both together, in whatever order parts are merged."""
    for i in range(len(other.filled)):
        for place in range(other.filled[i]):
            _insert(best, i, other.weight[i, place], other.record[i, place], other.row[i, place])


@kernel
def both_block(
    rows: Rows, tiles: npt.NDArray[np.int64], probes: Probes, first: int, last: int, tables: Tables, floor: Int64,
    allowed: npt.NDArray[np.bool_], scratch: Scratch, best: Best, finds: Finds,
) -> bool:
    """What top_k_block does, and all rows that reach their own floor into `finds`; whether it came to the end.

    It stops when the room left in `finds`, SQUAD tiles at least, might not be enough, and goes on from there when it is
    called again.
    """
    size, squads = rows.record.shape[1], (last - first + SQUAD - 1) // SQUAD
    found = finds.state[1]
    for turn in range(finds.state[0], len(tiles) * squads):
        if found + SQUAD * size > len(finds.probe):
            finds.state[0], finds.state[1] = turn, found
            return False
        t, a = tiles[turn // squads], first + turn % squads * SQUAD
        for e in range(scan_tile(rows, t, probes, a, min(a + SQUAD, last), tables, floor, scratch)):
            i = a + scratch.left[e]
            need = floor[i]
            for j in range(
                collect(rows, t, probes, i, tables, scratch.left[e], scratch.done[e], need, allowed, scratch)
            ):
                r, weight = scratch.slots[j], scratch.weights[j]
                if weight >= need:
                    _take(rows, t, scratch, j, i, floor, best)
                if weight >= rows.floor[t, r]:
                    finds.probe[found], finds.row[found], finds.weight[found] = i, t * size + r, weight
                    found += 1
    finds.state[0], finds.state[1] = len(tiles) * squads, found
    return True


@kernel
def above_block(
    rows: Rows, tiles: npt.NDArray[np.int64], probes: Probes, first: int, last: int, tables: Tables, minimum: Int64,
    allowed: npt.NDArray[np.bool_], scratch: Scratch, probe: Int64, row: Int64, weight: Int64,
) -> int:
    """Write every row of at least `minimum`, int64 (n,), for probe groups first to last - 1; gives how many there are.

    When the buffers probe, row and weight, int64 (c,), are too small, the count is above c and the rest is left out.
    """
    found, size = 0, rows.record.shape[1]
    for t in tiles:
        for a in range(first, last, SQUAD):
            for e in range(scan_tile(rows, t, probes, a, min(a + SQUAD, last), tables, minimum, scratch)):
                i = a + scratch.left[e]
                n = collect(
                    rows, t, probes, i, tables, scratch.left[e], scratch.done[e], minimum[i], allowed, scratch
                )
                for j in range(n):
                    if found < len(probe):
                        probe[found], row[found], weight[found] = i, t * size + scratch.slots[j], scratch.weights[j]
                    found += 1
    return found
