"""From weights to probabilities: each list of candidates shares one true match, or none.

Of a missing record's candidates at most one is the child, and there may be no match at all (15 to 30 % of found
children have no report). So candidates compete with each other and with "none of these": the model abstains by
leaving probability to nobody.
"""

import numpy as np
import numpy.typing as npt

from matcher.model import LinkageModel
from matcher.tables import UNITS_PER_BIT

Floats = npt.NDArray[np.float64]
_MOST_BITS = 200.0
MOST_WEIGHT = 200_000
"""Thousandths of a bit, beyond what tables can add up to."""


def probabilities(
    probe: npt.NDArray[np.int64], weight: npt.NDArray[np.int32], model: LinkageModel, records: int
) -> Floats:
    """Probability that each candidate is its probe's match, float64 (c,).

    probe    int64 (c,), which probe each candidate belongs to
    weight   int32 (c,), thousandths of a bit
    records  number of records that each probe was compared with

    Bayes over the list: r L_i / (1 - matched + r sum_j L_j), L = 2^(calibrated weight), r = matched / records.
    """
    if not len(probe):
        return np.zeros(0)
    bits = np.clip(model.curve.at(weight / UNITS_PER_BIT), -_MOST_BITS, _MOST_BITS)
    odds = np.exp2(bits) * (model.matched / max(records, 1))
    total = np.bincount(probe, weights=odds)
    return np.asarray(odds / (1 - model.matched + total[probe]))


def weight_for(probability: float, model: LinkageModel, records: int) -> int:
    """The least weight (thousandths of a bit) at which a pair that has no rival is that probable.

    MOST_WEIGHT when none is. `records` as for `probabilities`.
    """
    low, high = -MOST_WEIGHT, MOST_WEIGHT
    while low < high:
        middle = (low + high) // 2
        stated = probabilities(np.zeros(1, np.int64), np.array([middle], dtype=np.int32), model, records)
        low, high = (low, middle) if stated[0] >= probability else (middle + 1, high)
    return low


def expected_error(probability: Floats, true: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: mean gap between stated and observed share, over equal-width bins.

    probability float64 (c,), true bool (c,). Naeini et al. (2015).
    """
    if not len(probability):
        return 0.0
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    stated = np.bincount(place, weights=probability, minlength=bins)
    observed = np.bincount(place, weights=true.astype(np.float64), minlength=bins)
    return float(np.abs(stated - observed).sum() / len(probability))
