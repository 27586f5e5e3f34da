"""Bit-sliced vertical counters: 64 small sums side by side in the bits of each uint64 word.

Level p of the counters holds bit p of every sum, so adding a token's weight to all positions where its sign bit is 1
is a ripple-carry addition by whole words. Work depends on weights and bag sizes alone, never on key or sign bits.
"""

import numpy as np
import numpy.typing as npt

from encoder.jit import kernel

Words = npt.NDArray[np.uint64]


@kernel
def add_weighted(counters: Words, levels: int, carry: Words, row: Words, weight: int) -> None:
    """Add `weight` to every counter whose bit in `row` is 1.

    Args:
        counters: uint64 (at least levels, v), changed in place.
        levels: number of levels in use; every sum after the addition must be below 2 ** levels.
        carry: uint64 (v,), scratch.
        row: uint64 (v,), packed sign bits.
        weight: at least 1.
    """
    width = row.shape[0]
    lowest = 0
    while not (weight >> lowest) & 1:
        lowest += 1
    level = counters[lowest]
    for i in range(width):
        old = level[i]
        level[i] = old ^ row[i]
        carry[i] = old & row[i]
    for p in range(lowest + 1, levels):
        level = counters[p]
        if (weight >> p) & 1:
            for i in range(width):
                half_sum = level[i] ^ row[i]
                both = level[i] & row[i]
                level[i] = half_sum ^ carry[i]
                carry[i] = both | (half_sum & carry[i])
        else:
            for i in range(width):
                old = level[i]
                level[i] = old ^ carry[i]
                carry[i] &= old


@kernel
def majority(counters: Words, levels: int, total: int, equal: Words, decided: Words) -> None:
    """Set a bit of `decided` where twice the count exceeds `total`.

    The weighted sum of signs is 2 * count - total, so this is its sign. Compares from the highest level down.

    Args:
        counters: uint64 (at least levels, v).
        levels: number of levels in use.
        total: sum of all weights added; odd, so that no sum of signs is zero.
        equal: uint64 (v,), scratch.
        decided: uint64 (v,), the result.
    """
    width = decided.shape[0]
    half = total >> 1
    for i in range(width):
        decided[i] = np.uint64(0)
        equal[i] = ~np.uint64(0)
    for p in range(levels - 1, -1, -1):
        level = counters[p]
        if (half >> p) & 1:
            for i in range(width):
                equal[i] &= level[i]
        else:
            for i in range(width):
                decided[i] |= equal[i] & level[i]
                equal[i] &= ~level[i]
