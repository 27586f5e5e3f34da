"""A photo lifts a verdict by one step at most, and talks no contradiction away: over all levels and weights."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.calibration import MOST_WEIGHT, probabilities, weight_for
from matcher.comparison import NOT_KNOWN, Comparison
from matcher.defaults import default_model
from matcher.explanation import levels, names_of
from matcher.model import LinkageModel
from matcher.photo_curve_file import shipped_curve
from matcher.photo_rules import CONTRADICTING, Limit, is_lifted, lifted, limits, within
from matcher.photos import PHOTO_AGE_BANDS, PhotoSpace
from matcher.profile import LOCAL_PHOTO_2026_11_22, NETWORK_PHOTO_2026_11_22, PROFILES, EncodingProfile
from matcher.tables import weigh
from matcher.views import View

PHOTO_PROFILES = (LOCAL_PHOTO_2026_11_22, NETWORK_PHOTO_2026_11_22)
STATED = (0.3, 0.9)


def model_of(profile: EncodingProfile, *, centred: bool = True) -> LinkageModel:
    """The default model with the shipped curve."""
    curve = shipped_curve(PhotoSpace("dlib", centred, bytes(16)))
    return replace(default_model(profile), photo=curve)


def comparisons(rng: np.random.Generator, profile: EncodingProfile, pairs: int) -> Comparison:
    """Pairs of every sort: near and far in each view, known and not."""
    distance = np.stack([rng.integers(0, p.bits // 2 + 1, pairs) for p in profile.views], axis=1)
    near = rng.random(distance.shape) < 0.4
    distance = np.where(near, distance // 8, distance)
    distance[rng.random(distance.shape) < 0.4] = NOT_KNOWN
    return Comparison(
        distance.astype(np.int16), rng.integers(-1, 5, pairs).astype(np.int8),
        rng.integers(0, 4, (pairs, 2)).astype(np.int8), rng.integers(-20, 900, pairs).astype(np.int32),
        rng.integers(0, PHOTO_AGE_BANDS, (pairs, 2)).astype(np.uint8),
    )  # fmt: skip


def verdicts(comparison: Comparison, model: LinkageModel, records: int) -> np.ndarray:
    """Steps of pairs that have no rival, held to their limits."""
    tables = model.tables()
    parts = weigh(comparison, tables)
    steps = tuple(weight_for(p, model, records) for p in STATED)
    weight = parts.sum(axis=1)
    stated = probabilities(np.arange(len(weight)), weight.astype(np.int32), model, records)
    reached = np.searchsorted(np.array(STATED), stated, side="right")
    return within(reached, limits(levels(comparison, tables), parts, tables, (steps[0], steps[1])))


def without_photos(comparison: Comparison, profile: EncodingProfile) -> Comparison:
    """The same pairs as if nobody had a photo."""
    distance = comparison.distance.copy()
    distance[:, profile.position(View.PHOTO)] = NOT_KNOWN
    return replace(comparison, distance=distance)


@given(st.integers(0, 2**32 - 1), st.sampled_from(PHOTO_PROFILES), st.sampled_from([1, 40, 40_000]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_photo_lifts_one_step_and_no_contradiction(
    seed: int, profile: EncodingProfile, records: int, centred: bool
) -> None:
    model, pairs = model_of(profile, centred=centred), comparisons(np.random.default_rng(seed), profile, 400)
    tables = model.tables()
    seen, bare = verdicts(pairs, model, records), verdicts(without_photos(pairs, profile), model, records)
    gain = weigh(pairs, tables)[:, tables.photo_position]
    assert (seen.astype(int) <= bare.astype(int) + 1).all()
    names = names_of(tables)
    differing = levels(pairs, tables) == 2
    contradicted = differing[:, [i for i, name in enumerate(names) if name in CONTRADICTING]].any(axis=1)
    assert not ((seen == 2) & (bare < 2) & contradicted).any()
    # What a photo does not speak for it leaves alone or lowers by its own weight, two nats and a bit at most.
    assert gain.min() >= -2886


@given(st.integers(0, 2**32 - 1), st.sampled_from(PHOTO_PROFILES), st.sampled_from([1, 40, 40_000]))
@settings(max_examples=40, deadline=None)
def test_a_photo_alone_is_weak(seed: int, profile: EncodingProfile, records: int) -> None:
    model, pairs = model_of(profile), comparisons(np.random.default_rng(seed), profile, 200)
    distance = np.full_like(pairs.distance, NOT_KNOWN)
    distance[:, profile.position(View.PHOTO)] = pairs.distance[:, profile.position(View.PHOTO)]
    assert (verdicts(replace(pairs, distance=distance), model, records) == Limit.WEAK).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(PROFILES)))
@settings(max_examples=40, deadline=None)
def test_pairs_without_photos_are_judged_as_ever(seed: int, name: str) -> None:
    profile = PROFILES[name]
    model, pairs = default_model(profile), comparisons(np.random.default_rng(seed), profile, 200)
    tables = model.tables()
    places, parts = levels(pairs, tables), weigh(pairs, tables)
    spoken = np.isin(places[:, : len(tables.views)], [0, 1])
    if tables.birth_position >= 0:
        spoken[:, tables.birth_position] = places[:, tables.birth_position] == 0
    if tables.photo_position >= 0:
        spoken[:, tables.photo_position] = False
    speaks = spoken.any(axis=1)
    held = limits(places, parts, tables, (0, 1000))
    assert (held == np.where(speaks, Limit.NONE, Limit.WEAK)).all()


def test_the_best_of_the_photo_lane_is_possible_whatever_it_weighs() -> None:
    every = np.array([0, 1, 2])
    assert within(every, np.full(3, Limit.ALWAYS_POSSIBLE, np.uint8)).tolist() == [1, 1, 1]
    assert within(every, np.full(3, Limit.AT_LEAST_POSSIBLE, np.uint8)).tolist() == [1, 1, 2]
    assert within(every, np.full(3, Limit.NONE, np.uint8)).tolist() == [0, 1, 2]
    assert within(every, np.full(3, Limit.POSSIBLE, np.uint8)).tolist() == [0, 1, 1]


def test_only_a_pair_that_may_be_probable_may_be_so_as_the_best_of_a_lane() -> None:
    limit = np.array([Limit.WEAK, Limit.POSSIBLE, Limit.NONE], np.uint8)
    once = lifted(limit)
    assert once.tolist() == [Limit.ALWAYS_POSSIBLE, Limit.ALWAYS_POSSIBLE, Limit.AT_LEAST_POSSIBLE]
    assert lifted(once).tolist() == once.tolist()
    assert is_lifted(once).all()
    assert not is_lifted(limit).any()


@pytest.mark.parametrize("records", [1, 100, 10**6])
@pytest.mark.parametrize("probability", STATED)
def test_the_weight_for_a_probability_is_the_least(probability: float, records: int) -> None:
    model = default_model(LOCAL_PHOTO_2026_11_22)
    least = weight_for(probability, model, records)
    stated = [float(probabilities(np.zeros(1, np.int64), np.array([w], np.int32), model, records)[0])
              for w in (least - 1, least)]  # fmt: skip
    assert stated[0] < probability <= stated[1]
    assert weight_for(1.1, model, records) == MOST_WEIGHT
