"""Masks: the kernel against plain Python, distances kept, absent views never shown, and uniform permutations."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encoder import masking
from encoder.mask_stream import RowPair
from encoder.masking import CHUNK, mask_rows, stream_blocks
from matcher.errors import BatchError, InputError, ProfileMismatchError
from matcher.masked import masked_distances
from matcher.profile import MASKED_2026_11_22, NETWORK_PHOTO_2026_11_22, EncodingProfile
from matcher.views import View
from tests.encoder.masking_builders import EVERY_VIEW, PROFILE, both_sides, random_codes, row_pairs, some_pairs
from tests.encoder.slow_masking import slow_mask_row
from tests.matcher.builders import profile_of, profiles

MISSING_KEY, FOUND_KEY = both_sides()
ALL = np.full(1, EVERY_VIEW)


def presences(profile: EncodingProfile, rows: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, (1 << len(profile.views)) - 1), min_size=rows, max_size=rows)


@settings(max_examples=30)
@given(profiles(), row_pairs, st.integers(0, 2**32), st.data())
def test_kernel_and_plain_python_agree(profile: EncodingProfile, pair: RowPair, seed: int, data: st.DataObject) -> None:
    key, code = both_sides(profile)[0], random_codes(np.random.default_rng(seed), 1, profile)
    (presence,) = data.draw(presences(profile, 1))
    masked = mask_rows(key, [pair], profile, code, np.array([presence], np.uint16))
    assert masked.tolist() == [slow_mask_row(key, pair, profile, code[0], presence)]


@settings(max_examples=60)
@given(profiles(), st.lists(row_pairs, unique=True, max_size=6), st.integers(0, 2**32), st.data())
def test_distances_are_those_of_the_plain_codes(
    profile: EncodingProfile, pairs: list[RowPair], seed: int, data: st.DataObject
) -> None:
    rng, (missing_key, found_key) = np.random.default_rng(seed), both_sides(profile)
    missing = random_codes(rng, len(pairs), profile)
    found = missing ^ (random_codes(rng, len(pairs), profile) & random_codes(rng, len(pairs), profile))
    has, other_has = (np.array(data.draw(presences(profile, len(pairs))), np.uint16) for _ in range(2))
    plain = masked_distances(profile, missing, has, found, other_has)
    sent = mask_rows(missing_key, pairs, profile, missing, has), mask_rows(found_key, pairs, profile, found, other_has)
    assert np.array_equal(masked_distances(profile, sent[0], has, sent[1], other_has), plain)


def test_an_absent_view_is_zeros_and_shows_no_mask() -> None:
    codes = random_codes(np.random.default_rng(1), 8)
    masked = mask_rows(MISSING_KEY, [RowPair("m", 1, 0, "f", 1, 0)] * 8, PROFILE, codes, np.arange(8, dtype=np.uint16))
    for presence, row in enumerate(masked):
        for view, (first, end) in enumerate(pairwise(PROFILE.offsets)):
            assert row[first:end].any() == bool(presence >> view & 1)


def test_what_lies_in_an_absent_view_and_its_absence_change_nothing_else() -> None:
    codes, pair = random_codes(np.random.default_rng(2), 1), some_pairs(1)
    zeroed = codes.copy()
    zeroed[0, :3] = 0
    whole = mask_rows(MISSING_KEY, pair, PROFILE, codes, ALL)
    for content in (codes, zeroed):
        without = mask_rows(MISSING_KEY, pair, PROFILE, content, np.array([0b110], np.uint16))
        assert not without[0, :3].any()
        assert np.array_equal(without[0, 3:], whole[0, 3:])


@pytest.mark.parametrize(
    "change",
    [
        {"missing_ref": "n"}, {"missing_version": 2}, {"missing_row": 1},
        {"found_ref": "g"}, {"found_version": 2}, {"found_row": 1},
    ],
)  # fmt: skip
def test_another_row_version_or_record_has_another_mask_in_every_view(change: dict[str, str | int]) -> None:
    nothing, pair = np.zeros((2, PROFILE.words), np.uint64), RowPair("m", 1, 0, "f", 1, 0)
    changed = pair._replace(**change)  # type: ignore[arg-type]
    masked = mask_rows(MISSING_KEY, [pair, changed], PROFILE, nothing, np.full(2, EVERY_VIEW))
    assert (masked[0] != masked[1]).all()


def test_permutations_differ_from_pair_to_pair() -> None:
    """The masks cancel in the difference of two codes of one pair: what is left is where its bits went."""
    pairs, code = some_pairs(50), np.zeros((50, PROFILE.words), np.uint64)
    differing = code.copy()
    differing[:, [0, 3, 4]] = 0b1111
    masked = (mask_rows(MISSING_KEY, pairs, PROFILE, codes, np.full(50, EVERY_VIEW)) for codes in (code, differing))
    went = next(masked) ^ next(masked)
    for first, end in pairwise(PROFILE.offsets):
        assert len({row.tobytes() for row in went[:, first:end]}) == 50


def test_many_rows_are_masked_as_each_one_is() -> None:
    rows = 2 * CHUNK + 3
    pairs, codes = some_pairs(rows), random_codes(np.random.default_rng(3), rows)
    together = mask_rows(MISSING_KEY, pairs, PROFILE, codes, np.full(rows, EVERY_VIEW))
    for row in (0, CHUNK - 1, CHUNK, rows - 1):
        alone = mask_rows(FOUND_KEY, pairs[row : row + 1], PROFILE, codes[row : row + 1], ALL)
        assert np.array_equal(together[row], alone[0])


def test_a_stream_that_was_too_short_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, codes = some_pairs(300), random_codes(np.random.default_rng(4), 300)
    expected = mask_rows(MISSING_KEY, pairs, PROFILE, codes, np.full(300, EVERY_VIEW))
    for spare in (0, 1 - stream_blocks(PROFILE), 2 - stream_blocks(PROFILE)):
        monkeypatch.setattr(masking, "SPARE_BLOCKS", spare)
        again = mask_rows(MISSING_KEY, pairs, PROFILE, codes, np.full(300, EVERY_VIEW))
        assert np.array_equal(again, expected)


@pytest.mark.parametrize("count", [2, 3, 192, 255])
def test_every_place_is_drawn_by_as_many_words(count: int) -> None:
    """Of all 65,536 words; those that are passed over leave the last bit where it is."""
    went = np.zeros(count, np.int64)
    for word in range(2**16):
        bits = np.arange(count, dtype=np.uint8)
        masking._shuffle(bits, count, np.array([word], np.uint16), 0)
        went[np.flatnonzero(bits == count - 1)] += 1
    assert set(went[:-1].tolist()) == {2**16 // count}
    assert went[-1] == 2**16 // count + 2**16 % count


def test_the_shipped_profile_and_the_largest_take_a_stream_that_a_nonce_has() -> None:
    assert stream_blocks(MASKED_2026_11_22) < 300
    key = both_sides(NETWORK_PHOTO_2026_11_22)[0]
    codes = np.zeros((1, NETWORK_PHOTO_2026_11_22.words), np.uint64)
    assert mask_rows(key, some_pairs(1), NETWORK_PHOTO_2026_11_22, codes, np.array([0x1FF], np.uint16)).all()


def test_nothing_to_mask() -> None:
    empty = np.zeros((0, PROFILE.words), np.uint64)
    assert mask_rows(MISSING_KEY, [], PROFILE, empty, np.zeros(0, np.uint16)).shape == (0, PROFILE.words)


def test_what_does_not_fit_is_refused() -> None:
    pairs, codes = some_pairs(2), np.zeros((2, PROFILE.words), np.uint64)
    has = np.full(2, EVERY_VIEW)
    for wrong in (codes[:1], codes[:, 1:], codes.astype(np.int64)):
        with pytest.raises(BatchError, match="Codes to mask"):
            mask_rows(MISSING_KEY, pairs, PROFILE, wrong, has)
    for presence in (has[:1], has.astype(np.int64)):
        with pytest.raises(BatchError, match="Presence of codes"):
            mask_rows(MISSING_KEY, pairs, PROFILE, codes, presence)
    with pytest.raises(BatchError, match="names a view"):
        mask_rows(MISSING_KEY, pairs, PROFILE, codes, np.full(2, 8, np.uint16))
    with pytest.raises(ProfileMismatchError):
        mask_rows(MISSING_KEY, pairs, replace(PROFILE, name="other"), codes, has)


def test_a_profile_too_large_for_a_stream_is_refused() -> None:
    large = profile_of({View.CHILD: 2**16, View.HOME: 64})
    with pytest.raises(InputError, match="longer than 65536"):
        mask_rows(both_sides(large)[0], some_pairs(1), large, np.zeros((1, large.words), np.uint64), ALL >> 1)
