"""How well stated probabilities held for pairs that people judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.calibration import expected_error

Floats = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

TENTHS = 10
_DIGITS = 4


@dataclass(frozen=True)
class Tenth:
    """Pairs whose stated probability lies in one tenth: how many, the mean of what was stated, the share of matches."""

    begin: float
    pairs: int
    stated: float
    observed: float


@dataclass(frozen=True)
class Reliability:
    """Of n judged pairs.

    error   expected calibration error, 0 to 1 (matcher.calibration.expected_error)
    cost    log-likelihood-ratio cost, bits: 0 is perfect, 1 says nothing, more misleads (see `ratio_cost`)
    tenths  the tenths of stated probability that pairs lie in
    """

    error: float
    cost: float
    tenths: tuple[Tenth, ...]

    def document(self) -> dict[str, Any]:
        """For programs: plain values, rounded."""
        tenths: list[Mapping[str, float]] = [
            {"from": t.begin, "pairs": t.pairs, "stated": round(t.stated, _DIGITS),
             "observed": round(t.observed, _DIGITS)}
            for t in self.tenths
        ]  # fmt: skip
        return {"error": round(self.error, _DIGITS), "cost": round(self.cost, _DIGITS), "tenths": tenths}


def reliability(log_odds: Floats, match: Truth) -> Reliability:
    """Of stated log-odds, bits, float64 (n,), against what people found, bool (n,); both kinds are there."""
    probability = probability_of(log_odds)
    place = np.minimum((probability * TENTHS).astype(np.int64), TENTHS - 1)
    tenths = []
    for t in np.unique(place).tolist():
        mine = place == t
        tenths.append(Tenth(t / TENTHS, int(mine.sum()), float(probability[mine].mean()), float(match[mine].mean())))
    return Reliability(expected_error(probability, match, TENTHS), ratio_cost(log_odds, match), tuple(tenths))


def ratio_cost(log_odds: Floats, match: Truth) -> float:
    """Cllr in bits: mean over matches of log2(1 + 1/LR) and over others of log2(1 + LR), halved.

    Brümmer and du Preez (2006). LR is the stated odds over the odds of a match among these very pairs: what the
    statement adds to knowing how often such pairs turn out true. Who states nothing but that share pays 1.

    Raises:
        ValueError: one of the two kinds is missing.
    """
    if match.all() or not match.any():
        raise ValueError("the cost needs pairs that match and pairs that do not")
    bits = log_odds - np.log2(match.mean() / (1 - match.mean()))
    return float((np.logaddexp2(0, -bits[match]).mean() + np.logaddexp2(0, bits[~match]).mean()) / 2)


def probability_of(log_odds: Floats) -> Floats:
    """Probability of log-odds in bits, any shape."""
    return np.asarray(np.exp2(-np.logaddexp2(0, -log_odds)))
