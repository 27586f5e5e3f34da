"""The index of places against a dict, and free places against a list."""

from copy import deepcopy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.places import NOWHERE, FreePlaces, Places, longer
from indexer.vectors import TILE

RECORDS = st.dictionaries(st.integers(0, 3000), st.integers(1, 6), max_size=12)


def numbered(*numbers: int) -> np.ndarray:
    """Record numbers."""
    return np.array(numbers, dtype=np.int32)


@given(st.lists(st.tuples(RECORDS, st.lists(st.integers(-2, 3002), max_size=8)), max_size=6))
def test_places_are_those_of_a_dict(steps: list[tuple[dict[int, int], list[int]]]) -> None:
    places, model = Places(), dict[int, list[int]]()
    spots = np.random.default_rng(len(steps)).permutation(5000).tolist()
    for rows, gone in steps:
        fresh = {n: [spots.pop() for _ in range(count)] for n, count in rows.items() if n not in model}
        numbers = [n for n, there in fresh.items() for _ in there]
        taken = np.array([p for there in fresh.values() for p in there], dtype=np.int64)
        order = np.random.default_rng(len(numbers)).permutation(len(numbers))
        first = places.put(np.array(numbers, dtype=np.int32)[order], taken[order])
        assert len(first) == len(fresh)
        model.update(fresh)
        removed = {n: model.pop(n) for n in set(gone) if n in model}
        heads, spot = places.remove(numbered(*gone))
        assert spot.tolist() == sorted(p for there in removed.values() for p in there)
        assert len(heads) == len(removed)
        assert all(len(set(there) & set(heads.tolist())) == 1 for there in removed.values())
        standing, where = places.standing()
        assert standing.tolist() == sorted(model)
        assert all(p in model[n] for n, p in zip(standing.tolist(), where.tolist(), strict=True))


def test_a_record_named_twice_leaves_once() -> None:
    places = Places()
    places.put(numbered(5, 5, 9), np.array([700, 3, 4]))
    first, gone = places.remove(numbered(5, 5, 5))
    assert (len(first), gone.tolist()) == (1, [3, 700])
    assert [len(a) for a in places.remove(numbered(5))] == [0, 0]


def test_the_lowest_place_given_last_is_taken_first() -> None:
    free = FreePlaces()
    free.give(np.array([10, 11, 12]))
    free.give(np.array([4, 5]))
    assert free.take(3).tolist() == [4, 5, 10]
    assert free.take(0).tolist() == []
    assert len(free) == 2
    assert free.take(2).tolist() == [11, 12]


@given(st.lists(st.integers(0, 4), unique=True), st.sets(st.integers(0, 5 * TILE - 1), max_size=5), st.integers(0, 6))
def test_whole_tiles_are_taken_when_they_are_whole(tiles: list[int], more: set[int], most: int) -> None:
    free = FreePlaces()
    for tile in tiles:
        free.give(np.arange(tile * TILE, (tile + 1) * TILE))
    free.give(np.array(sorted(p for p in more if p // TILE not in tiles), dtype=np.int64))
    before = deepcopy(free).take(len(free)).tolist()
    taken = free.take_tiles(most).tolist()
    assert taken == sorted(tiles)[:most]
    assert free.take(len(free)).tolist() == [p for p in before if p // TILE not in taken]


def test_arrays_grow_by_more_than_asked() -> None:
    array = longer(np.empty(0, dtype=np.int32), 1)
    assert len(array) > 1
    assert (array == NOWHERE).all()
    assert longer(array, len(array)) is array
    assert len(longer(array, len(array) + 1)) > len(array) + 1
