"""Loops over tiles and probes: the exact top k of each probe, and everything above a weight."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.jit import kernel, part
from indexer.kernel import Int32, Int64, Probes, Rows, Scratch, Tables, scan_tile

TILE_PROBES = 256
"""Probes that share a tile while it is in the cache."""


class Best(NamedTuple):
    """The best k records of n probes so far, best first: weight int64, record int32 and row int64, each (n, k).

    filled int64 (n,) counts the entries in use.
    """

    weight: Int64
    record: Int32
    row: Int64
    filled: Int64


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
    k, size = best.weight.shape[1], rows.record.shape[1]
    for t in tiles:
        for i in range(first, last):
            need = floor[i]
            if best.filled[i] == k:
                need = max(need, best.weight[i, k - 1])
            n = scan_tile(rows, t, probes, i, tables, need, allowed, scratch)
            for j in range(n):
                r = scratch.slots[j]
                _insert(best, i, scratch.weights[j], rows.record[t, r], t * size + r)
            if n and best.filled[i] == k:
                floor[i] = max(floor[i], best.weight[i, k - 1])


@kernel
def merge_best(best: Best, other: Best) -> None:
    """Put every entry of `other` into `best`: the best k of both together, in whatever order parts are merged."""
    for i in range(len(other.filled)):
        for place in range(other.filled[i]):
            _insert(best, i, other.weight[i, place], other.record[i, place], other.row[i, place])


@kernel
def above_block(
    rows: Rows, tiles: npt.NDArray[np.int64], probes: Probes, first: int, last: int, tables: Tables, minimum: int,
    allowed: npt.NDArray[np.bool_], scratch: Scratch, probe: Int64, row: Int64, weight: Int64,
) -> int:
    """Write every row of at least `minimum` for probe groups first to last - 1; gives how many there are.

    When the buffers probe, row and weight, int64 (c,), are too small, the count is above c and the rest is left out.
    """
    found, size = 0, rows.record.shape[1]
    for t in tiles:
        for i in range(first, last):
            n = scan_tile(rows, t, probes, i, tables, minimum, allowed, scratch)
            for j in range(n):
                if found < len(probe):
                    probe[found], row[found], weight[found] = i, t * size + scratch.slots[j], scratch.weights[j]
                found += 1
    return found
