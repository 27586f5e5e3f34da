"""Fit a linkage model to two sets of records without labels: search, estimate, search again."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from indexer.calibrating import calibrate
from indexer.interface import Search
from indexer.pairs import compare_pairs, read_rows
from indexer.parts import AnyGallery, record_at
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.em import Sample, fit
from matcher.model import LinkageModel
from matcher.observations import Counts, count, observe
from matcher.views import Kind

PROBE_RECORDS = 5000
CANDIDATES = 10
RANDOM_PAIRS = 1_000_000
SEARCHES = 3
"""Each search uses the model of the one before; a fourth was seen to change nothing."""


def fit_model(
    start: LinkageModel, missing: EncodedBatch, gallery: AnyGallery, search: Search, rng: np.random.Generator
) -> LinkageModel:
    """Fit to a sample of `missing` (PROBE_RECORDS at most) against all found rows of the gallery.

    Deterministic for one state of `rng`. Too few records leave the model near its start.
    """
    probes = _sample_probes(missing, rng)
    found = gallery.rows_of(Kind.FOUND)
    if not len(probes) or not len(found):
        return start
    random = _random_pairs(missing, gallery, found, rng)
    records = len(np.unique(record_at(gallery, found)))
    sampled = len(np.unique(probes.record))
    model = start
    for _ in range(SEARCHES):
        pairs = search.top_k_records(probes, model.tables(), CANDIDATES)
        seen = observe(compare_pairs(pairs, probes, gallery), start.profile)
        model = fit(model, Sample(seen, pairs.probe, random, sampled, records))
    return replace(calibrate(model, probes, gallery, search, found, rng), origin="em")


def _sample_probes(missing: EncodedBatch, rng: np.random.Generator) -> EncodedBatch:
    records = len(missing.refs)
    chosen = np.zeros(records, dtype=np.bool_)
    chosen[rng.choice(records, min(records, PROBE_RECORDS), replace=False)] = True
    return missing.take(np.flatnonzero(chosen[missing.record]))


def _random_pairs(
    missing: EncodedBatch, gallery: AnyGallery, found: npt.NDArray[np.int64], rng: np.random.Generator
) -> Counts:
    """Counts over random pairs, in slices so that memory stays small."""
    total: Counts | None = None
    wanted = min(RANDOM_PAIRS, len(missing) * len(found))
    for begin in range(0, wanted, 100_000):
        size = min(100_000, wanted - begin)
        rows = rng.integers(0, len(missing), size).astype(np.intp)
        others = read_rows(gallery, found[rng.integers(0, len(found), size)])
        comparison = compare(missing, others, rows, np.arange(size, dtype=np.intp))
        part = count(observe(comparison, missing.profile), np.ones(size))
        total = part if total is None else total + part
    assert total is not None
    return total
