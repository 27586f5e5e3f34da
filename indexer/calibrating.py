"""Calibrate a fitted model by decoys: pairs that the order of events rules out, found by the same search."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from indexer.interface import Pairs, Search
from indexer.pairs import compare_pairs
from indexer.parts import AnyGallery, event_at, record_at
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.comparison import NOT_KNOWN, lag_class, lag_days
from matcher.curve import fit_curve
from matcher.model import LinkageModel
from matcher.tables import UNITS_PER_BIT

LIST = 40
"""Candidates and decoys of each probe, together."""
LEAST_BITS = 2.0
RANDOM_PAIRS = 500_000

Floats = npt.NDArray[np.float64]


def calibrate(
    model: LinkageModel, probes: EncodedBatch, gallery: AnyGallery, search: Search, found: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> LinkageModel:
    """The model with a calibration curve (matcher.curve), or as it is when the events rule out too few pairs.

    The search is blind to the order of events, which afterwards parts its pairs into candidates and decoys. A decoy
    gets the lag weight of a random possible pair, since its own lag is what makes it impossible.

    found  int64 (n,), gallery rows of found records
    """
    tables = model.tables()
    blind = replace(tables, lag=np.zeros_like(tables.lag), tolerance=2**29)
    pairs = search.top_k_records(probes, blind, LIST, 0)
    lag = compare_pairs(pairs, probes, gallery).lag
    decoy = _impossible(lag, model.tolerance)
    random = _random_lags(probes, gallery, found, rng)
    impossible = _impossible(random, model.tolerance)
    if not 0 < impossible.mean() < 1:
        return model
    weight = pairs.weight / UNITS_PER_BIT
    candidates = weight[~decoy] + _lag_bits(model, lag[~decoy])
    decoys = weight[decoy] + rng.choice(_lag_bits(model, random[~impossible]), int(decoy.sum()))
    least = _complete_from(pairs, weight) + max(float(model.lag.weight.max()), 0.0)
    sampled, records = len(np.unique(probes.record)), len(np.unique(record_at(gallery, found)))
    possible = sampled * records * float(1 - impossible.mean())
    scale = float((1 - impossible.mean()) / impossible.mean())
    fitted = fit_curve(candidates[candidates >= least], decoys[decoys >= least], scale, sampled, possible, least)
    return model if fitted is None else replace(model, curve=fitted.curve, matched=fitted.matched)


def _impossible(lag: npt.NDArray[np.int32], tolerance: int) -> npt.NDArray[np.bool_]:
    return np.asarray((lag < -tolerance) & (lag != UNKNOWN_DAY))


def _lag_bits(model: LinkageModel, lag: npt.NDArray[np.int32]) -> Floats:
    classes = lag_class(lag)
    return np.where(classes == NOT_KNOWN, 0.0, model.lag.weight[np.maximum(classes, 0)])


def _random_lags(
    probes: EncodedBatch, gallery: AnyGallery, found: npt.NDArray[np.int64], rng: np.random.Generator
) -> npt.NDArray[np.int32]:
    """Lags of random pairs, int32 (RANDOM_PAIRS,)."""
    missing = probes.event[rng.integers(0, len(probes), RANDOM_PAIRS)]
    return lag_days(missing, event_at(gallery, rng.choice(found, RANDOM_PAIRS)))


def _complete_from(pairs: Pairs, weight: Floats) -> float:
    """Weight (bits) from which nearly all lists hold every pair: above it nothing was cut off at LIST entries."""
    ends = weight[pairs.rank == LIST]
    return max(LEAST_BITS, float(np.quantile(ends, 0.9))) if len(ends) else LEAST_BITS
