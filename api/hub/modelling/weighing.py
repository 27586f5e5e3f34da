"""Judged pairs as a model would weigh and list them today."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from api.hub.matching.rows import HeldBatch
from api.hub.modelling.labels import Judged
from indexer.interface import Search
from indexer.pairs import read_rows
from indexer.parts import AnyGallery, record_at
from matcher.comparison import compare
from matcher.labelled import Labels
from matcher.model import LinkageModel
from matcher.tables import UNITS_PER_BIT, weigh
from matcher.views import Kind

LIST = 20
"""Competitors of a pair are counted among so many best of its missing record."""
_LEAST_BITS = -(2**29) / UNITS_PER_BIT
"""No pair weighs less but one that a hard rule excludes."""
_MOST_BITS = 50.0

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def labels_under(
    model: LinkageModel, judged: Judged, held: HeldBatch, gallery: AnyGallery, search: Search,
    comparable: Callable[[int], bool],
) -> Labels:  # fmt: skip
    """Labels for the calibration of a model.

    Pairs of which both records are resident are weighed anew, and their competitors looked up. Of others the weight
    that they were judged on counts, without competitors, if its model is comparable. The rest is left out, and so are
    pairs that a hard rule excludes.

    Args:
        model: the model whose curve is to be corrected.
        judged: the pairs.
        held: all resident missing records.
        gallery: the resident records.
        search: a search over it for probes of `held`.
        comparable: tells of a model's number whether its weights mean the same as this model's.
    """
    place = {number: at for at, number in enumerate(held.numbers.tolist())}
    probe = np.array([place.get(number, -1) for number in judged.missing.tolist()], dtype=np.int64)
    anew = _weights(model, judged, probe, held, gallery)
    known = np.isfinite(anew)
    same = {number: comparable(number) for number in np.unique(judged.model[~known]).tolist()}
    old = np.array([same.get(number, False) for number in judged.model.tolist()], dtype=np.bool_)
    weight = np.where(known, anew, judged.weight)
    rivals = _rivals(model, judged, np.where(known, probe, -1), held, search)
    ratio = model.matched / max(gallery.record_count(Kind.FOUND), 1)
    prior = np.asarray(np.log2(ratio) - np.log2(1 - model.matched + ratio * rivals))
    return Labels(weight, prior, judged.match, judged.missing).take((known | old) & (weight > _LEAST_BITS))


def _weights(model: LinkageModel, judged: Judged, probe: Places, held: HeldBatch, gallery: AnyGallery) -> Floats:
    """Weight in bits of each pair, by its best rows, float64 (n,); NaN where a record is not resident."""
    rows = gallery.rows_of(Kind.FOUND)
    rows = rows[np.isin(record_at(gallery, rows), judged.found)]
    pair, mine, theirs = _row_pairs(held.batch.record, probe, record_at(gallery, rows), judged.found)
    best = np.full(len(judged), -np.inf)
    if len(pair):
        weight = weigh(compare(held.batch, read_rows(gallery, rows), mine, theirs), model.tables())
        np.maximum.at(best, pair, weight.sum(axis=1, dtype=np.int64) / UNITS_PER_BIT)
    return np.where(np.isfinite(best), best, np.nan)


def _row_pairs(
    records: npt.NDArray[np.int32], first: Places, others: npt.NDArray[np.int32], second: Places
) -> tuple[Places, Places, Places]:
    """Every row of each pair's first record with every row of its second: pair and places, int64 (p,) each.

    records, others  record of each row on either side; a record without rows makes no pair
    first, second    int64 (n,), the records of n pairs
    """
    order, begin, count = _places(records, first)
    other_order, other_begin, other_count = _places(others, second)
    size = count * other_count
    pair = np.repeat(np.arange(len(first)), size)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
    mine, theirs = np.divmod(step, np.maximum(other_count, 1)[pair])
    return pair, order[begin[pair] + mine], other_order[other_begin[pair] + theirs]


def _places(records: npt.NDArray[np.int32], wanted: Places) -> tuple[Places, Places, Places]:
    """Rows sorted by record, and in them the first row and the number of rows of each wanted record."""
    order = np.argsort(records, kind="stable")
    begin = np.searchsorted(records[order], wanted, side="left")
    return order, begin, np.searchsorted(records[order], wanted, side="right") - begin


def _rivals(model: LinkageModel, judged: Judged, probe: Places, held: HeldBatch, search: Search) -> Floats:
    """Sum of the likelihood ratios of all others on each pair's list, float64 (n,); 0 where `probe` is -1."""
    rows = np.flatnonzero(np.isin(held.batch.record, probe))
    if not len(rows):
        return np.zeros(len(judged))
    lists = search.top_k_records(held.batch.take(rows), model.tables(), LIST)
    ratio = np.exp2(np.minimum(model.curve.at(lists.weight / UNITS_PER_BIT), _MOST_BITS))
    total = np.bincount(lists.probe, weights=ratio, minlength=len(held.numbers))[probe]
    own = dict(zip(zip(lists.probe.tolist(), lists.record.tolist(), strict=True), ratio.tolist(), strict=True))
    mine = [own.get(key, 0.0) for key in zip(probe.tolist(), judged.found.tolist(), strict=True)]
    return np.where(probe >= 0, np.maximum(total - mine, 0.0), 0.0)
