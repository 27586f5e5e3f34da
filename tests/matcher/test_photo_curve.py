"""What a distance between two photos is worth: falling, symmetric, clipped, and never more than it may say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import ModelError
from matcher.photo_curve import (
    BAND_MIDDLES,
    CAP_NATS,
    FLOOR_NATS,
    GAP_WITHIN_BAND,
    OLDEST,
    UNCENTRED_CAP_NATS,
    WIDEST_GAP,
    PhotoCurve,
    PhotoTerms,
)
from matcher.photo_curve_file import shipped_curve
from matcher.photos import PHOTO_AGE_BANDS, PHOTO_AGE_LIMITS, UNKNOWN_BAND, PhotoSpace, photo_age_band

BITS = 512
LINE = PhotoTerms(7.771, -23.276, 0.512, -0.446, 1.074, -2.618)
CURVE = PhotoCurve("dlib", True, LINE, 0.5, 0.05)


def shipped(centred: bool) -> PhotoCurve:
    curve = shipped_curve(PhotoSpace("dlib", centred, bytes(16)))
    assert curve is not None
    return curve


BOTH = pytest.mark.parametrize("curve", [shipped(True), shipped(False)], ids=["centred", "uncentred"])


def test_the_line_is_that_of_its_terms_where_it_claims_no_more_than_it_may() -> None:
    share, gap, age = 0.4, 1.0, 5.0
    by_hand = 7.771 - 23.276 * share + 0.512 * gap - 0.446 * gap * share + 1.074 * age - 2.618 * age * share
    excess = 7.771 - 23.276 * 0.5 + 0.512 * gap - 0.446 * gap * 0.5 + 1.074 * age - 2.618 * age * 0.5
    excess += ((23.276 + 0.446 * gap + 2.618 * age) * 0.05) ** 2 / 2
    assert CURVE.nats(np.array(share), gap, age) == pytest.approx(by_hand - max(excess, 0.0))
    assert excess < 0


@given(st.floats(0, WIDEST_GAP), st.floats(0, 40), st.sampled_from([True, False]))
def test_unrelated_faces_are_told_a_ratio_of_one_at_most_on_average(gap: float, age: float, centred: bool) -> None:
    curve = shipped(centred)
    distance = np.linspace(curve.chance - 8 * curve.spread, curve.chance + 8 * curve.spread, 4001)
    density = np.exp(-(((distance - curve.chance) / curve.spread) ** 2) / 2)
    # Distances of a Euclidean curve are reached by way of the share of bits that stands for them.
    share = distance if curve.norm is None else 2 / np.pi * np.arcsin(np.clip(distance / (2 * curve.norm), 0, 1))
    mean = np.average(np.exp(curve.nats(share, gap, age)), weights=density)
    assert mean <= 1.001


@given(st.floats(0, WIDEST_GAP), st.floats(OLDEST, 90))
def test_a_grown_face_is_weighed_as_grown(gap: float, age: float) -> None:
    share = np.linspace(0, 1, 5)
    np.testing.assert_array_equal(CURVE.nats(share, gap, age), CURVE.nats(share, gap, OLDEST))


@BOTH
def test_a_table_falls_is_symmetric_and_stays_within_its_bounds(curve: PhotoCurve) -> None:
    table, ranking = curve.table(BITS), curve.ranking(BITS)
    assert table.shape == ranking.shape == (PHOTO_AGE_BANDS, PHOTO_AGE_BANDS, BITS + 1)
    for each in (table, ranking):
        assert (np.diff(each, axis=2) <= 0).all()
        np.testing.assert_array_equal(each, each.transpose(1, 0, 2))
    assert table.max() == pytest.approx(curve.cap_nats / np.log(2))
    known = table[1:, 1:]
    assert known.min() == pytest.approx(FLOOR_NATS / np.log(2))
    np.testing.assert_array_equal(known, np.clip(ranking[1:, 1:], FLOOR_NATS / np.log(2), curve.cap_nats / np.log(2)))


@BOTH
def test_the_ranking_falls_strictly(curve: PhotoCurve) -> None:
    assert (np.diff(curve.ranking(BITS), axis=2) < 0).all()


@BOTH
def test_a_photo_of_unknown_age_never_speaks_against_a_pair_nor_more_than_any_other_for_it(curve: PhotoCurve) -> None:
    table, ranking = curve.table(BITS), curve.ranking(BITS)
    assert (table[UNKNOWN_BAND] >= 0).all()
    assert (ranking[UNKNOWN_BAND] <= ranking[1, -1] + 1e-9).all()
    for each in (table, ranking):
        assert (each[UNKNOWN_BAND] == each[UNKNOWN_BAND, UNKNOWN_BAND]).all()


def test_a_table_is_of_the_middles_of_its_bands() -> None:
    assert [photo_age_band(middle) for middle in BAND_MIDDLES[1:]] == list(range(1, PHOTO_AGE_BANDS))
    ranking = CURVE.ranking(64)
    share = np.arange(65) / 64
    np.testing.assert_allclose(ranking[1, 4] * np.log(2), CURVE.nats(share, 9.0, 1.5))
    np.testing.assert_allclose(ranking[3, 3] * np.log(2), CURVE.nats(share, GAP_WITHIN_BAND, 7.5))
    assert PHOTO_AGE_LIMITS[0] - 1.5 == 1.5


def test_codes_that_were_not_centred_are_trusted_less() -> None:
    assert shipped(False).cap_nats == UNCENTRED_CAP_NATS < CAP_NATS == shipped(True).cap_nats


def test_an_angle_is_carried_over_to_the_distance_between_its_ends() -> None:
    flat = PhotoCurve("dlib", False, PhotoTerms(0.0, -1.0, 0, 0, 0, 0), 1.0, 0.001, norm=2.0)
    # A third of the bits: 60 degrees, and two sides and the chord of an equilateral triangle.
    assert flat.nats(np.array([0.0, 1 / 3, 1.0]), 0.0, 0.0) == pytest.approx([0.0, -2.0, -4.0])


BAD = {
    "rises": {"terms": replace(LINE, distance=0.1, age_distance=0.0, gap_distance=0.0)},
    "rises over wide gaps": {"terms": replace(LINE, gap_distance=3.0)},
    "rises with age": {"terms": replace(LINE, age_distance=2.0)},
    "no number": {"terms": replace(LINE, gap=float("nan"))},
    "infinity": {"terms": replace(LINE, constant=float("inf"))},
    "no spread": {"spread": 0.0},
    "chance below nothing": {"chance": -0.5},
    "no norm": {"norm": 0.0},
    "a cap above any": {"cap_nats": CAP_NATS + 0.1},
    "a cap of nothing": {"cap_nats": 0.0},
    "a cap that is no number": {"cap_nats": float("nan")},
}


@pytest.mark.parametrize("parts", BAD.values(), ids=BAD)
def test_a_curve_that_cannot_be_is_refused(parts: dict) -> None:
    with pytest.raises(ModelError, match=r"calibrate it again\.$"):
        replace(CURVE, **parts)


def test_a_curve_that_says_nothing_may_be() -> None:
    flat = replace(CURVE, terms=PhotoTerms(0, 0, 0, 0, 0, 0))
    assert not flat.table(64).any()


def test_the_summary_is_one_line() -> None:
    assert shipped(True).summary == "dlib, centred, at most 4 nats"
    assert shipped(False).summary == "dlib, uncentred, at most 2.5 nats"
