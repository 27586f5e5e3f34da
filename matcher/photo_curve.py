"""What a distance between two photos' codes is worth: a log-likelihood ratio by age gap and younger age.

A photo is evidence that weakens as a child grows, so the same distance weighs differently over two years and over ten.
The curve is linear in the distance, with terms for the gap between the ages in the two photos and for the younger age;
where it was fitted, and on what, stands in its provenance. Two rules keep it from saying more than it knows. It is
clipped, so that no photo vetoes or decides. And it is lowered wherever unrelated faces would be told a likelihood ratio
above 1 on average, which no likelihood ratio can have, and which a line carried on to wide gaps does (decision 24).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.errors import ModelError
from matcher.photos import PHOTO_AGE_BANDS, PHOTO_AGE_LIMITS, UNKNOWN_BAND

Floats = npt.NDArray[np.float64]

BAND_YEARS = 3.0
"""Width of a band of photo ages."""
BAND_MIDDLES = (np.nan, *(limit - BAND_YEARS / 2 for limit in PHOTO_AGE_LIMITS), PHOTO_AGE_LIMITS[-1] + BAND_YEARS / 2)
"""Middle age of each band in years; the unknown band has none."""
GAP_WITHIN_BAND = BAND_YEARS / 3
"""Mean gap of two ages that lie evenly in one band."""
WIDEST_GAP = 17.0
OLDEST = 17.0
"""Years from which on a face counts as grown."""
FLOOR_NATS, CAP_NATS = -2.0, 4.0
"""A photo never vetoes, and never weighs more than this (FACES, item 3)."""
UNCENTRED_CAP_NATS = 2.5
"""Codes of faces that were not centred crowd together, and their curve is derived, not fitted."""


@dataclass(frozen=True)
class PhotoTerms:
    """log-likelihood ratio in nats = constant + distance x + gap g + gap_distance g x + age a + age_distance a x."""

    constant: float
    distance: float
    gap: float
    gap_distance: float
    age: float
    age_distance: float


@dataclass(frozen=True)
class PhotoCurve:
    """A curve for codes of one embedder.

    embedder    name of the network
    centred     whether it is for codes that were centred
    terms       of the distance, the gap in years and the younger age in years, at most OLDEST
    chance      mean distance of unrelated faces, and `spread` its standard deviation
    norm        length of an embedding when distances are Euclidean; None when they are shares of a code's bits
    cap_nats    most that a photo may weigh
    provenance  where the curve is from: plain values
    """

    embedder: str
    centred: bool
    terms: PhotoTerms
    chance: float
    spread: float
    norm: float | None = None
    cap_nats: float = CAP_NATS
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a curve that rises with distance anywhere, or that weighs more than any curve may."""
        corners = [(gap, age) for gap in (0.0, WIDEST_GAP + BAND_YEARS) for age in (0.0, OLDEST)]
        steep = [self._slope(gap, age) for gap, age in corners]
        sizes = [self.chance, self.spread, self.cap_nats, 1.0 if self.norm is None else self.norm]
        numbers = [*vars(self.terms).values(), *sizes]
        if not np.isfinite(numbers).all() or max(steep) > 0:
            raise ModelError("The photo curve must fall with distance at every age and gap; calibrate it again.")
        if min(sizes) <= 0 or self.cap_nats > CAP_NATS:
            raise ModelError(f"The photo curve needs a cap above 0 and at most {CAP_NATS:g} nats; calibrate it again.")

    def nats(self, share: Floats, gap: Floats | float, age: Floats | float) -> Floats:
        """Log-likelihood ratio in nats, not clipped; arrays of one shape.

        share  float64, Hamming distance over the bits of the code
        gap    years between the ages in the two photos
        age    the younger of them in years
        """
        return np.asarray(self._line(self._distance(share), gap, age) - np.maximum(self._excess(gap, age), 0.0))

    def table(self, bits: int) -> Floats:
        """Weight in bits, clipped, float64 (bands, bands, bits + 1) by both bands and Hamming distance; symmetric."""
        floor = np.full((PHOTO_AGE_BANDS, PHOTO_AGE_BANDS, 1), FLOOR_NATS)
        # A photo whose age nobody knows may lie any number of years from the other: it never speaks against a pair.
        floor[UNKNOWN_BAND] = floor[:, UNKNOWN_BAND] = 0.0
        return np.asarray(np.clip(self._nats_by_band(bits), floor, self.cap_nats) / log(2))

    def ranking(self, bits: int) -> Floats:
        """The same before it is clipped: it still tells the better of two photos that weigh the most there is."""
        return np.asarray(self._nats_by_band(bits) / log(2))

    def _nats_by_band(self, bits: int) -> Floats:
        share = np.arange(bits + 1) / bits
        out = np.empty((PHOTO_AGE_BANDS, PHOTO_AGE_BANDS, bits + 1))
        for first in range(PHOTO_AGE_BANDS):
            for second in range(PHOTO_AGE_BANDS):
                out[first, second] = self._widest(share) if UNKNOWN_BAND in (first, second) else self.nats(
                    share, *_gap_and_age(first, second)
                )  # fmt: skip
        return out

    def _widest(self, share: Floats) -> Floats:
        """The least that any younger age gives over the widest gap."""
        return np.minimum(self.nats(share, WIDEST_GAP, 0.0), self.nats(share, WIDEST_GAP, OLDEST))

    def _distance(self, share: Floats) -> Floats:
        """A share of differing bits as the distance that the terms are for.

        Signs of projections differ as often as the angle between two vectors is of a half turn, pi (Goemans and
        Williamson 1995; Charikar 2002), and two vectors of length r at an angle t lie 2 r sin(t / 2) apart.
        """
        return share if self.norm is None else np.asarray(2 * self.norm * np.sin(np.pi * share / 2))

    def _line(self, x: Floats, gap: Floats | float, age: Floats | float) -> Floats:
        t, a = self.terms, np.minimum(age, OLDEST)
        return np.asarray(t.constant + t.gap * gap + t.age * a + x * self._slope(gap, a))

    def _excess(self, gap: Floats | float, age: Floats | float) -> Floats:
        """Logarithm of the mean likelihood ratio that unrelated faces get, their distances spread normally: 0 at most.

        E exp(X) = exp(mean + variance / 2) of a normal X; among unrelated pairs a likelihood ratio's mean is 1.
        """
        steep = self._slope(gap, np.minimum(age, OLDEST)) * self.spread
        return np.asarray(self._line(np.array(self.chance), gap, age) + steep**2 / 2)

    def _slope(self, gap: Floats | float, age: Floats | float) -> Floats | float:
        slope: Floats | float = self.terms.distance + self.terms.gap_distance * gap + self.terms.age_distance * age
        return slope

    @cached_property
    def summary(self) -> str:
        """One line for people."""
        return f"{self.embedder}, {'centred' if self.centred else 'uncentred'}, at most {self.cap_nats:g} nats"


def _gap_and_age(first: int, second: int) -> tuple[float, float]:
    gap = abs(BAND_MIDDLES[first] - BAND_MIDDLES[second]) or GAP_WITHIN_BAND
    return float(gap), float(min(BAND_MIDDLES[first], BAND_MIDDLES[second]))
