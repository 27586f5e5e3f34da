"""One-to-one assignment against trying every choice."""

from itertools import chain, combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.assignment import assign_one_to_one

PAIRS = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(10, 14)), st.integers(-3, 6), max_size=9)


def kept(pairs: dict[tuple[int, int], int], least: int, unit: int = 1000) -> list[tuple[int, int]]:
    """The pairs that the assignment keeps."""
    missing, found = (np.array([pair[i] for pair in pairs], dtype=np.int64) for i in (0, 1))
    weight = np.array(list(pairs.values()), dtype=np.int32) * np.int32(unit)
    keep = assign_one_to_one(missing, found, weight, least)
    return [pair for pair, stays in zip(pairs, keep.tolist(), strict=True) if stays]


def one_to_one(chosen: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> bool:
    return all(len({pair[side] for pair in chosen}) == len(chosen) for side in (0, 1))


def gain(chosen, pairs: dict[tuple[int, int], int], least: int) -> int:
    """What the pairs weigh above `least`; leaving a record alone gains nothing."""
    return sum(1000 * pairs[pair] - least for pair in chosen)


@given(PAIRS, st.integers(-4000, 5000))
def test_no_other_choice_weighs_more(pairs: dict[tuple[int, int], int], least: int) -> None:
    chosen = kept(pairs, least)
    assert one_to_one(chosen)
    assert all(1000 * pairs[pair] >= least for pair in chosen)
    choices = chain.from_iterable(combinations(pairs, n) for n in range(min(len(pairs), 5) + 1))
    best = max(gain(choice, pairs, least) for choice in choices if one_to_one(choice))
    assert best - gain(chosen, pairs, least) <= len(pairs)


@given(PAIRS, st.integers(-4000, 5000), st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_change_what_is_gained(pairs, least: int, random) -> None:
    shuffled = list(pairs.items())
    random.shuffle(shuffled)
    again = dict(shuffled)
    assert gain(kept(again, least), again, least) == gain(kept(pairs, least), pairs, least)


def test_a_pair_below_least_is_worse_than_none_and_one_at_least_is_kept() -> None:
    pairs = {(0, 10): 3, (1, 11): 5}
    assert kept(pairs, 3000) == [(0, 10), (1, 11)]
    assert kept(pairs, 3001) == [(1, 11)]
    assert kept(pairs, 5001) == []


def test_a_rival_gives_way_where_the_whole_gains() -> None:
    assert kept({(0, 10): 6, (0, 11): 5, (1, 10): 5}, 0) == [(0, 11), (1, 10)]
    assert kept({(0, 10): 6, (0, 11): 1, (1, 10): 1}, 0) == [(0, 10)]


def test_no_pairs() -> None:
    assert kept({}, 0) == []
