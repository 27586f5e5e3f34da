"""Masked codes compared: as plain codes are, and the best pair of rows of each comparison."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.batch import EncodedBatch
from matcher.comparison import NOT_KNOWN, compare
from matcher.defaults import default_model
from matcher.errors import BatchError
from matcher.explanation import levels
from matcher.masked import MaskedSide, best_rows, masked_comparison, masked_distances, without_photos
from matcher.profile import MASKED_2026_11_22, EncodingProfile
from matcher.tables import weigh
from matcher.views import Kind, View
from tests.matcher.builders import code_pool, profile_of, profiles, random_batch, random_tables

PROFILE = profile_of({View.CHILD: 128, View.PHOTO: 64})


def side_of(batch: EncodedBatch, rows: np.ndarray, masks: np.ndarray) -> MaskedSide:
    """Rows as a gateway sends them: masked, but for absent views."""
    codes = batch.codes[rows] ^ masks
    for v in range(len(batch.profile.views)):
        codes[batch.presence[rows] >> v & 1 == 0, batch.profile.offsets[v] : batch.profile.offsets[v + 1]] = 0
    return MaskedSide(
        codes, batch.presence[rows], batch.sex[rows], batch.birth[rows], batch.event[rows], batch.photo_age[rows]
    )


@settings(max_examples=60)
@given(profiles(), st.integers(0, 2**32), st.integers(0, 40))
def test_a_masked_comparison_is_that_of_the_plain_codes(profile: EncodingProfile, seed: int, pairs: int) -> None:
    rng = np.random.default_rng(seed)
    pool = code_pool(rng, profile)
    missing, found = (random_batch(rng, pool, profile, kind, 5) for kind in Kind)
    rows, others = rng.integers(0, len(missing), pairs), rng.integers(0, len(found), pairs)
    masks = rng.integers(0, 2**64, (pairs, profile.words), dtype=np.uint64)
    plain = compare(missing, found, rows, others)
    masked = masked_comparison(profile, side_of(missing, rows, masks), side_of(found, others, masks))
    for name in ("distance", "birth_gap", "sex", "lag", "photo_age"):
        one, other = getattr(masked, name), getattr(plain, name)
        assert np.array_equal(one, other), name
        assert one.dtype == other.dtype
    tables = random_tables(rng, profile)
    assert np.array_equal(weigh(masked, tables), weigh(plain, tables))
    assert np.array_equal(levels(masked, tables), levels(plain, tables))


def test_the_shipped_model_weighs_masked_codes() -> None:
    rng, n = np.random.default_rng(1), 6
    codes = rng.integers(0, 2**64, (n, MASKED_2026_11_22.words), dtype=np.uint64)
    everything = np.full(n, (1 << len(MASKED_2026_11_22.views)) - 1, np.uint16)
    open_ = (np.ones(n, np.uint8), np.zeros((n, 2), np.int32), np.zeros(n, np.int32), np.full(n, 2, np.uint8))
    side = MaskedSide(codes, everything, *open_)
    comparison = masked_comparison(MASKED_2026_11_22, side, replace(side, codes=codes[::-1]))
    same = masked_comparison(MASKED_2026_11_22, side, side)
    tables = default_model(MASKED_2026_11_22).tables()
    assert not same.distance.any()
    assert (weigh(same, tables).sum(axis=1) > 40_000).all()
    assert (weigh(comparison, tables).sum(axis=1) < 0).all()


def test_a_view_that_one_side_lacks_is_not_known() -> None:
    codes = np.full((4, PROFILE.words), 7, np.uint64)
    has, other = np.array([0, 1, 2, 3], np.uint16), np.array([3, 3, 1, 3], np.uint16)
    distance = masked_distances(PROFILE, codes, has, np.zeros_like(codes), other)
    assert distance.tolist() == [[NOT_KNOWN, NOT_KNOWN], [6, NOT_KNOWN], [NOT_KNOWN, NOT_KNOWN], [6, 3]]


def test_photos_of_two_spaces_are_taken_out() -> None:
    presence = np.array([0b00, 0b01, 0b10, 0b11], np.uint16)
    assert without_photos(PROFILE, presence).tolist() == [0, 1, 0, 1]
    assert without_photos(PROFILE, presence).dtype == np.uint16
    assert without_photos(profile_of({View.CHILD: 64}), presence).tolist() == presence.tolist()


def test_nothing_compared() -> None:
    empty, has = np.zeros((0, PROFILE.words), np.uint64), np.zeros(0, np.uint16)
    assert masked_distances(PROFILE, empty, has, empty, has).shape == (0, 2)
    assert best_rows(np.zeros(0, np.int64), np.zeros(0, np.int32)).tolist() == []


def test_what_does_not_fit_is_refused() -> None:
    codes, has = np.zeros((2, PROFILE.words), np.uint64), np.full(2, 3, np.uint16)
    for wrong in (codes[:1], codes[:, 1:], codes.astype(np.int64)):
        with pytest.raises(BatchError, match="Masked codes are"):
            masked_distances(PROFILE, codes, has, wrong, has)
        with pytest.raises(BatchError, match="Masked codes are"):
            masked_distances(PROFILE, wrong, has, codes, has)
    for presence in (has[:1], has.astype(np.int64)):
        with pytest.raises(BatchError, match="Presence of masked codes is"):
            masked_distances(PROFILE, codes, has, codes, presence)
    with pytest.raises(BatchError, match="names a view"):
        masked_distances(PROFILE, codes, has, codes, has + np.uint16(1))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-(2**30), 3)), max_size=30), st.booleans())
def test_the_best_pair_of_rows_counts_and_of_equal_ones_the_first(pairs: list[tuple[int, int]], signed: bool) -> None:
    numbers = np.array([number for number, _ in pairs], np.int64 if signed else np.uint64)
    weights = np.array([weight for _, weight in pairs], np.int32)
    best: dict[int, int] = {}
    for i, (number, weight) in enumerate(pairs):
        if number not in best or weight > pairs[best[number]][1]:
            best[number] = i
    assert best_rows(numbers, weights).tolist() == [best[number] for number in sorted(best)]


def test_codes_do_not_show() -> None:
    side = MaskedSide(
        np.full((1, 3), 2**60 + 1, np.uint64), np.full(1, 3, np.uint16), np.zeros(1, np.uint8),
        np.zeros((1, 2), np.int32), np.zeros(1, np.int32), np.zeros(1, np.uint8),
    )  # fmt: skip
    assert repr(side) == "MaskedSide(1 rows)"
