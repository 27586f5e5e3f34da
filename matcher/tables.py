"""Scoring tables: a linkage model as integers, so that every engine adds up to the very same weight.

Weights are integers in thousandths of a bit. Integer sums do not depend on the order of addition, which lets the
kernel, the numpy reference and any future engine agree to the last digit, ties included.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.batch import UNKNOWN_DAY
from matcher.comparison import NOT_KNOWN, Comparison, lag_class
from matcher.errors import ModelError
from matcher.profile import EncodingProfile
from matcher.views import View

UNITS_PER_BIT = 1000
EXCLUDED = -(2**30)
"""Weight of a pair that a hard rule excludes; far below anything tables can add up to."""

OPEN_ATTRIBUTES = ("sex", "lag")
"""Open-attribute weights in the order of the columns after the views."""


@dataclass(frozen=True, eq=False)
class ScoringTables:
    """Integer weight tables of one model for one profile (v views, thousandths of a bit).

    views           v tables, int32 (bits + 1,) by Hamming distance, never increasing
    birth           int32 (5, bits + 1) by birth-gap class and distance of the birth view, never increasing both ways;
                    it takes the place of the birth view's own table
    sex             int32 (4, 4), missing record's sex first; 0 where either is unknown
    lag             int32 (5,) by lag class
    tolerance       days that a child may be found before it went missing; more excludes the pair (a hard rule)
    typical         float64 (v,), mean distance of unrelated records; tunes pruning, never changes a result
    """

    profile: EncodingProfile
    views: tuple[npt.NDArray[np.int32], ...]
    birth: npt.NDArray[np.int32]
    sex: npt.NDArray[np.int32]
    lag: npt.NDArray[np.int32]
    tolerance: int
    typical: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse tables that do not fit the profile or are not monotone; exact search relies on both."""
        for parameters, table in zip(self.profile.views, self.views, strict=True):
            if len(table) != parameters.bits + 1 or (np.diff(table) > 0).any():
                raise ModelError(f"The weight table of view {parameters.view} must fall with distance, bit by bit.")
        if (np.diff(self.birth, axis=0) > 0).any() or (np.diff(self.birth, axis=1) > 0).any():
            raise ModelError("The birth table must fall with distance and with the gap between the intervals.")

    @property
    def birth_position(self) -> int:
        """Index of the birth view, or -1 when the profile has none."""
        return self.profile.position(View.BIRTH) if View.BIRTH in self.profile else -1


def weigh(comparison: Comparison, tables: ScoringTables) -> npt.NDArray[np.int32]:
    """Weight of each view and open attribute, int32 (p, views + 2); absent evidence weighs 0.

    Columns follow the profile's views, then OPEN_ATTRIBUTES. A pair that the event order excludes has EXCLUDED in
    its lag column.
    """
    v = len(tables.views)
    out = np.zeros((len(comparison), v + 2), dtype=np.int32)
    for i, table in enumerate(tables.views):
        if i != tables.birth_position:
            distance = comparison.distance[:, i]
            out[:, i] = np.where(distance == NOT_KNOWN, 0, table[np.maximum(distance, 0)])
    if tables.birth_position >= 0:
        out[:, tables.birth_position] = _weigh_birth(comparison, tables)
    out[:, v] = tables.sex[comparison.sex[:, 0], comparison.sex[:, 1]]
    classes = lag_class(comparison.lag)
    out[:, v + 1] = np.where(classes == NOT_KNOWN, 0, tables.lag[np.maximum(classes, 0)])
    out[(comparison.lag < -tables.tolerance) & (comparison.lag != UNKNOWN_DAY), v + 1] = EXCLUDED
    return out


def _weigh_birth(comparison: Comparison, tables: ScoringTables) -> npt.NDArray[np.int32]:
    distance, gap = comparison.distance[:, tables.birth_position], comparison.birth_gap
    weight = tables.birth[np.maximum(gap, 0), np.maximum(distance, 0)]
    return np.where((distance == NOT_KNOWN) | (gap == NOT_KNOWN), 0, weight).astype(np.int32)
