"""Figures of a photo curve over labelled pairs: together, by gap, by sex and by region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

import numpy as np

from matcher.photo_curve import PhotoCurve
from matcher.photo_figures import ScoredPairs, accepts, auc, equal_error, interval, ratio_cost
from matcher.photo_pairs import Floats, PhotoPairs, Truth

Interval = tuple[float, float]

FALSE_ACCEPTS = (0.01, 0.001)
EVERYTHING = "all"
LEAST_GENUINE = 5
"""Genuine pairs that a group needs to be told of."""
_DIGITS = 4


@dataclass(frozen=True)
class PhotoFigures:
    """How well pairs are told apart; shares between 0 and 1.

    genuine, impostors  pairs
    auc                 of the ranking
    accepted            share of genuine pairs accepted, by each share of FALSE_ACCEPTS of impostor pairs; None where
                        there are too few impostor pairs to speak of such a share
    equal_error         of the ranking
    cost                Cllr in bits, of the clipped weight, impostor pairs at gaps and ages of genuine ones: 1 says
                        nothing
    intervals           of auc, of the first share accepted and of the cost, people drawn anew; empty when not asked for
    """

    genuine: int
    impostors: int
    auc: float
    accepted: Mapping[float, float | None]
    equal_error: float
    cost: float
    intervals: Mapping[str, Interval] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """For programs: plain values, rounded."""
        accepted = {f"accepted_at_{share:g}": _rounded(value) for share, value in self.accepted.items()}
        spans = {name: [_rounded(low), _rounded(high)] for name, (low, high) in self.intervals.items()}
        return {
            "genuine": self.genuine, "impostors": self.impostors, "auc": _rounded(self.auc), **accepted,
            "equal_error": _rounded(self.equal_error), "cost": _rounded(self.cost),
        } | ({"intervals": spans} if spans else {})  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class Weighed:
    """n pairs as a curve weighs them, in nats: `ranking` as it orders them, `weight` clipped, float64 (n,) both."""

    ranking: Floats
    weight: Floats

    def take(self, chosen: Truth) -> "Weighed":
        """The pairs where `chosen`, bool (n,), is true."""
        return Weighed(self.ranking[chosen], self.weight[chosen])


def weighed(curve: PhotoCurve, pairs: PhotoPairs, bits: int) -> Weighed:
    """What a hub would say of the pairs: by the bands of the ages, not by the ages."""
    place = (pairs.bands[:, 0], pairs.bands[:, 1], pairs.differing)
    return Weighed(curve.ranking(bits)[place] * log(2), curve.table(bits)[place] * log(2))


def figures(pairs: PhotoPairs, told: Weighed, rng: np.random.Generator | None = None) -> PhotoFigures:
    """Figures of some pairs, with intervals when there is a source of randomness to draw people by.

    Raises:
        ValueError: no genuine or no impostor pair.
    """
    ranked = ScoredPairs(told.ranking, pairs.first, pairs.second)
    stated = ScoredPairs(told.weight, pairs.first, pairs.second, pairs.balance)
    ranking = ranked.scored()
    impostors = len(ranking.impostor)
    accepted = {share: accepts(ranking, share) if impostors * share >= 1 else None for share in FALSE_ACCEPTS}
    spans: dict[str, Interval] = {}
    if rng is not None:
        spans = {"auc": interval(ranked, auc, rng), "cost": interval(stated, ratio_cost, rng)}
        spans["accepted"] = interval(ranked, lambda drawn: accepts(drawn, FALSE_ACCEPTS[0]), rng)
    return PhotoFigures(
        len(ranking.genuine), impostors, auc(ranking), accepted, equal_error(ranking),
        ratio_cost(stated.scored()), spans,
    )  # fmt: skip


def figures_by_group(
    pairs: PhotoPairs, told: Weighed, regions: Sequence[str], rng: np.random.Generator | None = None
) -> dict[str, PhotoFigures]:
    """Figures of all pairs, with intervals when asked for, and of each group with LEAST_GENUINE genuine pairs."""
    found = {EVERYTHING: figures(pairs, told, rng)}
    for name, mine in pairs.groups(regions).items():
        genuine = int((mine & pairs.genuine).sum())
        if genuine >= LEAST_GENUINE and genuine < mine.sum():
            found[name] = figures(pairs.take(mine), told.take(mine))
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
