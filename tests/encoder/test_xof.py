"""Sign bits and order words: golden vectors, injectivity and balance."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.xof import framed, order_word, sign_bits

VIEW_KEY = bytes(range(32))


def ones(packed: bytes) -> int:
    """Number of 1 bits."""
    return int(np.unpackbits(np.frombuffer(packed, np.uint8)).sum())


def test_sign_bits_golden() -> None:
    """Written by the standard library alone.

    python3 -c "import hashlib; print(hashlib.shake_256(b''.join(len(x).to_bytes(4, 'big') + x
    for x in (b'milap sign bits v1', bytes(range(32)), 'रहीम'.encode()))).hexdigest(16))"
    """
    assert sign_bits(VIEW_KEY, "रहीम", 128).hex() == "4d89e8dd9dbd5ee7546d1cda428fdb72"


def test_order_word_golden() -> None:
    """Written by the standard library alone.

    python3 -c "import hashlib; print(hex(int.from_bytes(hashlib.shake_256(b''.join(len(x).to_bytes(4, 'big') + x
    for x in (b'milap order word v1', bytes(range(32)), 'रहीम'.encode()))).digest(8), 'little')))"
    """
    assert hex(order_word(VIEW_KEY, "रहीम")) == "0x7a9982b6b7da6584"


def test_shake_256_known_answer() -> None:
    """FIPS 202 example: SHAKE-256 of the empty message; the library underneath is the one we think it is."""
    expected = "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"
    assert hashlib.shake_256(b"").hexdigest(32) == expected


@given(st.lists(st.binary(max_size=6), min_size=3, max_size=3), st.lists(st.binary(max_size=6), min_size=3, max_size=3))
def test_framing_is_injective(a: list[bytes], b: list[bytes]) -> None:
    """Fields that join to the same bytes are the same fields."""
    assert (framed(*a) == framed(*b)) == (a == b)


def test_key_and_token_do_not_run_into_each_other() -> None:
    """A byte moved from the token to the key makes another vector."""
    assert sign_bits(VIEW_KEY + b"a", "b", 128) != sign_bits(VIEW_KEY, "ab", 128)
    assert order_word(VIEW_KEY + b"a", "b") != order_word(VIEW_KEY, "ab")


def test_order_words_are_no_sign_bits() -> None:
    """The lowest sign bits would bias the leading bits of the codes of even bags."""
    assert order_word(VIEW_KEY, "a").to_bytes(8, "little") != sign_bits(VIEW_KEY, "a", 64)


def test_any_string_is_a_token() -> None:
    """A stray surrogate raises no UnicodeEncodeError, which would carry the token into a log."""
    assert sign_bits(VIEW_KEY, "\ud800", 64) != sign_bits(VIEW_KEY, "\ud801", 64)
    assert order_word(VIEW_KEY, "\ud800") != order_word(VIEW_KEY, "\ud801")


@pytest.mark.parametrize("bits", [0, -64, 63, 100])
def test_bits_are_whole_words(bits: int) -> None:
    """Anything but a positive multiple of 64 is refused."""
    with pytest.raises(ValueError, match="multiple of 64"):
        sign_bits(VIEW_KEY, "a", bits)


def test_bits_are_balanced_and_independent_between_tokens_and_keys() -> None:
    """Within five standard deviations of one half over 65,536 bits: single vectors, token pairs and key pairs."""
    bits, limit = 65_536, 5 * 128
    first, second = sign_bits(VIEW_KEY, "a", bits), sign_bits(VIEW_KEY, "b", bits)
    other_key = sign_bits(bytes(32), "a", bits)
    orders = b"".join(order_word(VIEW_KEY, f"token {i}").to_bytes(8, "little") for i in range(bits // 64))
    for vector in (first, second, orders):
        assert abs(ones(vector) - bits // 2) < limit
    for other in (second, other_key, orders):
        difference = bytes(x ^ y for x, y in zip(first, other, strict=True))
        assert abs(ones(difference) - bits // 2) < limit
