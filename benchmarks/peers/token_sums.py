"""Best records by sums over shared tokens, with an inverted index: what full-text engines do."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Weighted = Mapping[str, float]
SLICE = 500
"""Probes that are looked up at a time, so that their scores stay small."""

Progress = Callable[[int], None]


def sums(probes: Sequence[Weighted], records: Sequence[Weighted]) -> Iterator[tuple[int, Floats]]:
    """Slice by slice of the probes: its first index, and sums over shared tokens of the product of both weights."""
    ids: dict[str, int] = {}
    left, right = _matrix(probes, ids), _matrix(records, ids)
    left, right = (csr_array((m.data, m.indices, m.indptr), shape=(m.shape[0], len(ids) or 1)) for m in (left, right))
    inverted = csr_array(right.T)
    for first in range(0, len(probes), SLICE):
        yield first, (left[first : first + SLICE] @ inverted).toarray()


def best(scores: Floats, top: int) -> tuple[Ints, Ints, Floats]:
    """Rows, columns and scores of at most `top` cells a row that are above zero, of float64 (n, m); ties by column."""
    kept = min(top, scores.shape[1])
    if not kept:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    # A tie at the edge of the list has to go by column, which partition alone does not promise.
    nudged = scores - np.arange(scores.shape[1]) * 1e-9
    columns = np.argpartition(-nudged, kept - 1, axis=1)[:, :kept]
    rows = np.repeat(np.arange(len(scores)), kept)
    columns = columns.ravel()
    found = scores[rows, columns]
    above = found > 0
    return rows[above], columns[above].astype(np.int64), found[above]


def all_best(slices: Iterator[tuple[int, Floats]], top: int) -> tuple[Ints, Ints, Floats]:
    """`best` of every slice, joined."""
    parts = [(first, *best(scores, top)) for first, scores in slices]
    rows = np.concatenate([first + rows for first, rows, _, _ in parts])
    return rows, np.concatenate([p[2] for p in parts]), np.concatenate([p[3] for p in parts])


def _matrix(bags: Sequence[Weighted], ids: dict[str, int]) -> "csr_array[np.float64]":
    columns = [[ids.setdefault(token, len(ids)) for token in bag] for bag in bags]
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.array([column for row in columns for column in row], dtype=np.int64)
    weights = np.array([weight for bag in bags for weight in bag.values()], dtype=np.float64)
    return csr_array((weights, flat, starts), shape=(len(bags), max(len(ids), 1)))
