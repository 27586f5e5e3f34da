"""Quality: bounded, never better for a worse trait, and told by what a face looks like."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.faces.interface import FaceBox
from encoder.faces.quality import (
    GOOD_CONTRAST,
    GOOD_EYE_DISTANCE,
    GOOD_SCORE,
    LEAST_CONTRAST,
    LEAST_EYE_DISTANCE,
    LEAST_SCORE,
    Traits,
    face_seen,
    is_small,
    traits,
)
from tests.encoder.faces.fake_embedder import face, striped

GOOD = Traits(GOOD_SCORE, GOOD_CONTRAST, GOOD_EYE_DISTANCE)
BEST = Traits(2, 100, 200)
any_traits = st.builds(Traits, st.floats(-1, 3), st.floats(0, 128), st.floats(0, 800))


@given(any_traits, any_traits)
def test_quality_is_bounded_and_monotone(one: Traits, other: Traits) -> None:
    assert 0 <= one.quality <= 1
    better = Traits(
        max(one.score, other.score), max(one.contrast, other.contrast), max(one.eye_distance, other.eye_distance)
    )
    assert better.quality >= max(one.quality, other.quality)
    assert better.good or not (one.good or other.good)
    assert not (better.poor and not one.poor)


@given(any_traits)
def test_good_is_half_and_poor_a_quarter(one: Traits) -> None:
    assert one.good == (one.quality >= 0.5)
    if one.poor:
        assert one.quality < 0.25
    assert not (one.good and one.poor)


def test_limits_count_as_kept() -> None:
    assert GOOD.good
    assert GOOD.quality == 0.5
    assert BEST.quality == 1
    least = Traits(LEAST_SCORE, LEAST_CONTRAST, LEAST_EYE_DISTANCE)
    assert not least.poor
    assert least.quality == 0.25


@pytest.mark.parametrize("trait", ["score", "contrast", "eye_distance"])
def test_one_bad_trait_is_enough(trait: str) -> None:
    assert not Traits(**{"score": 2, "contrast": 100, "eye_distance": 200, trait: 0}).good


def test_a_box_is_given_in_shares_and_ends_at_the_edges() -> None:
    pixels = striped(200, 300)
    assert face_seen(pixels, face(30, side=60, top=20)).box == FaceBox(0.1, 0.1, 0.3, 0.4)
    assert face_seen(pixels, face(-30, side=600, top=-20)).box == FaceBox(0, 0, 1, 1)


def test_contrast_is_that_of_the_box() -> None:
    pixels = striped()
    pixels[:, 150:] = 90
    assert traits(pixels, face(0)).contrast == pytest.approx(100, abs=1)
    assert traits(pixels, face(160)).contrast == 0
    assert traits(pixels, face(1000)).contrast == 0
    assert traits(np.ascontiguousarray(pixels // 20), face(0)).contrast == pytest.approx(5, abs=0.1)


def test_smallness_is_told_by_the_eyes() -> None:
    assert is_small(face(0, eyes=LEAST_EYE_DISTANCE - 0.1))
    assert not is_small(face(0, eyes=LEAST_EYE_DISTANCE))
