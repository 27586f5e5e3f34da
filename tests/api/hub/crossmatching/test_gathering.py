"""Found records' lists while missing ones are searched, against plain sorting."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.gathering import Gathered

NUMBERS = np.array([3, 4, 9, 70], dtype=np.int32)
OFFERS = st.lists(
    st.tuples(st.integers(100, 130), st.sampled_from(NUMBERS.tolist()), st.integers(-50, 50)), max_size=60,
    unique_by=lambda offer: offer[:2],
)  # fmt: skip


def array(offers: list[tuple[int, int, int]]) -> npt.NDArray[np.int32]:
    return np.array(offers, dtype=np.int32).reshape(-1, 3)


def plainly(offers: list[tuple[int, int, int]], top: int) -> list[list[tuple[int, int]]]:
    """The lists as pairs of missing record and weight."""
    return [
        sorted(((m, w) for m, f, w in offers if f == number), key=lambda entry: (-entry[1], entry[0]))[:top]
        for number in NUMBERS.tolist()
    ]


def lists_of(gathered: Gathered) -> list[list[tuple[int, int]]]:
    return [
        [(m, w) for m, w in zip(others, weights, strict=True) if m != NOBODY]
        for others, weights in zip(gathered.others.tolist(), gathered.weights.tolist(), strict=True)
    ]


@given(offers=OFFERS, cut=st.integers(0, 60), top=st.integers(1, 4))
def test_the_best_stand_whatever_came_first(offers: list[tuple[int, int, int]], cut: int, top: int) -> None:
    gathered = Gathered(NUMBERS, top)
    gathered.offer(array(offers[:cut]))
    gathered.offer(array(offers[cut:]))
    assert lists_of(gathered) == plainly(offers, top)


def test_lists_of_a_search_of_their_own_are_taken_as_they_are() -> None:
    gathered = Gathered(NUMBERS, 2)
    gathered.put(NUMBERS[1:3], array([(7, 8, 0), (9, NOBODY, 0)])[:, :2], array([(30, 20, 0), (25, 0, 0)])[:, :2])
    gathered.offer(array([(101, 4, 22), (5, 9, 25)]))
    assert lists_of(gathered) == [[], [(7, 30), (101, 22)], [(5, 25), (9, 25)], []]


def test_the_floor_is_the_last_place_of_a_full_list_and_else_the_minimum() -> None:
    gathered = Gathered(NUMBERS, 2)
    gathered.offer(array([(7, 4, 30), (8, 4, 20), (7, 9, 25), (5, 70, -3), (6, 70, -4)]))
    floors = gathered.floors(100, -1)
    assert floors[NUMBERS].tolist() == [-1, 20, -1, -1]
    assert len(floors) == 100
