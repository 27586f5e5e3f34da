"""Lists of the best, to which entries are added in any order."""

import numpy as np
import numpy.typing as npt

from indexer.columns import EMPTY
from indexer.jit import kernel

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@kernel
def add_to_lists(others: Int32, weights: Int32, row: Int64, other: Int32, weight: Int32) -> None:
    """Let each entry stand on its list where it belongs, if it has a place there; the lists are changed.

    The order is that of all results: weight from high to low, then number from low to high.

    others, weights  int32 (n, k), best first, EMPTY behind the last
    row              int64 (e,), whose list; other, weight  int32 (e,), an entry that does not stand there yet
    """
    last = others.shape[1]
    for e in range(row.shape[0]):
        r, number, heavy = row[e], other[e], weight[e]
        place = last
        while place > 0:
            there, weighs = others[r, place - 1], weights[r, place - 1]
            if there != EMPTY and (weighs > heavy or (weighs == heavy and there < number)):
                break
            if place < last:
                others[r, place], weights[r, place] = there, weighs
            place -= 1
        if place < last:
            others[r, place], weights[r, place] = number, heavy
