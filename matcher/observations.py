"""Count observations: comparisons turned into histograms over levels and classes, weighted by belief."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.comparison import BIRTH_GAP_CLASSES, LAG_CLASSES, NOT_KNOWN, Comparison, lag_class
from matcher.model import LEVELS, SEXES, Floats, level_edges
from matcher.profile import EncodingProfile
from matcher.views import Sex, View

Levels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Observations:
    """p pairs as levels and classes; NOT_KNOWN where a side lacks the evidence.

    views  int8 (p, v), birth int8 (p,) gap class times LEVELS plus level, sex int8 (p,) missing's sex times SEXES
    plus found's, lag int8 (p,)
    """

    views: Levels
    birth: npt.NDArray[np.int16]
    sex: Levels
    lag: Levels


@dataclass(frozen=True)
class Counts:
    """Weighted counts of each level or class: views (v, LEVELS), birth, sex and lag flat."""

    views: Floats
    birth: Floats
    sex: Floats
    lag: Floats

    def __add__(self, other: "Counts") -> "Counts":
        """Counts of both sets of pairs together."""
        return Counts(
            self.views + other.views, self.birth + other.birth, self.sex + other.sex, self.lag + other.lag
        )


def observe(comparison: Comparison, profile: EncodingProfile) -> Observations:
    """The level of every view and the class of every open attribute."""
    views = np.full(comparison.distance.shape, NOT_KNOWN, dtype=np.int8)
    for v, parameters in enumerate(profile.views):
        distance = comparison.distance[:, v]
        level = np.searchsorted(level_edges(parameters.bits), distance, side="left")
        views[:, v] = np.where(distance == NOT_KNOWN, NOT_KNOWN, level)
    return Observations(views, _birth(comparison, views, profile), _sex(comparison), lag_class(comparison.lag))


def _birth(comparison: Comparison, views: Levels, profile: EncodingProfile) -> npt.NDArray[np.int16]:
    if View.BIRTH not in profile:
        return np.full(len(comparison), NOT_KNOWN, dtype=np.int16)
    level = views[:, profile.position(View.BIRTH)].astype(np.int16)
    gap = comparison.birth_gap.astype(np.int16)
    return np.where((level == NOT_KNOWN) | (gap == NOT_KNOWN), NOT_KNOWN, gap * LEVELS + level).astype(np.int16)


def _sex(comparison: Comparison) -> Levels:
    known = (comparison.sex != Sex.UNKNOWN).all(axis=1)
    return np.where(known, comparison.sex[:, 0] * SEXES + comparison.sex[:, 1], NOT_KNOWN).astype(np.int8)


def count(seen: Observations, belief: Floats) -> Counts:
    """Histograms of the observations, each pair counting `belief`, float64 (p,)."""
    views = [_histogram(seen.views[:, v], belief, LEVELS) for v in range(seen.views.shape[1])]
    return Counts(
        np.array(views).reshape(-1, LEVELS),
        _histogram(seen.birth, belief, BIRTH_GAP_CLASSES * LEVELS),
        _histogram(seen.sex, belief, SEXES * SEXES),
        _histogram(seen.lag, belief, LAG_CLASSES),
    )


def _histogram(values: npt.NDArray[np.signedinteger], belief: Floats, size: int) -> Floats:
    known = values != NOT_KNOWN
    return np.bincount(values[known], weights=belief[known], minlength=size).astype(np.float64)
