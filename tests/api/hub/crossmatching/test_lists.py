"""Lists of a run: what they say, and the file that holds them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.hub.crossmatching import lists as lists_module
from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.errors import ListsError
from api.hub.crossmatching.lists import Lists, no_lanes, no_lists, read_lists, write_lists
from matcher.errors import OutputError
from matcher.photo_rules import Limit
from tests.api.hub.crossmatching.random_lists import random_lists


def some() -> Lists:
    """Records 2, 5 (missing) and 9 (found); 2 has a full list."""
    return Lists(
        np.array([2, 5, 9], np.int32), np.array([0, 0, 1], np.uint8),
        np.array([[9, 12], [9, NOBODY], [2, 5]], np.int32),
        np.array([[9_000, 4_000], [7_000, 0], [9_000, 7_000]], np.int32),
        np.array([[2, 0], [1, 0], [2, 2]], np.uint8), *no_lanes(3, 0),
    )  # fmt: skip


def with_a_lane() -> Lists:
    """The same; 9 is the best of 2's lane, and of 5's behind 12, which stands on no list of 5's."""
    return replace(
        some(), lane=np.array([[9, NOBODY], [12, 9], [NOBODY] * 2], np.int32),
        lane_values=np.array([[9, 0], [8, 7], [0, 0]], np.int32),
        lane_weights=np.array([[9_000, 0], [-6_000, 7_000], [0, 0]], np.int32),
        lane_limits=np.array([[2, 0], [0, 2], [0, 0]], np.uint8),
    )  # fmt: skip


def same(one: Lists, other: Lists) -> bool:
    names = Lists.__dataclass_fields__
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_a_full_list_asks_for_its_last_weight_and_another_for_the_minimum() -> None:
    floors = some().floors(12, -5_000, np.array([9], np.int32))
    assert floors[2] == 4_000
    assert floors[5] == floors[0] == floors[11] == -5_000
    assert floors[9] == 2**31 - 1


def test_a_floor_is_never_below_the_minimum() -> None:
    assert some().floors(12, 6_000, np.zeros(0, np.int32))[2] == 6_000


def test_joined_with_its_lane_a_list_has_who_is_there_alone_and_lifts_the_best() -> None:
    joined = with_a_lane().joined
    assert joined.others.tolist() == [[9, 12, NOBODY, NOBODY], [9, NOBODY, 12, NOBODY], [2, 5, NOBODY, NOBODY]]
    assert joined.weights.tolist() == [[9_000, 4_000, 0, 0], [7_000, 0, -6_000, 0], [9_000, 7_000, 0, 0]]
    free, always = int(Limit.AT_LEAST_POSSIBLE), int(Limit.ALWAYS_POSSIBLE)
    assert joined.limits.tolist() == [[free, 0, 0, 0], [1, 0, always, 0], [2, 2, 0, 0]]
    assert joined.any_lifted
    assert not some().any_lifted
    assert (joined.top, joined.places_of_lane) == (4, 0)
    assert some().joined.top == 2
    assert with_a_lane().lane_counts() == {"records": 2, "alone": 1}
    assert some().lane_counts() == {"records": 0, "alone": 0}


def test_it_knows_whose_lists_hold_a_record() -> None:
    chosen = np.zeros(10, np.bool_)
    chosen[[9, 5]] = True
    assert some().holding(chosen).tolist() == [2, 5, 9]
    chosen[9] = False
    assert some().holding(chosen).tolist() == [9]


@pytest.mark.parametrize("seed", range(20))
def test_entries_holders_and_floors_are_those_of_a_slow_reference(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(lists_module, "_ROWS_AT_ONCE", 4)
    rng = np.random.default_rng(seed)
    lists = random_lists(rng, sorted(rng.choice(30, 17, replace=False).tolist()))
    chosen = rng.random(int(rng.integers(1, 40))) < 0.2
    met = [(row, rank) for row, others in enumerate(lists.others.tolist()) for rank, other in enumerate(others)
           if 0 <= other < len(chosen) and chosen[other]]  # fmt: skip
    assert list(zip(*(each.tolist() for each in lists.entries_of(chosen)), strict=True)) == met
    assert lists.holding(chosen).tolist() == lists.numbers[sorted({row for row, _ in met})].tolist()
    floors, size = lists.floors(20, 3_000, np.array([7], np.int32)), 20
    for number, others, weights in zip(lists.numbers.tolist(), lists.others, lists.weights, strict=True):
        if number < size and number != 7:
            assert floors[number] == (max(3_000, weights[-1]) if others[-1] != NOBODY else 3_000)
    assert len(floors) == size


def test_a_record_without_a_list_has_no_place() -> None:
    numbers = np.array([9, -1, 3, 2, 10, 2**31 - 1, 5], np.int32)
    assert some().places(numbers).tolist() == [2, -1, -1, 0, -1, -1, 1]
    assert some().places(numbers[::2].astype(np.int64)).tolist() == [2, -1, -1, 1]
    assert no_lists(3).places(numbers).tolist() == [-1] * 7
    assert no_lists(3).entries_of(np.ones(5, np.bool_))[0].tolist() == []


@pytest.mark.parametrize("place", [-1, -70, -150])
def test_of_several_pieces_each_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(lists_module, "_PIECE_BYTES", 64)
    lists, path = random_lists(np.random.default_rng(1), list(range(20))), tmp_path / "run-1.lists"
    digest = write_lists(lists, path)
    assert same(read_lists(path, digest), lists)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(ListsError):
        read_lists(path, digest)


@pytest.mark.parametrize("lists", [some(), no_lists(20), with_a_lane(), no_lists(20, 3)])
def test_a_file_gives_the_same_lists_and_the_same_bytes(tmp_path: Path, lists: Lists) -> None:
    first, second = tmp_path / "deep" / "run-1.lists", tmp_path / "run-2.lists"
    digest = write_lists(lists, first)
    assert digest == write_lists(lists, second)
    assert first.read_bytes() == second.read_bytes()
    assert same(read_lists(first, digest), lists)
    assert first.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", [3, 20, 60, 300, -1])
def test_a_flipped_bit_is_found(tmp_path: Path, place: int) -> None:
    path = tmp_path / "run-1.lists"
    digest = write_lists(some(), path)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(ListsError):
        read_lists(path, digest)


def test_a_file_cut_short_another_file_or_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run-1.lists"
    digest = write_lists(some(), path)
    other = write_lists(no_lists(3), tmp_path / "run-2.lists")
    with pytest.raises(ListsError):
        read_lists(path, other)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ListsError):
        read_lists(path, digest)
    with pytest.raises(ListsError):
        read_lists(tmp_path / "run-3.lists", digest)


def test_where_nothing_can_be_written_it_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "lists").write_text("in the way")
    with pytest.raises(OutputError, match="lists of the run could not be written"):
        write_lists(some(), tmp_path / "lists" / "run-1.lists")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "lists"]
