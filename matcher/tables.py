"""Scoring tables: a linkage model as integers, so that every engine adds up to the very same weight.

Weights are integers in thousandths of a bit. Integer sums do not depend on the order of addition, which lets the
kernel, the numpy reference and any future engine agree to the last digit, ties included.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matcher.batch import UNKNOWN_DAY
from matcher.comparison import NOT_KNOWN, Comparison, lag_class
from matcher.errors import ModelError
from matcher.photos import PHOTO_AGE_BANDS
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
    photo           int32 (bands, bands, bits + 1) by the bands of both photos' ages (symmetric) and the distance of the
                    photo view, never increasing with it; it takes the place of the photo view's own table, which is the
                    highest of all bands. Left out, a photo weighs nothing
    ranking         the same shape, the weight before it is clipped: which of two photos is the better one
    """

    profile: EncodingProfile
    views: tuple[npt.NDArray[np.int32], ...]
    birth: npt.NDArray[np.int32]
    sex: npt.NDArray[np.int32]
    lag: npt.NDArray[np.int32]
    tolerance: int
    typical: npt.NDArray[np.float64]
    photo: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0, 0), np.int32))
    ranking: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0, 0), np.int32))

    def __post_init__(self) -> None:
        """Refuse tables that do not fit the profile or are not monotone; exact search relies on both."""
        for name in ("photo", "ranking"):
            if not getattr(self, name).size:
                object.__setattr__(self, name, no_photo_table(self.profile))
        for parameters, table in zip(self.profile.views, self.views, strict=True):
            if len(table) != parameters.bits + 1 or (np.diff(table) > 0).any():
                raise ModelError(f"The weight table of view {parameters.view} must fall with distance, bit by bit.")
        if (np.diff(self.birth, axis=0) > 0).any() or (np.diff(self.birth, axis=1) > 0).any():
            raise ModelError("The birth table must fall with distance and with the gap between the intervals.")
        self._check_photo()

    def _check_photo(self) -> None:
        for table in (self.photo, self.ranking):
            symmetric = table.shape == no_photo_table(self.profile).shape and (table == table.swapaxes(0, 1)).all()
            if not symmetric or (np.diff(table, axis=2) > 0).any():
                raise ModelError("A photo table must fall with distance, and be the same whichever photo comes first.")
        if self.photo_position >= 0 and (self.views[self.photo_position] < self.photo.max(axis=(0, 1))).any():
            raise ModelError("The weight table of view photo must lie nowhere below the table of any band.")

    @property
    def birth_position(self) -> int:
        """Index of the birth view, or -1 when the profile has none."""
        return self.profile.position(View.BIRTH) if View.BIRTH in self.profile else -1

    @property
    def photo_position(self) -> int:
        """Index of the photo view, or -1 when the profile has none."""
        return self.profile.position(View.PHOTO) if View.PHOTO in self.profile else -1


def no_photo_table(profile: EncodingProfile) -> npt.NDArray[np.int32]:
    """A photo table of a profile by which photos weigh nothing, int32 (bands, bands, bits + 1)."""
    bits = profile.views[profile.position(View.PHOTO)].bits if View.PHOTO in profile else 0
    return np.zeros((PHOTO_AGE_BANDS, PHOTO_AGE_BANDS, bits + 1), dtype=np.int32)


def weigh(comparison: Comparison, tables: ScoringTables) -> npt.NDArray[np.int32]:
    """Weight of each view and open attribute, int32 (p, views + 2); absent evidence weighs 0.

    Columns follow the profile's views, then OPEN_ATTRIBUTES. A pair that the event order excludes has EXCLUDED in
    its lag column.
    """
    v = len(tables.views)
    out = np.zeros((len(comparison), v + 2), dtype=np.int32)
    for i, table in enumerate(tables.views):
        if i not in (tables.birth_position, tables.photo_position):
            distance = comparison.distance[:, i]
            out[:, i] = np.where(distance == NOT_KNOWN, 0, table[np.maximum(distance, 0)])
    if tables.birth_position >= 0:
        out[:, tables.birth_position] = _weigh_birth(comparison, tables)
    if tables.photo_position >= 0:
        out[:, tables.photo_position] = photo_weights(comparison, tables, tables.photo)
    out[:, v] = tables.sex[comparison.sex[:, 0], comparison.sex[:, 1]]
    classes = lag_class(comparison.lag)
    out[:, v + 1] = np.where(classes == NOT_KNOWN, 0, tables.lag[np.maximum(classes, 0)])
    out[(comparison.lag < -tables.tolerance) & (comparison.lag != UNKNOWN_DAY), v + 1] = EXCLUDED
    return out


def photo_weights(
    comparison: Comparison, tables: ScoringTables, table: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """What the photos of each pair weigh by one of the photo tables, int32 (p,); 0 where one of them is missing."""
    distance, bands = comparison.distance[:, tables.photo_position], comparison.photo_age
    weight = table[bands[:, 0], bands[:, 1], np.maximum(distance, 0)]
    return np.where(distance == NOT_KNOWN, 0, weight).astype(np.int32)


def _weigh_birth(comparison: Comparison, tables: ScoringTables) -> npt.NDArray[np.int32]:
    distance, gap = comparison.distance[:, tables.birth_position], comparison.birth_gap
    weight = tables.birth[np.maximum(gap, 0), np.maximum(distance, 0)]
    return np.where((distance == NOT_KNOWN) | (gap == NOT_KNOWN), 0, weight).astype(np.int32)
