"""Values of a view: which records have one text, and which have one code. Numbers count from the most frequent."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.setting import Rows, TargetView

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, repr=False, eq=False)
class Values:
    """v different values of r records, most frequent first.

    of       int64 (r,), number of each record's value
    counts   int64 (v,), how many records have each, never increasing
    example  int64 (v,), place among the r records of one that has it
    """

    of: Numbers
    counts: Numbers
    example: Numbers


def coded_values(view: TargetView, rows: Rows) -> Values:
    """Records by equal codes."""
    return _ranked(np.unique(view.codes[rows], axis=0, return_inverse=True)[1].ravel())


def plain_values(view: TargetView, rows: Rows) -> Values:
    """Records by equal bags, which give equal codes."""
    bags = view.bags[rows]
    bags.sort_indices()
    numbers: dict[bytes, int] = {}
    first, tokens, weights = bags.indptr, bags.indices.astype(np.int64), bags.data.astype(np.float64)
    parts = zip(first[:-1].tolist(), first[1:].tolist(), strict=True)
    keys = (tokens[a:b].tobytes() + weights[a:b].tobytes() for a, b in parts)
    return _ranked(np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64))


def _ranked(labels: Numbers) -> Values:
    _, first, of, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Values(rank[of.ravel()].astype(np.int64), counts[order].astype(np.int64), first[order].astype(np.int64))
