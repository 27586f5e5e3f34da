"""Weights of chosen pairs of records, of which it is known already that they belong together: no search."""

import numpy as np
import numpy.typing as npt

from indexer.interface import Hits, Pairs
from indexer.pairs import read_rows, record_pairs
from indexer.parts import AnyGallery
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.tables import EXCLUDED, ScoringTables, weigh
from matcher.views import Kind

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def chosen_pairs(
    probes: EncodedBatch, probe: Int64, gallery: AnyGallery, record: Int32, first: Int64, rows: Int64,
    tables: ScoringTables,
) -> Pairs:  # fmt: skip
    """What a search gives for these pairs alone, which event order does not exclude.

    Args:
        probes: records of one kind, rows by record.
        probe: int64 (c,), record of each pair in `probes`.
        gallery: holds the others.
        record: int32 (c,), record number of the other of each pair.
        first: int64 (c + 1,), pair i has the gallery rows at `first[i]` to `first[i + 1]` - 1 of `rows`.
        rows: int64 (n,), gallery rows, pair by pair.
        tables: weights.
    """
    begin = np.searchsorted(probes.record, np.arange(len(probes.refs) + 1))
    pair, mine, place = _combinations(begin[probe], np.diff(begin)[probe], first[:-1], np.diff(first))
    theirs, index = np.unique(rows[place], return_inverse=True)
    others = read_rows(gallery, theirs)
    if probes.kind is Kind.MISSING:
        compared = compare(probes, others, mine, index)
    else:
        compared = compare(others, probes, index, mine)
    parts = weigh(compared, tables)
    allowed = parts[:, -1] != EXCLUDED
    weight = parts.sum(axis=1, dtype=np.int64)[allowed].astype(np.int32)
    return record_pairs(Hits(mine[allowed], record[pair[allowed]], rows[place[allowed]], weight), probes)


def _combinations(
    first: Int64, count: Int64, other_first: Int64, other_count: Int64
) -> tuple[Int64, Int64, Int64]:
    """Every combination of two runs, (c,) each, for each pair: pair, place in the one, place in the other."""
    total = count * other_count
    pair = np.repeat(np.arange(len(total)), total)
    at = np.arange(int(total.sum())) - np.repeat(np.cumsum(total) - total, total)
    return pair, first[pair] + at // other_count[pair], other_first[pair] + at % other_count[pair]
