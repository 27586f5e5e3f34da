"""A fitted photo curve: right where there are many people, the given one where there are few, refused below that."""

import json

import numpy as np
import pytest

from matcher import photo_fitting
from matcher.errors import InputError
from matcher.photo_curve import CAP_NATS
from matcher.photo_curve_file import curve_from_json, curve_to_json, shipped_curve
from matcher.photo_figures import Scored, auc, ratio_cost, scored
from matcher.photo_fitting import (
    FOLDS,
    LEAST_SUBJECTS,
    PhotoFittingError,
    Source,
    fit_photo_curve,
    fitted,
    flat_curve,
    folds,
    unrelated,
)
from matcher.photo_pairs import PhotoPairs, labelled_pairs
from matcher.photo_report import EVERYTHING, figures, figures_by_group, weighed
from matcher.photos import PhotoSpace
from tests.matcher.labelled_photos import BITS, labelled

SOURCE = Source("dlib", True, "SHA-256 00", "2026-11-22")
SHIPPED = shipped_curve(PhotoSpace("dlib", True, bytes(16)))
assert SHIPPED is not None


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def slope_of(gap: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Nats a share of bits that the truth costs: less over long gaps."""
    return -40 + 1.5 * gap - 0.5 * age


def truth(share: np.ndarray, gap: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Log-likelihood ratio of two normal distributions of one spread, of which the slope fixes how far they are."""
    slope = slope_of(gap, age)
    return slope * (share - CHANCE) - (slope * SPREAD) ** 2 / 2


def true_pairs(genuine: int, seed: int, longest: float = 8.0) -> PhotoPairs:
    """Pairs that follow the truth, each of two people of its own or of one; `longest` gap of genuine pairs."""
    draw = np.random.default_rng(seed)
    n = 5 * genuine
    first = np.arange(n)
    same = first < genuine
    gap, age = draw.uniform(0, np.where(same, longest, 8.0)), draw.uniform(3, 9, n)
    middle = np.where(same, CHANCE + slope_of(gap, age) * SPREAD**2, CHANCE)
    share = np.clip(draw.normal(middle, SPREAD), 0, 1)
    bands = np.minimum(1 + np.stack([age, age + gap], axis=1).astype(np.int64) // 3, 7)
    nothing = np.zeros(n, np.int64)
    return PhotoPairs(
        first, np.where(same, first, first + 1), np.round(share * BITS).astype(np.int64), gap, age, bands,
        nothing.astype(np.uint8), nothing,
    )  # fmt: skip


CHANCE, SPREAD = 0.5, 0.05
GRID = np.meshgrid([0.3, 0.4, 0.5], [1.0, 4.0, 7.0], [4.0, 6.0, 8.0], indexing="ij")


def test_many_pairs_bring_the_truth_they_follow() -> None:
    pairs = true_pairs(6000, 2)
    curve = fitted(pairs, flat_curve(SOURCE, pairs, BITS), False, BITS)
    np.testing.assert_allclose(curve.nats(*GRID), truth(*GRID), atol=0.7)
    assert (curve.chance, curve.spread) == pytest.approx((CHANCE, SPREAD), abs=0.004)
    assert curve.cap_nats == CAP_NATS


def test_a_small_gap_alone_speaks_for_nothing() -> None:
    """Genuine pairs of small gaps only, as albums have them, bring the same curve as genuine pairs of all gaps."""
    pairs = true_pairs(6000, 2, longest=5.0)
    curve = fitted(pairs, flat_curve(SOURCE, pairs, BITS), False, BITS)
    near = [part[:, :2] for part in GRID]
    np.testing.assert_allclose(curve.nats(*near), truth(*near), atol=0.7)


def test_few_pairs_move_a_shipped_curve_little() -> None:
    share, gap, age = np.array([0.35, 0.45]), np.array([2.0, 4.0]), np.array([5.0, 8.0])
    moved = []
    for genuine in (2, 20, 3000):
        curve = fitted(true_pairs(genuine, 4), SHIPPED, True, BITS)
        moved.append(np.abs(curve.nats(share, gap, age) - SHIPPED.nats(share, gap, age)).mean())
        away = np.abs(curve.nats(share, gap, age) - truth(share, gap, age)).mean()
    assert moved[0] < 0.35
    assert moved[0] < moved[1] < moved[2]
    assert away < 0.5


def test_a_curve_falls_with_distance_whatever_the_pairs_say() -> None:
    pairs = true_pairs(300, 6)
    turned = fitted(mirrored(pairs), flat_curve(SOURCE, pairs, BITS), False, BITS)
    assert (np.diff(turned.ranking(BITS), axis=2) <= 0).all()
    assert curve_from_json(curve_to_json(turned)) == turned


def mirrored(pairs: PhotoPairs) -> PhotoPairs:
    """The same pairs with far and near exchanged."""
    parts = {**vars(pairs), "differing": BITS - pairs.differing}
    return PhotoPairs(**parts)


def test_without_a_shipped_curve_the_cap_grows_with_the_people() -> None:
    pairs = true_pairs(30, 3)
    assert fitted(pairs, flat_curve(SOURCE, pairs, BITS), False, BITS).cap_nats == pytest.approx(np.log(30), abs=1e-6)
    assert fitted(pairs, SHIPPED, True, BITS).cap_nats == CAP_NATS


@pytest.fixture(scope="module")
def photos():
    """Forty people with four photos each."""
    return labelled(40, 4)


def test_a_fit_that_does_better_on_unseen_people_is_used_and_says_where_it_is_from(photos) -> None:
    fit = fit_photo_curve(photos, None, SOURCE, rng())
    assert fit.outcome == "used"
    assert fit.curve is not None
    assert (fit.photos, fit.subjects) == (160, 40)
    assert fit.before[EVERYTHING].cost == pytest.approx(1)
    assert fit.after[EVERYTHING].cost < 0.7
    told = fit.curve.provenance
    assert (told["photos"], told["subjects"], told["date"], told["space"]) == (160, 40, "2026-11-22", "SHA-256 00")
    assert told["genuine"] > 200
    assert told["held_out"]["after"]["cost"] == round(fit.after[EVERYTHING].cost, 4)
    assert curve_from_json(curve_to_json(fit.curve)) == fit.curve
    assert {"gap 0-2", "girls", "boys", "region hills"} <= set(fit.after)
    low, high = fit.after[EVERYTHING].intervals["auc"]
    assert low < fit.after[EVERYTHING].auc < high
    assert json.loads(json.dumps(fit.document()))["outcome"] == "used"


def test_the_shipped_curve_is_kept_where_the_photos_teach_nothing() -> None:
    fit = fit_photo_curve(labelled(40, 4, noise=50.0), None, SOURCE, rng())
    assert (fit.outcome, fit.curve) == ("no-better", None)
    # What is already the best line for these people cannot be bettered on others of them.
    plenty = labelled(30, 3)
    pairs = labelled_pairs(labelled(130, 3, seed=9), rng())
    best = fitted(pairs, flat_curve(SOURCE, pairs, BITS), False, BITS)
    kept = fit_photo_curve(plenty, best, SOURCE, rng())
    assert kept.outcome == "no-better"
    assert kept.curve is best


def test_the_same_photos_and_seed_give_the_same_curve() -> None:
    first, second = (fit_photo_curve(labelled(22, 3), SHIPPED, SOURCE, rng()) for _ in range(2))
    assert first.document() == second.document()
    assert first.curve == second.curve


@pytest.mark.parametrize(("people", "each"), [(LEAST_SUBJECTS - 1, 5), (LEAST_SUBJECTS + 1, 2), (60, 1)])
def test_too_few_are_refused_with_the_least_there_must_be(people: int, each: int) -> None:
    with pytest.raises(PhotoFittingError, match=f"at least {LEAST_SUBJECTS} children .* 40 pairs") as caught:
        fit_photo_curve(labelled(people, each), SHIPPED, SOURCE, rng())
    assert isinstance(caught.value, InputError)


def test_people_with_several_photos_are_spread_over_the_folds() -> None:
    subject = np.concatenate([np.repeat(np.arange(10), 4), np.arange(10, 33)])
    fold = folds(subject, rng())
    assert np.bincount(fold[:10]).tolist() == [2] * FOLDS
    assert np.ptp(np.bincount(fold)) <= 1


def test_a_held_out_pair_is_told_by_a_curve_without_its_people(monkeypatch: pytest.MonkeyPatch, photos) -> None:
    seen = []
    real = photo_fitting.fitted

    def spy(pairs, *rest):
        seen.append(set(pairs.first.tolist()) | set(pairs.second.tolist()))
        return real(pairs, *rest)

    monkeypatch.setattr(photo_fitting, "fitted", spy)
    fold = folds(photos.subject, rng())
    pairs = labelled_pairs(photos, rng())
    tested, _, _ = photo_fitting._held_out(pairs, fold, SHIPPED, True, BITS)
    assert seen == [set(np.flatnonzero(fold != number).tolist()) for number in range(FOLDS)]
    assert (fold[tested.first] == fold[tested.second]).all()
    assert tested.genuine.sum() == pairs.genuine.sum()


def test_figures_are_of_what_a_hub_would_say(photos) -> None:
    pairs = labelled_pairs(photos, rng())
    told = weighed(SHIPPED, pairs, BITS)
    one = int(np.flatnonzero(pairs.genuine)[0])
    first, second = pairs.bands[one]
    assert told.weight[one] == pytest.approx(SHIPPED.table(BITS)[first, second, pairs.differing[one]] * np.log(2))
    found = figures(pairs, told)
    same = pairs.genuine
    assert found.auc == auc(scored(told.ranking[same], told.ranking[~same]))
    balanced = Scored(told.weight[same], told.weight[~same], pairs.balance[same], pairs.balance[~same])
    assert found.cost == ratio_cost(balanced)
    assert found.intervals == {}


def test_a_share_that_too_few_impostors_could_show_is_not_told(photos) -> None:
    pairs = labelled_pairs(photos, rng())
    small = pairs.take(pairs.genuine | (np.cumsum(~pairs.genuine) <= 150))
    found = figures(small, weighed(SHIPPED, small, BITS))
    assert found.accepted[0.01] is not None
    assert found.accepted[0.001] is None
    assert found.document()["accepted_at_0.001"] is None


def test_a_group_of_hardly_any_pairs_is_not_told(photos) -> None:
    pairs = labelled_pairs(photos, rng())
    few = pairs.take((pairs.gap < 6) | ~pairs.genuine)
    assert "gap 11-17" not in figures_by_group(few, weighed(SHIPPED, few, BITS), ["hills"])


def test_unrelated_faces_of_one_code_still_have_a_spread() -> None:
    pairs = true_pairs(10, 1)
    same = PhotoPairs(**{**vars(pairs), "differing": np.full(len(pairs), BITS // 2)})
    assert unrelated(same, BITS) == (0.5, 0.005)
