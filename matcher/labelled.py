"""Reviewed pairs correct what a weight is worth: a calibration of log-odds, held back toward the unlabelled curve.

The curve without labels (matcher.curve) knows unrelated pairs only, and infers the true ones as a surplus. Where people
have judged pairs, their findings say directly how often a pair that was shown with these log-odds is true. The
correction is affine in the calibrated weight (Platt 1999; Brümmer and du Preez 2006), with what the model states as
fixed offset, and the unlabelled curve counts as KEPT more labels of the same weights: a few labels move little.

Reviewed pairs are no random sample: people begin at the top of their lists. So nothing is counted over weights (m, u
and the prior stay as they are). Only the *conditional* P(match | stated log-odds) is corrected, which choosing pairs by
what was stated does not change; competitors on the list and the prior stand in the offset. Below the lowest judged
pair nobody has looked: the correction fades out there. What it cannot see: cases still open. Rejecting takes a day and
a reunion months, so while a hub grows its labels hold too few matches, and the correction leans low.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from matcher.curve import Curve
from matcher.reliability import Floats, Reliability, Truth, probability_of, reliability

LEAST_LABELS = 30
"""Of each kind; with fewer the curve stays as it is."""
KEPT = 40.0
"""The unlabelled curve counts as so many labels."""
FOLDS = 5
FADE = 10.0
"""Calibrated bits below the lowest judged pair over which the correction fades out."""
SLOPES = (0.2, 3.0)
SHIFTS = (-15.0, 15.0)
"""Bounds of the correction; whoever gets there has labels that mean something else."""
_STEP = 1.0
_DIGITS = 4

Outcome = Literal["used", "too-few", "no-better"]


@dataclass(frozen=True)
class Labels:
    """n judged pairs.

    weight  float64 (n,), bits, under the model whose curve is to be corrected
    prior   float64 (n,), bits: log-odds that a pair of calibrated weight 0 in its place has, competitors included
    match   bool (n,), whether it is the same child
    group   int64 (n,), which missing record each pair is of; says no more than which pairs belong together
    """

    weight: Floats
    prior: Floats
    match: Truth
    group: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.weight)

    def take(self, chosen: Truth) -> "Labels":
        """The pairs where `chosen`, bool (n,), is true."""
        return Labels(self.weight[chosen], self.prior[chosen], self.match[chosen], self.group[chosen])


@dataclass(frozen=True)
class Correction:
    """Calibrated bits c become c + (slope - 1) * (c - centre) + shift between `lowest` and `highest` judged bits."""

    slope: float = 1.0
    shift: float = 0.0
    centre: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0

    def added(self, bits: Floats) -> Floats:
        """What it adds to calibrated bits, any shape: the same above `highest`, and less and less below `lowest`."""
        inside = (self.slope - 1) * (np.clip(bits, self.lowest, self.highest) - self.centre) + self.shift
        return np.asarray(inside * np.clip(1 - (self.lowest - bits) / FADE, 0.0, 1.0))


@dataclass(frozen=True)
class Relabelled:
    """What labels brought.

    outcome  `used`; `too-few` of either kind (LEAST_LABELS); `no-better`, when judged pairs that the correction was
             not fitted to would have been told at no lower cost. The curve is the one that was given unless `used`.
    before, after  how what was stated held, without and with the correction; `after` is cross-validated: each pair is
             told by a correction fitted to the other missing records' pairs. None with too few.
    """

    curve: Curve
    outcome: Outcome
    matches: int
    others: int
    correction: Correction = Correction()
    before: Reliability | None = None
    after: Reliability | None = None

    def document(self) -> dict[str, Any]:
        """For programs: plain values, rounded; nothing of any pair."""
        figures = {name: None if part is None else part.document() for name, part in
                   (("before", self.before), ("after", self.after))}  # fmt: skip
        parts = {name: round(getattr(self.correction, name), _DIGITS) for name in ("slope", "shift", "centre")}
        return {"outcome": self.outcome, "matches": self.matches, "others": self.others, **parts, **figures}


def recalibrate(curve: Curve, labels: Labels) -> Relabelled:
    """Correct a curve by judged pairs, when there are enough of both kinds and it helps; deterministic."""
    matches = int(labels.match.sum())
    others = len(labels) - matches
    if min(matches, others) < LEAST_LABELS:
        return Relabelled(curve, "too-few", matches, others)
    bits = curve.at(labels.weight)
    correction = _fit(bits, labels)
    before = reliability(bits + labels.prior, labels.match)
    after = reliability(_held_out(bits, labels) + labels.prior, labels.match)
    if after.cost >= before.cost:
        return Relabelled(curve, "no-better", matches, others, correction, before, after)
    return Relabelled(_corrected(curve, correction), "used", matches, others, correction, before, after)


def _held_out(bits: Floats, labels: Labels) -> Floats:
    """Corrected bits of each pair, float64 (n,), by corrections fitted without any pair of its missing record."""
    fold = np.unique(labels.group, return_inverse=True)[1] % FOLDS
    told = bits.copy()
    for number in range(FOLDS):
        mine = fold == number
        told[mine] += _fit(bits[~mine], labels.take(~mine)).added(bits[mine])
    return told


def _fit(bits: Floats, labels: Labels) -> Correction:
    """The correction that labels and, counting KEPT, the statements themselves make most likely."""
    if not len(bits):
        return Correction()
    centre = float(bits.mean())
    stated, kept = bits + labels.prior, KEPT / len(bits)
    target = (labels.match + kept * probability_of(stated)) / (1 + kept)

    def loss(values: Floats) -> tuple[float, Floats]:
        log_odds = stated + (values[0] - 1) * (bits - centre) + values[1]
        cost = np.logaddexp2(0, log_odds) - target * log_odds
        wrong = probability_of(log_odds) - target
        return float(cost.sum()), np.array([(wrong * (bits - centre)).sum(), wrong.sum()])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[SLOPES, SHIFTS])
    slope, shift = (float(value) for value in found.x)
    return Correction(slope, shift, centre, float(bits.min()), float(bits.max()))


def _corrected(curve: Curve, correction: Correction) -> Curve:
    """The curve with the correction added, on knots that also reach where it begins to fade and where it stays."""
    below = curve.weight[0] + min(correction.lowest - FADE - curve.bits[0], 0.0)
    above = curve.weight[-1] + max(correction.highest - curve.bits[-1], 0.0)
    weight = np.unique(np.round(np.concatenate([curve.weight, np.arange(below, above, _STEP), [above]]), 6))
    bits = curve.at(weight)
    return Curve(weight, np.maximum.accumulate(bits + correction.added(bits)))
