"""Pairs of labelled photos: how far their codes lie apart, how many years, and what they have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from matcher.photo_curve import OLDEST, WIDEST_GAP
from matcher.photos import PHOTO_AGE_LIMITS
from matcher.profile import WORD_BITS
from matcher.views import Sex

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

GAP_GROUPS = {"gap 0-2": (0, 3), "gap 3-5": (3, 6), "gap 6-10": (6, 11), "gap 11-17": (11, 18)}
"""Groups of whole years between two photos: from, and below."""
MOST_IMPOSTORS = 400_000
"""Impostor pairs; of more, so many are drawn."""
MOST_OF_ONE = 200
"""Genuine pairs of one person: nobody with a thick album may stand for everyone."""
_GAP_LIMITS = (3, 6, 11)
NOWHERE = -1
_SEXES = {"girls": Sex.FEMALE, "boys": Sex.MALE}


@dataclass(frozen=True, repr=False, eq=False)
class LabelledCodes:
    """n photos of people who are known.

    codes    uint64 (n, words)
    subject  int64 (n,), number of the person, from 0
    years    float64 (n,), age in the photo
    sex      uint8 (n,), values of Sex
    region   n names of regions, empty where it is not known
    """

    codes: npt.NDArray[np.uint64]
    subject: Numbers
    years: Floats
    sex: npt.NDArray[np.uint8]
    region: Sequence[str]

    @property
    def bits(self) -> int:
        """Bits of a code."""
        return int(self.codes.shape[1]) * WORD_BITS


@dataclass(frozen=True, repr=False, eq=False)
class PhotoPairs:
    """n pairs of photos that are at most WIDEST_GAP years apart.

    first, second  int64 (n,), numbers of the people
    differing      int64 (n,), Hamming distance of the codes
    gap            float64 (n,), years between the ages in the photos
    age            float64 (n,), the younger of the ages in years, at most OLDEST
    bands          int64 (n, 2), age bands of both photos (matcher.photos)
    sex            uint8 (n,), of both; unknown when they differ
    region         int64 (n,), number of the region of both; NOWHERE when they differ
    """

    first: Numbers
    second: Numbers
    differing: Numbers
    gap: Floats
    age: Floats
    bands: Numbers
    sex: npt.NDArray[np.uint8]
    region: Numbers

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.first)

    @property
    def genuine(self) -> Truth:
        """Which pairs are of one person, bool (n,)."""
        return np.asarray(self.first == self.second)

    def take(self, chosen: Truth) -> Self:
        """The pairs where `chosen`, bool (n,), is true."""
        return type(self)(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})

    @property
    def balance(self) -> Floats:
        """How often each pair counts, float64 (n,), for impostor pairs to be of the gaps and ages of genuine ones.

        Photos of one child come out of one album, close in time. Without this, a small gap alone would speak for a
        pair, and a likelihood ratio is to say what the faces say, given the ages. Counted in cells of gap and age.
        """
        cell = np.searchsorted(_GAP_LIMITS, self.gap, side="right") * (len(PHOTO_AGE_LIMITS) + 1)
        cell += np.searchsorted(PHOTO_AGE_LIMITS, self.age, side="right")
        cells = (len(_GAP_LIMITS) + 1) * (len(PHOTO_AGE_LIMITS) + 1)
        # One more in every cell, so that none is empty and hardly any pair counts for very many.
        wanted, there = (np.bincount(cell[kind], minlength=cells) + 1.0 for kind in (self.genuine, ~self.genuine))
        share = (wanted / wanted.sum()) / (there / there.sum())
        return np.where(self.genuine, 1.0, share[cell])

    def groups(self, regions: Sequence[str]) -> dict[str, Truth]:
        """Which pairs, bool (n,), belong to each group by gap, by sex and by the regions of these names."""
        found = {name: (self.gap >= low) & (self.gap < high) for name, (low, high) in GAP_GROUPS.items()}
        found |= {name: self.sex == sex for name, sex in _SEXES.items()}
        return found | {f"region {name}": self.region == number for number, name in enumerate(regions)}


def regions_of(photos: LabelledCodes) -> list[str]:
    """Names of the regions that there are, sorted: the numbers of PhotoPairs.region are places in this list."""
    return sorted({name for name in photos.region if name})


def labelled_pairs(photos: LabelledCodes, rng: np.random.Generator) -> PhotoPairs:
    """Genuine pairs, at most MOST_OF_ONE of a person, and all impostor pairs or MOST_IMPOSTORS that are drawn."""
    i, j = (np.concatenate(both) for both in zip(genuine_places(photos.subject, rng),
                                                 impostor_places(photos.subject, rng), strict=True))  # fmt: skip
    near = np.abs(photos.years[i] - photos.years[j]) <= WIDEST_GAP
    return _paired(photos, i[near], j[near])


def genuine_places(subject: Numbers, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Places of both photos of genuine pairs, int64 (p,) each, from the person of each photo, int64 (n,)."""
    order = np.argsort(subject, kind="stable")
    i, j = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for mine in np.split(order, np.flatnonzero(np.diff(subject[order])) + 1):
        one, other = np.triu_indices(len(mine), 1)
        if len(one) > MOST_OF_ONE:
            some = np.sort(rng.choice(len(one), MOST_OF_ONE, replace=False))
            one, other = one[some], other[some]
        i.append(mine[one])
        j.append(mine[other])
    return np.concatenate(i), np.concatenate(j)


def impostor_places(subject: Numbers, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Places of both photos of impostor pairs, int64 (q,) each, no pair twice."""
    n = len(subject)
    if n * (n - 1) // 2 <= MOST_IMPOSTORS:
        i, j = (part.astype(np.int64) for part in np.triu_indices(n, 1))
    else:
        one, other = rng.integers(0, n, (2, MOST_IMPOSTORS))
        pair = np.unique(np.minimum(one, other) * n + np.maximum(one, other))
        i, j = pair // n, pair % n
    apart = subject[i] != subject[j]
    return i[apart], j[apart]


def _paired(photos: LabelledCodes, i: Numbers, j: Numbers) -> PhotoPairs:
    bands = 1 + np.searchsorted(PHOTO_AGE_LIMITS, photos.years, side="right")
    known = regions_of(photos)
    region = np.array([known.index(name) if name else NOWHERE for name in photos.region], np.int64)
    return PhotoPairs(
        photos.subject[i], photos.subject[j],
        np.bitwise_count(photos.codes[i] ^ photos.codes[j]).sum(axis=1, dtype=np.int64),
        np.abs(photos.years[i] - photos.years[j]),
        np.minimum(np.minimum(photos.years[i], photos.years[j]), OLDEST),
        np.stack([bands[i], bands[j]], axis=1).astype(np.int64),
        np.where(photos.sex[i] == photos.sex[j], photos.sex[i], np.uint8(Sex.UNKNOWN)),
        np.where(region[i] == region[j], region[i], NOWHERE),
    )  # fmt: skip
