"""A photo curve fitted to an operator's own labelled photos, held back towards the curve that is shipped.

Regularised logistic regression of "same child" on the distance of the codes, the gap and the younger age. Genuine and
impostor pairs weigh the same, in all and at each gap and age, so the log-odds that come out are log-likelihood ratios
of the distance (Brümmer and du Preez 2006). The shipped curve stands in as imaginary pairs spread over all distances,
gaps and ages, told what it says of them (a catalytic prior: Huang, Stein, Rubin and Kou 2020); they count as many
people, so a few families move little. What decides is how a curve does on people it was not fitted to: unless it does
better, the shipped one is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import LinearConstraint, minimize

from matcher.errors import InputError
from matcher.photo_curve import BAND_YEARS, CAP_NATS, OLDEST, WIDEST_GAP, PhotoCurve, PhotoTerms
from matcher.photo_pairs import Floats, LabelledCodes, Numbers, PhotoPairs, labelled_pairs, regions_of
from matcher.photo_report import EVERYTHING, PhotoFigures, Weighed, figures_by_group, weighed

LEAST_SUBJECTS = 20
"""People with two photos or more; with fewer nothing is fitted."""
LEAST_GENUINE = 40
"""Genuine pairs; with fewer nothing is fitted."""
KEPT = 20.0
"""A shipped curve counts as so many people with two photos."""
KEPT_FLAT = 2.0
"""So many count for "says nothing" where no curve is shipped: enough to keep the terms finite."""
FOLDS = 5
LEAST_GAIN = 0.01
"""Bits of cost on held-out people that a new curve has to save: less is luck, and every hub has to change its model."""
FLATTEST = 0.05
"""Nats that a whole code's distance costs at least, at every age and gap: what rounding in a file cannot undo."""

Outcome = Literal["used", "no-better"]

_DIGITS = 6
_LEAST_SPREAD = 0.005
_SURE = 20.0
# Places of the imaginary pairs, and units in which all six terms are about equally large.
_AGES = np.linspace(0.0, OLDEST, 6)
_GAPS = np.linspace(0.0, WIDEST_GAP, 6)
_DEVIATIONS = np.linspace(-8.0, 4.0, 37)
_GAP_UNIT = _AGE_UNIT = 8.0


class PhotoFittingError(InputError):
    """The labelled photos are too few to fit a curve to (exit status 2)."""


class Source(NamedTuple):
    """What a fitted curve is for and from: name of the network, whether codes are centred, the space, the date."""

    embedder: str
    centred: bool
    space: str
    date: str


@dataclass(frozen=True)
class PhotoFit:
    """What labelled photos brought.

    curve          to be used: the fitted one, or the one that was given, which is None where none is shipped
    outcome        `used`; `no-better`, when it would have saved less than LEAST_GAIN on people that it had not seen
    photos         that were used, of `subjects` people
    before, after  by group, how the given curve and curves fitted to other people tell the same held-out pairs
    """

    curve: PhotoCurve | None
    outcome: Outcome
    photos: int
    subjects: int
    before: dict[str, PhotoFigures]
    after: dict[str, PhotoFigures]

    def document(self) -> dict[str, Any]:
        """For programs: plain values, rounded; nothing of any photo."""
        parts = {name: {group: part.document() for group, part in of.items()}
                 for name, of in (("before", self.before), ("after", self.after))}  # fmt: skip
        return {"outcome": self.outcome, "photos": self.photos, "subjects": self.subjects, **parts}


def fit_photo_curve(
    photos: LabelledCodes, given: PhotoCurve | None, source: Source, rng: np.random.Generator
) -> PhotoFit:
    """Fit a curve to labelled photos when there are enough, and keep it when it helps.

    Args:
        photos: of one space, under one key, good enough to be weighed by age.
        given: the curve that is shipped for codes of this embedder, centred or not; None when there is none.
        source: goes into the curve and its provenance.
        rng: draws the folds, the impostor pairs of many photos, and the people of the intervals.

    Raises:
        PhotoFittingError: fewer than LEAST_SUBJECTS people with two photos or LEAST_GENUINE genuine pairs.
    """
    pairs = labelled_pairs(photos, rng)
    _refuse_too_few(pairs)
    start = given or flat_curve(source, pairs, photos.bits)
    fold = folds(photos.subject, rng)
    tested, before, after = _held_out(pairs, fold, start, given is not None, photos.bits)
    regions, seed = regions_of(photos), int(rng.integers(2**32))
    # Both are told with the same draws of people.
    told = [figures_by_group(tested, each, regions, np.random.default_rng(seed)) for each in (before, after)]
    subjects = len(np.unique(photos.subject))
    kept = PhotoFit(given, "no-better", len(photos.subject), subjects, told[0], told[1])
    if kept.before[EVERYTHING].cost - kept.after[EVERYTHING].cost < LEAST_GAIN:
        return kept
    curve = fitted(pairs, start, given is not None, photos.bits)
    return replace(kept, curve=replace(curve, provenance=_provenance(source, kept, pairs)), outcome="used")


def flat_curve(source: Source, pairs: PhotoPairs, bits: int) -> PhotoCurve:
    """A curve that says nothing, for codes that none is shipped for."""
    chance, spread = unrelated(pairs, bits)
    return PhotoCurve(source.embedder, source.centred, PhotoTerms(0, 0, 0, 0, 0, 0), chance, spread)


def unrelated(pairs: PhotoPairs, bits: int) -> tuple[float, float]:
    """Mean and standard deviation of the share of bits in which impostor pairs differ."""
    share = pairs.differing[~pairs.genuine] / bits
    return round(float(share.mean()), _DIGITS), round(max(float(share.std()), _LEAST_SPREAD), _DIGITS)


def folds(subject: Numbers, rng: np.random.Generator) -> Numbers:
    """Fold of each person by number, int64 (people,): those with several photos spread evenly, then the others."""
    photos = np.bincount(subject)
    drawn = rng.permutation(len(photos))
    order = drawn[np.argsort(photos[drawn] < 2, kind="stable")]
    fold = np.empty(len(photos), np.int64)
    fold[order] = np.arange(len(photos)) % FOLDS
    return fold


def fitted(pairs: PhotoPairs, start: PhotoCurve, shipped: bool, bits: int) -> PhotoCurve:
    """The curve that pairs and, counting as KEPT or KEPT_FLAT people, a given curve make most likely."""
    chance, spread = unrelated(pairs, bits)
    real, people = _real_rows(pairs, bits)
    imaginary = _imaginary_rows(start, chance, spread, KEPT if shipped else KEPT_FLAT)
    terms = _most_likely([real, imaginary], chance, spread)
    # Nothing can be stated with more odds than there were people to see it fail on.
    cap = round(min(CAP_NATS, max(start.cap_nats if shipped else 0.0, log(people))), _DIGITS)
    return PhotoCurve(start.embedder, start.centred, terms, chance, spread, None, cap)


def _held_out(
    pairs: PhotoPairs, fold: Numbers, start: PhotoCurve, shipped: bool, bits: int
) -> tuple[PhotoPairs, Weighed, Weighed]:
    """Pairs within a fold, as the given curve weighs them, and as one fitted to pairs without its people does."""
    first, second = fold[pairs.first], fold[pairs.second]
    tested = pairs.take(first == second)
    of = first[first == second]
    before = weighed(start, tested, bits)
    after = Weighed(before.ranking.copy(), before.weight.copy())
    for number in range(FOLDS):
        others = pairs.take((first != number) & (second != number))
        mine = of == number
        told = weighed(fitted(others, start, shipped, bits), tested.take(mine), bits)
        after.ranking[mine], after.weight[mine] = told.ranking, told.weight
    return tested, before, after


class _Rows(NamedTuple):
    """n pairs to learn from, float64 (n,) each: share of bits, gap, age, probability of the same child, weight."""

    share: Floats
    gap: Floats
    age: Floats
    target: Floats
    weight: Floats


def _real_rows(pairs: PhotoPairs, bits: int) -> tuple[_Rows, int]:
    """The pairs, weighing as much as there are people with two photos, half of it genuine; and how many people."""
    same = pairs.genuine
    people = len(np.unique(pairs.first[same]))
    balance = pairs.balance
    weight = np.where(same, balance / balance[same].sum(), balance / balance[~same].sum()) * people / 2
    return _Rows(pairs.differing / bits, pairs.gap, pairs.age, same.astype(np.float64), weight), people


def _imaginary_rows(curve: PhotoCurve, chance: float, spread: float, kept: float) -> _Rows:
    """Pairs of all gaps and ages, at distances of unrelated and, by the curve, of related faces, told by the curve."""
    grid = np.meshgrid(_GAPS, _AGES, chance + spread * _DEVIATIONS, indexing="ij")
    gap, age, share = (part.ravel() for part in grid)
    nats = np.clip(curve.nats(share, gap, age), -_SURE, _SURE).reshape(grid[0].shape)
    stranger = np.exp(-(_DEVIATIONS**2) / 2) * np.ones_like(nats)
    child = stranger * np.exp(nats)
    weight = sum(part / part.sum(axis=-1, keepdims=True) for part in (stranger, child)).ravel()
    return _Rows(share, gap, age, 1 / (1 + np.exp(-nats.ravel())), weight / weight.sum() * kept)


def _most_likely(parts: Sequence[_Rows], chance: float, spread: float) -> PhotoTerms:
    """The terms of least logistic loss that fall with distance at every age and gap."""
    rows = _Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    x, g, a = (rows.share - chance) / spread, rows.gap / _GAP_UNIT - 1, rows.age / _AGE_UNIT - 1
    design = np.stack([np.ones_like(x), x, g, g * x, a, a * x], axis=1)
    weight = rows.weight / rows.weight.sum()

    def loss(terms: Floats) -> tuple[float, Floats]:
        nats = design @ terms
        cost = np.logaddexp(0, nats) - rows.target * nats
        wrong = 1 / (1 + np.exp(-np.clip(nats, -700, 700))) - rows.target
        return float(weight @ cost), np.asarray(design.T @ (weight * wrong))

    found = minimize(
        loss, np.array([0.0, -1.0, 0.0, 0.0, 0.0, 0.0]), jac=True, method="SLSQP",
        constraints=LinearConstraint(_slopes(), ub=-FLATTEST * spread), options={"maxiter": 200, "ftol": 1e-10},
    )  # fmt: skip
    return _in_plain_units(found.x, chance, spread)


def _slopes() -> npt.NDArray[np.float64]:
    """Rows that give the slope at each corner of gap and age, float64 (4, 6), as PhotoCurve checks it."""
    corners = [(gap, age) for gap in (0.0, WIDEST_GAP + BAND_YEARS) for age in (0.0, OLDEST)]
    return np.array([[0, 1, 0, gap / _GAP_UNIT - 1, 0, age / _AGE_UNIT - 1] for gap, age in corners])


def _in_plain_units(terms: Floats, chance: float, spread: float) -> PhotoTerms:
    """From terms of the distance in spreads above chance, and of gap and age in units around their middles."""
    level, slope, gap, gap_slope, age, age_slope = (float(value) for value in terms)
    by_gap, by_age = gap_slope / (_GAP_UNIT * spread), age_slope / (_AGE_UNIT * spread)
    distance = (slope - gap_slope - age_slope) / spread
    plain = (
        level - gap - age - chance * distance, distance,
        gap / _GAP_UNIT - chance * by_gap, by_gap, age / _AGE_UNIT - chance * by_age, by_age,
    )  # fmt: skip
    return PhotoTerms(*(round(value, _DIGITS) for value in plain))


def _refuse_too_few(pairs: PhotoPairs) -> None:
    genuine = pairs.first[pairs.genuine]
    people = len(np.unique(genuine))
    if people < LEAST_SUBJECTS or len(genuine) < LEAST_GENUINE:
        raise PhotoFittingError(
            f"A photo curve needs at least {LEAST_SUBJECTS} children with two usable photos and {LEAST_GENUINE} pairs "
            f"of photos of one child, and there are {people} and {len(genuine)}; add photos, or keep the shipped curve."
        )


def _provenance(source: Source, told: PhotoFit, pairs: PhotoPairs) -> dict[str, Any]:
    genuine = int(pairs.genuine.sum())
    return {
        "fitted": "logistic regression on normalised Hamming distances, held back towards the curve given before",
        "space": source.space, "date": source.date, "photos": told.photos, "subjects": told.subjects,
        "genuine": genuine, "impostors": len(pairs) - genuine,
        "held_out": {"before": told.before[EVERYTHING].document(), "after": told.after[EVERYTHING].document()},
    }  # fmt: skip
