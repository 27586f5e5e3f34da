"""Distances of codes that both sides permuted and masked alike, and comparisons made of them.

Permutation and mask are the same for both codes of a pair of rows, so that the bits in which they differ are as many as
in the plain codes (encoder.masking; docs/decisions/0034-masked-comparison.md). Nothing else about a code can be learnt
here, and nothing else is needed: `matcher.tables.weigh` and `matcher.explanation.levels` take what comes out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.comparison import NOT_KNOWN, Comparison, birth_gap, birth_gap_class, lag_days
from matcher.errors import BatchError
from matcher.profile import EncodingProfile
from matcher.views import View

Words = npt.NDArray[np.uint64]
Presence = npt.NDArray[np.uint16]


@dataclass(frozen=True, repr=False)
class MaskedSide:
    """One side of p pairs of rows: masked codes from its gateway, open attributes from its coarse record.

    codes      uint64 (p, words of the masked profile)
    presence   uint16 (p,), bit i set when view i of the masked profile is present in the row
    sex        uint8 (p,), values of Sex
    birth      int32 (p, 2), first and last possible day of birth, or UNKNOWN_DAY twice
    event      int32 (p,), day of the event, or UNKNOWN_DAY
    photo_age  uint8 (p,), band of the age in the photo (matcher.photos)
    """

    codes: Words
    presence: Presence
    sex: npt.NDArray[np.uint8]
    birth: npt.NDArray[np.int32]
    event: npt.NDArray[np.int32]
    photo_age: npt.NDArray[np.uint8]

    def __repr__(self) -> str:
        """The count only."""
        return f"MaskedSide({len(self.presence)} rows)"


def masked_distances(
    profile: EncodingProfile, missing_codes: Words, missing_presence: Presence, found_codes: Words,
    found_presence: Presence,
) -> npt.NDArray[np.int16]:
    """Hamming distance per view of p pairs of rows under common masks, int16 (p, views), as `Comparison.distance`.

    NOT_KNOWN where either row lacks the view: there one side sent zeros, and the other's bits are noise.

    Args:
        profile: the masked profile.
        missing_codes: uint64 (p, profile.words), of the missing records' gateways.
        missing_presence: uint16 (p,).
        found_codes: uint64 (p, profile.words), of the found records' gateways, pair by pair.
        found_presence: uint16 (p,).

    Raises:
        BatchError: an array has another shape or dtype, or presence names a view that the profile lacks.
    """
    _check(profile, len(missing_presence), (missing_codes, found_codes), (missing_presence, found_presence))
    differing = np.bitwise_count(missing_codes ^ found_codes)
    distance = np.add.reduceat(differing, profile.offsets[:-1], axis=1, dtype=np.int16)
    both = (missing_presence & found_presence)[:, None] >> np.arange(len(profile.views), dtype=np.uint16) & 1
    return np.where(both == 1, distance, np.int16(NOT_KNOWN))


def masked_comparison(profile: EncodingProfile, missing: MaskedSide, found: MaskedSide) -> Comparison:
    """What p pairs of rows look like, to be weighed by a model of the masked profile; errors of `masked_distances`."""
    return Comparison(
        masked_distances(profile, missing.codes, missing.presence, found.codes, found.presence),
        birth_gap_class(birth_gap(missing.birth, found.birth)),
        np.stack([missing.sex, found.sex], axis=1).astype(np.int8),
        lag_days(missing.event, found.event),
        np.stack([missing.photo_age, found.photo_age], axis=1),
    )


def without_photos(profile: EncodingProfile, presence: Presence) -> Presence:
    """Presence with the photo view taken out, uint16 (p,): for rows whose photo codes are of two spaces."""
    if View.PHOTO not in profile:
        return presence
    return presence & ~np.uint16(1 << profile.position(View.PHOTO))


def best_rows(
    comparisons: npt.NDArray[np.integer], weights: npt.NDArray[np.integer]
) -> npt.NDArray[np.intp]:
    """The pair of rows that counts for each comparison: the one of the highest weight, of equal ones the first.

    Args:
        comparisons: (p,), number of the comparison that each pair of rows belongs to, in any order.
        weights: (p,), sum of the columns of `matcher.tables.weigh`.

    Returns:
        intp (c,), indices of the best pairs, by ascending number of the comparison.
    """
    order = np.lexsort((-weights.astype(np.int64), comparisons))
    ordered = comparisons[order]
    return order[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))]


def _check(
    profile: EncodingProfile, rows: int, codes: tuple[Words, Words], presence: tuple[Presence, Presence]
) -> None:
    for array in codes:
        if array.shape != (rows, profile.words) or array.dtype != np.uint64:
            raise BatchError(f"Masked codes are {array.dtype}{array.shape}, need uint64{(rows, profile.words)}.")
    for bits in presence:
        if bits.shape != (rows,) or bits.dtype != np.uint16:
            raise BatchError(f"Presence of masked codes is {bits.dtype}{bits.shape}, needs uint16{(rows,)}.")
        if rows and int(bits.max()) >> len(profile.views):
            raise BatchError("Presence of masked codes names a view that the masked profile lacks; ask again.")
