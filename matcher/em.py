"""Expectation-maximisation without labels (Dempster, Laird and Rubin 1977; Winkler 1988 for record linkage).

Two classes of pairs: true pairs, a share `prior` of all pairs, and unrelated ones. u comes from a sample of random
pairs, corrected for the true pairs in it. m comes from the top candidates of a search, each counted with the
probability that it is a true pair under the current model; what search leaves out weighs too little to matter.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import isotonic_regression

from matcher.comparison import BIRTH_GAP_CLASSES, NOT_KNOWN
from matcher.defaults import CAPS, FLOORS, LAG_FLOOR, SEX_FLOOR, bounded, default_model
from matcher.model import LEVELS, SEXES, Evidence, Floats, LinkageModel
from matcher.observations import Counts, Observations, count
from matcher.views import Sex, View

M_PSEUDO_PAIRS = 40.0
"""The default model counts as so many observed true pairs; a handful of records keeps the defaults."""
U_PSEUDO_PAIRS = 2000.0
"""The same for unrelated pairs."""
U_LEAST_SHARE = 0.1
"""Correcting u for the true pairs in the sample never takes away more than the rest of a level."""


@dataclass(frozen=True)
class Sample:
    """What EM fits to.

    candidates  observations of the top candidates of `probes` probe records
    probe       int64 (c,), which probe each candidate belongs to, ascending
    random      counts over random pairs, each counting one
    gallery     number of records that each probe was searched against
    """

    candidates: Observations
    probe: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    random: Counts
    probes: int
    gallery: int


def fit(model: LinkageModel, sample: Sample, rounds: int = 25, tolerance: float = 1e-4) -> LinkageModel:
    """Fit m, u and the prior to a sample, starting from `model`, until the prior moves less than `tolerance`."""
    for _ in range(rounds):
        belief = posterior(model, sample)
        matched = float(np.clip((belief.sum() + 0.5) / (sample.probes + 1), 1e-4, 0.999))
        moved = abs(matched - model.matched)
        model = replace(_maximise(model, sample, belief), matched=matched, origin="em")
        if moved < tolerance:
            break
    return model


def posterior(model: LinkageModel, sample: Sample) -> Floats:
    """Probability that each candidate is its probe's true match, float64 (c,).

    A probe has one true match or none, so its candidates compete: p_i = r w_i / (1 - matched + r sum_j w_j), with
    likelihood ratios w and r = matched / gallery, the prior chance of each record.
    """
    ratio = np.exp2(np.minimum(weights(model, sample.candidates), 60.0)) * model.matched / sample.gallery
    total = np.bincount(sample.probe, weights=ratio)
    return np.asarray(ratio / (1 - model.matched + total[sample.probe]))


def weights(model: LinkageModel, seen: Observations) -> Floats:
    """Summed weight of each pair in bits, float64 (p,), from level weights."""
    total = np.zeros(len(seen.sex))
    birth = model.profile.position(View.BIRTH) if View.BIRTH in model.profile else -1
    for v, evidence in enumerate(model.views):
        # A photo is weighed by a curve that no records fitted: left out, it cannot confirm itself through them.
        if v != birth and model.profile.views[v].view is not View.PHOTO:
            total += _look_up(evidence.weight, seen.views[:, v])
    total += _look_up(model.birth.weight.reshape(-1), seen.birth)
    total += _look_up(model.sex.weight.reshape(-1), seen.sex)
    return total + _look_up(model.lag.weight, seen.lag)


def _look_up(weight: Floats, index: "np.ndarray[tuple[int], np.dtype[np.signedinteger]]") -> Floats:
    return np.where(index == NOT_KNOWN, 0.0, weight[np.maximum(index, 0)])


def _maximise(model: LinkageModel, sample: Sample, belief: Floats) -> LinkageModel:
    matched = count(sample.candidates, belief)
    start = default_model(model.profile)
    prior = float(belief.sum()) / (sample.probes * sample.gallery)
    views = tuple(
        start.views[v] if parameters.view is View.PHOTO
        else _falling(matched.views[v], sample.random.views[v], start.views[v], prior, parameters.view)
        for v, parameters in enumerate(model.profile.views)
    )
    birth = _birth(matched.birth, sample.random.birth, start.birth, prior)
    sex = _sex(matched.sex, sample.random.sex, start.sex, prior)
    lag = _estimate(matched.lag, sample.random.lag, start.lag, prior)
    lag = replace(lag, weight=bounded(lag.m, lag.u, LAG_FLOOR, 5.0))
    return replace(model, views=views, birth=birth, sex=sex, lag=lag)


def _estimate(matched: Floats, random: Floats, start: Evidence, prior: float) -> Evidence:
    """m and u of one comparison (any one shape) with the default model as pseudo-observations; weights not yet set."""
    shape = start.m.shape
    m = matched.reshape(shape) + M_PSEUDO_PAIRS * start.m
    m = m / m.sum()
    seen = random.reshape(shape)
    corrected = np.maximum(seen - prior * seen.sum() * m, U_LEAST_SHARE * seen)
    u = corrected + U_PSEUDO_PAIRS * start.u
    return Evidence(m, u / u.sum(), start.weight)


def _falling(matched: Floats, random: Floats, start: Evidence, prior: float, view: View) -> Evidence:
    """Evidence of a view whose weight never rises with distance (isotonic regression over the levels)."""
    e = _estimate(matched, random, start, prior)
    raw = bounded(e.m, e.u, -30.0, 30.0)
    fitted = isotonic_regression(raw, weights=e.m + e.u, increasing=False).x
    return replace(e, weight=np.clip(fitted, FLOORS[view], CAPS[view]))


def _birth(matched: Floats, random: Floats, start: Evidence, prior: float) -> Evidence:
    if not start.m.any():
        return start
    e = _estimate(matched, random, start, prior)
    raw = bounded(e.m, e.u, -30.0, 30.0)
    rows = [isotonic_regression(raw[g], weights=e.m[g] + e.u[g], increasing=False).x for g in range(BIRTH_GAP_CLASSES)]
    weight = np.minimum.accumulate(np.array(rows), axis=0)
    assert weight.shape == (BIRTH_GAP_CLASSES, LEVELS)
    return replace(e, weight=np.clip(weight, FLOORS[View.BIRTH], CAPS[View.BIRTH]))


def _sex(matched: Floats, random: Floats, start: Evidence, prior: float) -> Evidence:
    e = _estimate(matched, random, start, prior)
    known = np.arange(SEXES) != Sex.UNKNOWN
    inside = known[:, None] & known
    weight = np.zeros((SEXES, SEXES))
    weight[inside] = bounded(e.m[inside], e.u[inside], SEX_FLOOR, 3.0)
    return replace(e, weight=weight)
