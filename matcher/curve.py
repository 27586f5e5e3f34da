"""From summed weights to what they are worth: a curve fitted to pairs that cannot be true.

Weights add up as if views were independent. Names of one community, siblings and common names are not, so unrelated
pairs reach high weights far more often than 2^-weight says. Pairs that the event order rules out (found long before
missing) show how often: they are unrelated for certain, and else like any other pair. Where candidates are more than
such decoys let expect, the surplus is true pairs; the ratio of both densities is the calibrated weight (the empirical
null of Efron 2004, with decoys as in target-decoy search).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

Floats = npt.NDArray[np.float64]

STEP = 1.0
"""Width of the weight bins in bits."""
LEAST_DECOYS = 300
"""Fewer decoys than this say too little; weights are then taken at face value."""
SOLID = 20
"""Bins with fewer decoys follow the straight line through the solid ones (an exponential tail)."""
LOW_BINS = 3
"""In so many of the lowest bins nearly all candidates are unrelated, so they correct how many each decoy stands for."""
MOST_CORRECTION = 1.5
SURE = 3.0
"""A surplus counts from so many standard deviations on; below that, chance alone would add true pairs bin by bin."""
LEAST_SURPLUS = 0.01
"""Smallest share of a bin's candidates that counts as true, so that no logarithm runs away."""


@dataclass(frozen=True)
class Curve:
    """Calibrated bits at rising weights (bits), both float64 (n,); straight between, slope 1 outside."""

    weight: Floats
    bits: Floats

    def at(self, weight: Floats) -> Floats:
        """Calibrated bits of weights in bits, any shape."""
        inside = np.interp(weight, self.weight, self.bits)
        below, above = np.minimum(weight - self.weight[0], 0), np.maximum(weight - self.weight[-1], 0)
        return np.asarray(inside + below + above)


FACE_VALUE = Curve(np.zeros(1), np.zeros(1))
"""Every weight is worth itself."""


@dataclass(frozen=True)
class Fitted:
    """A curve, and the share of probes with a true match that it was fitted with."""

    curve: Curve
    matched: float


def fit_curve(
    candidates: Floats, decoys: Floats, scale: float, probes: int, pairs: float, least: float
) -> Fitted | None:
    """Fit the curve, or None when there is too little to fit it to.

    candidates  float64 (c,), weights (bits) of all possible pairs of the probes from `least` on
    decoys      float64 (d,), weights of pairs that cannot be true, from `least` on
    scale       how many possible pairs each decoy stands for, by their numbers in all
    probes      number of probes
    pairs       number of possible pairs in all, most of them below `least`
    """
    if len(decoys) < LEAST_DECOYS or len(candidates) < LEAST_DECOYS:
        return None
    edges = np.arange(least, max(candidates.max(), decoys.max()) + 2 * STEP, STEP)
    seen, null = np.histogram(candidates, edges)[0], np.histogram(decoys, edges)[0]
    observed = seen[:LOW_BINS].sum() / max(null[:LOW_BINS].sum(), 1)
    scale = float(np.clip(observed, scale, MOST_CORRECTION * scale))
    expected = _smooth(null) * scale
    chance = np.sqrt(seen + expected * scale)
    surplus = np.where(seen - expected > SURE * chance, seen - expected, 0.0)
    matches = float(surplus.sum()) + 1.0
    ratio = np.log2((np.maximum(surplus, LEAST_SURPLUS * seen + 1e-3) / matches) / (expected / pairs))
    bits = isotonic_regression(ratio, weights=seen + 1.0, increasing=True).x
    return Fitted(Curve((edges[:-1] + edges[1:]) / 2, bits), float(np.clip(matches / probes, 1e-4, 0.999)))


def _smooth(null: npt.NDArray[np.int64]) -> Floats:
    """Counts by bin; where they are few, the straight line through the logarithms of the solid ones."""
    solid = np.flatnonzero(null >= SOLID)
    if len(solid) < 3:
        return np.maximum(null.astype(np.float64), 0.5)
    slope, start = np.polyfit(solid, np.log2(null[solid]), 1, w=np.sqrt(null[solid]))
    line = np.exp2(start + min(slope, -0.1) * np.arange(len(null)))
    return np.where(null >= SOLID, null, np.where(np.arange(len(null)) > solid[-1], line, np.maximum(null, 0.5)))
