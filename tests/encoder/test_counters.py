"""Bit-sliced counters against plain sums."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from encoder.counters import add_weighted, majority

WIDTH = 3
Words = npt.NDArray[np.uint64]


def bits_of(words: Words) -> npt.NDArray[np.int64]:
    return np.array([(int(word) >> bit) & 1 for word in words for bit in range(64)], np.int64)


def counted(weights: list[int], seed: int) -> tuple[Words, npt.NDArray[np.int64], int]:
    """Counters after adding one random row per weight, and what plain sums would say."""
    rows = np.random.default_rng(seed).integers(0, 2**64, (len(weights), WIDTH), dtype=np.uint64)
    levels = sum(weights).bit_length()
    counters, carry = np.zeros((levels, WIDTH), np.uint64), np.empty(WIDTH, np.uint64)
    for row, weight in zip(rows, weights, strict=True):
        add_weighted(counters, levels, carry, row, weight)
    sums = np.array(weights) @ np.array([bits_of(row) for row in rows])
    return counters, sums, levels


@given(st.lists(st.integers(1, 65_535), min_size=1, max_size=40), st.integers(0, 2**32))
def test_levels_hold_the_sums_in_binary(weights: list[int], seed: int) -> None:
    counters, sums, levels = counted(weights, seed)
    held = sum((bits_of(counters[p]) << p for p in range(levels)), np.zeros(64 * WIDTH, np.int64))
    np.testing.assert_array_equal(held, sums)


odd_weights = st.lists(st.integers(1, 4), min_size=1, max_size=12).filter(lambda weights: sum(weights) % 2 == 1)


@given(odd_weights, st.integers(0, 2**32))
def test_majority_is_the_sign_of_the_weighted_sum(weights: list[int], seed: int) -> None:
    counters, sums, levels = counted(weights, seed)
    decided, total = np.empty(WIDTH, np.uint64), sum(weights)
    majority(counters, levels, total, np.empty(WIDTH, np.uint64), decided)
    np.testing.assert_array_equal(bits_of(decided), 2 * sums > total)
