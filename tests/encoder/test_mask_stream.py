"""Nonces and key streams: no two pairs of rows share one, and both are what the standards say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.mask_keys import reveal_nonce_and_cipher_key_of_pair_key
from encoder.mask_stream import BLOCK_BYTES, MOST_BLOCKS, MaskStream, RowPair, nonces_of
from matcher.errors import InputError
from tests.encoder.masking_builders import both_sides, row_pairs, some_pairs
from tests.encoder.slow_masking import slow_nonce, slow_stream

KEY, SAME_KEY = both_sides()
NONCE_KEY, CIPHER_KEY = reveal_nonce_and_cipher_key_of_pair_key(KEY)
BASE = RowPair("ab", 1, 2, "cd", 3, 4)


@given(st.lists(row_pairs, unique=True, min_size=1))
def test_different_pairs_of_rows_have_different_nonces(pairs: list[RowPair]) -> None:
    nonces = [nonce.tobytes() for nonce in nonces_of(KEY, pairs)]
    assert len(set(nonces)) == len(pairs)
    assert nonces == [slow_nonce(NONCE_KEY, pair) for pair in pairs]
    assert np.array_equal(nonces_of(SAME_KEY, pairs), nonces_of(KEY, pairs))


def test_no_part_of_a_pair_can_pass_for_another() -> None:
    others = [
        RowPair("abc", 1, 2, "d", 3, 4), RowPair("a", 1, 2, "bcd", 3, 4), RowPair("cd", 3, 4, "ab", 1, 2),
        BASE._replace(missing_version=2), BASE._replace(missing_row=3), BASE._replace(found_version=4),
        BASE._replace(found_row=5), RowPair("ab", 3, 2, "cd", 1, 4), RowPair("ab", 1, 4, "cd", 3, 2),
        BASE._replace(missing_version=258, missing_row=0), BASE._replace(missing_version=1, missing_row=0),
    ]  # fmt: skip
    assert len({nonce.tobytes() for nonce in nonces_of(KEY, [BASE, *others])}) == 1 + len(others)


def test_a_large_night_repeats_no_nonce() -> None:
    """As many as a state of a thousand new records asks for in a run of this test: 100,000."""
    pairs = [RowPair(f"m{m}", 1, r // 2, f"f{f}", 1, r % 2) for m in range(100) for f in range(250) for r in range(4)]
    assert len({nonce.tobytes() for nonce in nonces_of(KEY, pairs)}) == len(pairs) == 100_000


@pytest.mark.parametrize("blocks", [1, 7, 257, MOST_BLOCKS])
def test_the_stream_is_counter_mode(blocks: int) -> None:
    nonces = nonces_of(KEY, some_pairs(2))
    drawn = MaskStream(KEY).draw(nonces, blocks)
    assert drawn.shape == (2, 8 * blocks)
    for nonce, words in zip(nonces, drawn, strict=True):
        assert words.astype("<u2").tobytes() == slow_stream(CIPHER_KEY, nonce.tobytes(), BLOCK_BYTES * blocks)


def test_what_was_drawn_before_does_not_matter() -> None:
    nonces, stream = nonces_of(KEY, some_pairs(9)), MaskStream(KEY)
    first = stream.draw(nonces[:2], 5).copy()
    stream.draw(nonces, 40)
    assert np.array_equal(stream.draw(nonces[:2], 5), first)
    assert np.array_equal(stream.draw(nonces[:2], 9)[:, :40], first)


def test_a_nonce_has_no_blocks_that_would_repeat() -> None:
    for blocks in (0, MOST_BLOCKS + 1):
        with pytest.raises(ValueError, match="1 to 65536"):
            MaskStream(KEY).draw(nonces_of(KEY, some_pairs(1)), blocks)


@pytest.mark.parametrize(
    "pair",
    [
        BASE._replace(found_ref="x" * 256), BASE._replace(missing_ref="\ud800"), BASE._replace(found_version=2**32),
        BASE._replace(missing_version=-1), BASE._replace(found_row=256), BASE._replace(missing_row=-1),
    ],
    ids=range(6),
)  # fmt: skip
def test_what_no_record_has_is_refused(pair: RowPair) -> None:
    with pytest.raises(InputError, match="no record has") as caught:
        nonces_of(KEY, [BASE, pair])
    assert "xx" not in str(caught.value)


def test_a_pair_of_rows_does_not_show() -> None:
    assert "ab" not in f"{BASE} {[BASE]} {BASE!r}"


def test_nothing_to_draw() -> None:
    nonces = nonces_of(KEY, [])
    assert nonces.shape == (0, 14)
    assert MaskStream(KEY).draw(nonces, 3).shape == (0, 24)
