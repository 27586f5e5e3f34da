"""Recall of two stages: the best candidates by a coarse code, ranked again by full codes under one-time masks.

A mask keeps distances exactly, so what masked comparison gives is what the full codes give, and is reckoned so here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks.common.all_weights import Weights
from benchmarks.common.data import People, gallery_of
from indexer.fitting import fit_model
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.defaults import default_model
from matcher.model import LinkageModel

RANKS = (1, 10, 100, 1000)
Places = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]
_ROWS, _DRAW_BITS = 500, 16


@dataclass(frozen=True)
class Truth:
    """The true pairs, intp (t,) each: which missing record, and which found one."""

    missing: Places
    found: Places


def truth_of(people: People) -> Truth:
    """The true pairs of a population by places in its lists of records."""
    missing, found = ({record.record_id: i for i, record in enumerate(side)} for side in (people.missing, people.found))
    pairs = [(missing[a], found[b]) for a, b in people.population.truth]
    return Truth(*np.array(pairs, np.intp).reshape(-1, 2).T)


def own_model(missing: EncodedBatch, found: EncodedBatch, seed: int) -> LinkageModel:
    """A model fitted to the batches without labels, as `milap link` does it, on one core."""
    gallery, start = gallery_of(found), default_model(missing.profile)
    return fit_model(start, missing, gallery, KernelSearch(gallery, threads=1), np.random.default_rng(seed))


def ranks(weights: Weights, truth: Truth, lists: "Lists | None" = None) -> npt.NDArray[np.int64]:
    """Rank of each true pair in the list of its missing record, int64 (t,): from 1, ties by the found record's number.

    Args:
        weights: int32 (missing, found).
        truth: the true pairs.
        lists: which pairs are compared at all, all by default; the rank of others is 0.
    """
    found = np.arange(weights.shape[1])
    out = np.zeros(len(truth.missing), np.int64)
    for t, (i, j) in enumerate(zip(truth.missing.tolist(), truth.found.tolist(), strict=True)):
        among = None if lists is None else lists.row(i)
        row = weights[i]
        better = (row > row[j]) | ((row == row[j]) & (found < j))
        if among is None:
            out[t] = 1 + np.count_nonzero(better)
        elif among[j]:
            out[t] = 1 + np.count_nonzero(better & among)
    return out


def recalls(rank: npt.NDArray[np.int64], at: Sequence[int] = RANKS) -> dict[str, float]:
    """Share of the true pairs within each rank, by `@rank`; 0 is no rank."""
    return {f"@{k}": float(((rank > 0) & (rank <= k)).mean()) for k in at}


@dataclass(frozen=True)
class Lists:
    """Which pairs are compared under masks: those on the list of a record's best candidates by coarse weights.

    coarse      int32 (missing, found)
    draws       int64 (missing,) and (found,): their sum decides between pairs of equal weight
    by_missing  int64 (missing,): what a pair has to reach to be on the list of its missing record
    by_found    int64 (found,), the same for the found record, which is how a hub asks when both kinds come in; or None
    """

    coarse: Weights
    draws: tuple[Keys, Keys]
    by_missing: Keys
    by_found: Keys | None = None

    def row(self, record: int) -> npt.NDArray[np.bool_]:
        """Which found records one missing record is compared with, bool (found,)."""
        keys = _keys(self.coarse[record], self.draws[0][record], self.draws[1])
        listed: npt.NDArray[np.bool_] = keys >= self.by_missing[record]
        if self.by_found is not None:
            listed |= keys >= self.by_found
        return listed


def lists_of(coarse: Weights, sizes: Sequence[int], rng: np.random.Generator) -> dict[int, Lists]:
    """The lists of every record when each has so many, for each size, from either side."""
    draws = tuple(rng.permutation(1 << _DRAW_BITS)[:size].astype(np.int64) for size in coarse.shape)
    by_missing = _least(coarse, draws[0], draws[1], sizes)
    by_found = _least(coarse.T, draws[1], draws[0], sizes)
    return {
        size: Lists(coarse, (draws[0], draws[1]), by_missing[:, at], by_found[:, at]) for at, size in enumerate(sizes)
    }


def _keys(weights: Weights, own: Keys | np.int64, others: Keys) -> Keys:
    """Weights with draws behind them, so that no two pairs of one record are equal."""
    drawn = (own + others) & ((1 << _DRAW_BITS) - 1)
    return np.asarray((weights.astype(np.int64) << _DRAW_BITS) | drawn)


def _least(weights: Weights, own: Keys, others: Keys, sizes: Sequence[int]) -> Keys:
    """What the last of the best so many in each row has, int64 (rows, sizes)."""
    columns = weights.shape[1]
    places = [max(columns - size, 0) for size in sizes]
    parts = []
    for first in range(0, len(weights), _ROWS):
        part = np.ascontiguousarray(weights[first : first + _ROWS])
        keys = _keys(part, own[first : first + _ROWS, None], others)
        parts.append(np.partition(keys, sorted(set(places)), axis=1)[:, places])
    return np.concatenate(parts)


def second_stage(fine: Weights, truth: Truth, lists: Lists) -> dict[str, float]:
    """Recall at 1 and 10 after the second stage, by the lists of the missing side alone and of either side."""
    found = {}
    for name, kept in (("missing side", replace(lists, by_found=None)), ("either side", lists)):
        for rank, share in recalls(ranks(fine, truth, kept), (1, 10)).items():
            found[f"{rank} {name}"] = share
    return found
