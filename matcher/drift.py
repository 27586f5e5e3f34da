"""How far one linkage model lies from another of the same profile, so that a person can judge before it is used.

What a change does to a pair is told in bits of weight. How far the distributions behind the weights have moved is told
by their Jensen-Shannon divergence (Lin 1991), which is defined for levels that one of both never saw, too.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from matcher.errors import ModelError
from matcher.model import Evidence, Floats, LinkageModel
from matcher.views import View

Word = Literal["steady", "shifted", "drifted"]

SHIFTED: Mapping[str, float] = {"mean": 1.0, "m": 0.06, "u": 0.005, "prior": 0.75, "curve_mean": 0.75}
"""From one of these on models have shifted: pairs near a verdict's edge may cross it."""
DRIFTED: Mapping[str, float] = {"mean": 2.5, "m": 0.15, "u": 0.05, "prior": 2.0, "curve_mean": 2.0}
"""From one of these on they have drifted: lists are ordered otherwise, or probabilities mean something else.

mean        m-weighted mean change of any one comparison, bits (one bit doubles the odds)
m, u        Jensen-Shannon divergence of any one comparison, bits
prior       change of the prior, bits of log-odds
curve_mean  mean change of the calibration curve, bits
Models fitted to two samples of one population stay below SHIFTED (figures in docs/decisions/0018). The largest change
of a weight or of the curve decides nothing: it is mostly a level that hardly any pair has, or the edge of a steep step.
"""
CURVE_WEIGHTS = np.arange(-5.0, 30.5, 0.5)
"""Weights (bits) at which curves are compared: nobody is shown pairs below, and above all are as good as certain."""
_DIGITS = 4


@dataclass(frozen=True)
class Change:
    """Of one comparison from a model to another.

    largest  largest change of a weight, bits
    mean     mean change of the weights, bits, by the mean m of both models: what it does to true pairs
    m, u     Jensen-Shannon divergence between the models' m and between their u, bits, 0 to 1
    """

    largest: float
    mean: float
    m: float
    u: float


@dataclass(frozen=True)
class Drift:
    """From a model to another.

    comparisons  per view, and of sex and lag; `birth` is the table of gaps and distances, which weighs the birth view
    prior        change of the log-odds that a missing record has a match, bits, signed
    curve        largest change of the calibration curve over CURVE_WEIGHTS, bits; `curve_mean` is the mean one
    """

    comparisons: Mapping[str, Change]
    prior: float
    curve: float
    curve_mean: float

    @property
    def word(self) -> Word:
        """In one word, by SHIFTED and DRIFTED."""
        return "drifted" if self._reaches(DRIFTED) else "shifted" if self._reaches(SHIFTED) else "steady"

    def _reaches(self, bounds: Mapping[str, float]) -> bool:
        parts = [(getattr(c, name), bounds[name]) for c in self.comparisons.values() for name in ("mean", "m", "u")]
        parts += [(abs(self.prior), bounds["prior"]), (self.curve_mean, bounds["curve_mean"])]
        return any(value >= bound for value, bound in parts)

    def document(self) -> dict[str, Any]:
        """For programs: plain values, rounded."""
        changes = {name: _rounded(asdict(change)) for name, change in self.comparisons.items()}
        rest = _rounded({"prior": self.prior, "curve": self.curve, "curve_mean": self.curve_mean})
        return {"word": self.word, "comparisons": changes, **rest}


def drift(before: LinkageModel, after: LinkageModel) -> Drift:
    """What changes from a model to another; ModelError when they are of two profiles."""
    if before.profile.digest != after.profile.digest:
        raise ModelError(
            f"A model of {before.profile.name} cannot be compared with one of {after.profile.name}; take two of one "
            "profile."
        )
    parts = _comparisons(before), _comparisons(after)
    changes = {name: _change(parts[0][name], parts[1][name]) for name in parts[0]}
    moved = np.abs(after.curve.at(CURVE_WEIGHTS) - before.curve.at(CURVE_WEIGHTS))
    prior = _log_odds(after.matched) - _log_odds(before.matched)
    return Drift(changes, prior, float(moved.max()), float(moved.mean()))


def divergence(p: Floats, q: Floats) -> float:
    """Jensen-Shannon divergence of two distributions of one shape, bits, 0 to 1 (Lin 1991, equal weights).

    Each is scaled to sum 1; 0 where both are zero throughout.
    """
    p, q = _scaled(p.reshape(-1)), _scaled(q.reshape(-1))
    middle = (p + q) / 2
    return float(np.clip((_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2, 0.0, 1.0))


def _scaled(p: Floats) -> Floats:
    # By the highest first: the sum of numbers near the least that a float can hold would not divide them.
    highest = p.max(initial=0.0)
    if highest == 0:
        return p
    shares = p / highest
    return np.asarray(shares / shares.sum())


def _relative_entropy(p: Floats, q: Floats) -> float:
    # What is so small that its half is 0 adds nothing.
    some = (p > 0) & (q > 0)
    return float((p[some] * np.log2(p[some] / q[some])).sum())


def _comparisons(model: LinkageModel) -> dict[str, Evidence]:
    parts = {p.view.value: e for p, e in zip(model.profile.views, model.views, strict=True)}
    if View.BIRTH in model.profile:
        parts[View.BIRTH.value] = model.birth
    return {**parts, "sex": model.sex, "lag": model.lag}


def _change(before: Evidence, after: Evidence) -> Change:
    moved, by = np.abs(after.weight - before.weight), before.m + after.m
    mean = float(np.average(moved, weights=by)) if by.any() else 0.0
    return Change(float(moved.max()), mean, divergence(before.m, after.m), divergence(before.u, after.u))


def _log_odds(share: float) -> float:
    return float(np.log2(share / (1 - share)))


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in values.items()}
