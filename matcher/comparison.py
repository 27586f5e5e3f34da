"""Compare rows pair by pair: Hamming distances per view and classes of the open attributes.

This is the one definition of what a pair looks like. The index kernel computes the same numbers faster and is
tested against this module.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matcher.batch import UNKNOWN_DAY, EncodedBatch, require_comparable
from matcher.profile import EncodingProfile

NOT_KNOWN = -1
"""Marks a view, a birth gap or a lag that one of the two records does not have."""

DAYS_PER_YEAR = 365.25
BIRTH_GAP_LIMITS = (0, 366, 3 * 366, 6 * 366)
"""Class g of a birth gap is the first limit (days) that the gap does not exceed; larger gaps are class 4."""
BIRTH_GAP_CLASSES = len(BIRTH_GAP_LIMITS) + 1

LAG_LIMITS = (-1, 30, 365, 6 * 365)
"""Class of a lag (days from going missing to being found): before, a month, a year, six years, later."""
LAG_CLASSES = len(LAG_LIMITS) + 1


@dataclass(frozen=True)
class Comparison:
    """p compared row pairs over v views.

    distance    int16 (p, v), Hamming distance in bits or NOT_KNOWN
    birth_gap   int8 (p,), class of the days between the two birth intervals, or NOT_KNOWN
    sex         int8 (p, 2), values of Sex: missing record first, found record second
    lag         int32 (p,), days from the missing record's event to the found record's; UNKNOWN_DAY if unknown
    photo_age   uint8 (p, 2), bands of the ages in the photos, missing record first; left out, all are unknown
    """

    distance: npt.NDArray[np.int16]
    birth_gap: npt.NDArray[np.int8]
    sex: npt.NDArray[np.int8]
    lag: npt.NDArray[np.int32]
    photo_age: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 2), np.uint8))

    def __post_init__(self) -> None:
        """Fill in what was left out."""
        if not len(self.photo_age):
            object.__setattr__(self, "photo_age", np.zeros((len(self), 2), np.uint8))

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.birth_gap)


def compare(
    missing: EncodedBatch, found: EncodedBatch, rows: npt.NDArray[np.intp], others: npt.NDArray[np.intp]
) -> Comparison:
    """Compare row `rows[i]` of `missing` with row `others[i]` of `found`, both intp (p,).

    Raises:
        ProfileMismatchError, KeyMismatchError, SpaceMismatchError: they are of two profiles, keys or epochs, or spaces.
    """
    require_comparable(missing, found)
    return Comparison(
        view_distances(missing, found, rows, others),
        birth_gap_class(birth_gap(missing.birth[rows], found.birth[others])),
        np.stack([missing.sex[rows], found.sex[others]], axis=1).astype(np.int8),
        lag_days(missing.event[rows], found.event[others]),
        np.stack([missing.photo_age[rows], found.photo_age[others]], axis=1),
    )


def view_distances(
    missing: EncodedBatch, found: EncodedBatch, rows: npt.NDArray[np.intp], others: npt.NDArray[np.intp]
) -> npt.NDArray[np.int16]:
    """Hamming distance per view, int16 (p, views); NOT_KNOWN where either row lacks the view."""
    profile: EncodingProfile = missing.profile
    both = missing.presence[rows] & found.presence[others]
    distance = np.full((len(rows), len(profile.views)), NOT_KNOWN, dtype=np.int16)
    for v in range(len(profile.views)):
        first, end = profile.offsets[v], profile.offsets[v + 1]
        known = np.flatnonzero(both >> v & 1)
        bits = np.bitwise_count(missing.codes[rows[known], first:end] ^ found.codes[others[known], first:end])
        distance[known, v] = bits.sum(axis=1, dtype=np.int16)
    return distance


def birth_gap(a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Days between two birth intervals, both int32 (p, 2): 0 where they overlap, UNKNOWN_DAY where one is unknown."""
    unknown = (a[:, 0] == UNKNOWN_DAY) | (b[:, 0] == UNKNOWN_DAY)
    wide = a.astype(np.int64), b.astype(np.int64)
    gap = np.maximum(wide[0][:, 0] - wide[1][:, 1], wide[1][:, 0] - wide[0][:, 1]).clip(0, 2**30)
    return np.where(unknown, UNKNOWN_DAY, gap).astype(np.int32)


def birth_gap_class(gap: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
    """Class of each birth gap in days, int8; NOT_KNOWN stays not known."""
    classes = np.searchsorted(np.array(BIRTH_GAP_LIMITS), gap, side="left")
    return np.where(gap == UNKNOWN_DAY, NOT_KNOWN, classes).astype(np.int8)


def lag_days(missing: npt.NDArray[np.int32], found: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Days from going missing to being found, int32; UNKNOWN_DAY where either day is unknown."""
    unknown = (missing == UNKNOWN_DAY) | (found == UNKNOWN_DAY)
    lag = (found.astype(np.int64) - missing).clip(-(2**30), 2**30)
    return np.where(unknown, UNKNOWN_DAY, lag).astype(np.int32)


def lag_class(lag: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
    """Class of each lag in days, int8; NOT_KNOWN where the lag is unknown."""
    classes = np.searchsorted(np.array(LAG_LIMITS), lag, side="left")
    return np.where(lag == UNKNOWN_DAY, NOT_KNOWN, classes).astype(np.int8)
