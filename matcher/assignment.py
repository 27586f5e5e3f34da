"""One-to-one assignment: each record in at most one pair, so that the weight above the least one adds up highest."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching


def assign_one_to_one(
    missing: npt.NDArray[np.int64], found: npt.NDArray[np.int64], weight: npt.NDArray[np.int32], least: int
) -> npt.NDArray[np.bool_]:
    """Which of c candidate pairs an optimal assignment keeps, bool (c,).

    missing, found  int64 (c,), record numbers of each side; a pair may stand only once
    weight, least   thousandths of a bit; a pair below `least` is worse than no pair

    Every missing record has a dummy partner worth next to nothing, so that leaving it alone is always allowed
    (Jonker and Volgenant's shortest augmenting paths, as scipy implements them for sparse costs).
    """
    keep = np.zeros(len(missing), dtype=np.bool_)
    usable = np.flatnonzero(weight >= least)
    if not len(usable):
        return keep
    rows, row = np.unique(missing[usable], return_inverse=True)
    columns, column = np.unique(found[usable], return_inverse=True)
    gain = weight[usable].astype(np.float64) - least + 2.0
    dummy = np.arange(len(rows))
    matrix = csr_array(
        (
            np.concatenate([gain, np.ones(len(rows))]),
            (np.concatenate([row, dummy]), np.concatenate([column, len(columns) + dummy])),
        ),
        shape=(len(rows), len(columns) + len(rows)),
    )
    chosen_row, chosen_column = min_weight_full_bipartite_matching(matrix, maximize=True)
    partner = np.full(len(rows), -1, dtype=np.int64)
    partner[chosen_row] = chosen_column
    keep[usable[partner[row] == column]] = True
    return keep
