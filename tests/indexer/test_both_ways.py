"""One sweep gives what a search from each side would give."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.both_ways import NEVER
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Pairs, SearchFilter
from indexer.kernel import SQUAD
from indexer.pairs import read_rows, record_pairs
from indexer.search import KernelSearch
from indexer.vectors import TILE
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.tables import weigh
from matcher.views import Kind, View
from tests.indexer.builders import World, world_of, worlds
from tests.matcher.builders import plain_batch, profile_of, random_tables

MINIMA = st.sampled_from([NO_MINIMUM, 2 * NO_MINIMUM, -1000, 0, 1, 4000, 40_000])
FLOORS = (NEVER, -NEVER, NO_MINIMUM, -20_000, -1000, -1, 0, 1, 3000, 8000, 12_000, 40_000)
SMALL = profile_of({View.CHILD: 64, View.BIRTH: 128, View.HOME: 192})
FIELDS = ("probe", "record", "probe_row", "gallery_row", "weight", "rank")


def rows_of(pairs: Pairs, fields: tuple[str, ...] = FIELDS) -> list[tuple[int, ...]]:
    return list(zip(*(getattr(pairs, name).tolist() for name in fields), strict=True))


def same_pairs(found: Pairs, expected: Pairs, search: KernelSearch, probes: EncodedBatch, world: World) -> None:
    """The same pairs of records; of names that weigh the same one search gives the nearest, the other the first."""
    fields = ("probe", "record", "weight", "rank")
    assert rows_of(found, fields) == rows_of(expected, fields)
    if len(found):
        others, each = read_rows(search.gallery, found.gallery_row), np.arange(len(found), dtype=np.intp)
        mine = found.probe_row.astype(np.intp)
        sides = (probes, others, mine, each) if probes.kind is Kind.MISSING else (others, probes, each, mine)
        assert weigh(compare(*sides), world.tables).sum(axis=1).tolist() == found.weight.tolist()


def floors_of(seed: int, numbers: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(np.array(FLOORS, dtype=np.int32), numbers)


def reached(search: KernelSearch, probes: EncodedBatch, world: World, floors: np.ndarray, minimum: int,
            only: SearchFilter = SearchFilter()) -> Pairs:
    """All pairs by `above`, which is held against the slow search, and then only those that reach their floor."""
    pairs = record_pairs(search.above(probes, world.tables, minimum, only), probes)
    known = pairs.record < len(floors)
    floor = np.where(known, floors[np.where(known, pairs.record, 0)] if len(floors) else minimum, minimum)
    pairs = pairs.take(pairs.weight >= np.maximum(floor, minimum))
    rank = np.arange(1, len(pairs) + 1) - np.searchsorted(pairs.probe, pairs.probe, side="left")
    return Pairs(pairs.probe, pairs.record, pairs.probe_row, pairs.gallery_row, pairs.weight, rank.astype(np.int32))


@given(worlds(), st.sampled_from(list(Kind)), st.integers(0, 9), MINIMA, st.integers(0, 2**32 - 1), st.integers(0, 260))
@settings(max_examples=200, deadline=None)
def test_both_sides_get_what_two_searches_give(
    world: World, kind: Kind, k: int, minimum: int, seed: int, numbers: int
) -> None:
    probes, gallery, floors = world.probes[kind], world.gallery(), floors_of(seed, numbers)
    gallery.withdraw(np.arange(0, 240, 7, dtype=np.int32))
    search = KernelSearch(gallery, threads=1)
    first, second = search.both_ways(probes, world.tables, k, floors, minimum)
    assert rows_of(first) == rows_of(search.top_k_records(probes, world.tables, k, minimum))
    same_pairs(second, reached(search, probes, world, floors, minimum), search, probes, world)


@given(worlds(), st.integers(0, 3), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_agreements_hold_for_both_sides(world: World, holder: int, cells: int, seed: int) -> None:
    only = SearchFilter(holder=holder, agreements=(cells >> np.arange(16) & 1).astype(np.bool_).reshape(4, 4))
    search, probes, floors = KernelSearch(world.gallery(), 1), world.probes[Kind.MISSING], floors_of(seed, 300)
    first, second = search.both_ways(probes, world.tables, 4, floors, NO_MINIMUM, only)
    assert rows_of(first) == rows_of(search.top_k_records(probes, world.tables, 4, NO_MINIMUM, only))
    same_pairs(second, reached(search, probes, world, floors, NO_MINIMUM, only), search, probes, world)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("kind", list(Kind))
def test_many_tiles_blocks_threads_and_little_room(threads: int, kind: Kind) -> None:
    world = world_of(12, SMALL, [6 * TILE, 40, 5 * TILE, 3 * TILE], 300, codes=6)
    gallery, probes, floors = world.gallery(), world.probes[kind], floors_of(3, 2000)
    search = KernelSearch(gallery, threads)
    expected = reached(KernelSearch(gallery, 1), probes, world, floors, 0)
    with patch("indexer.search._LEAST_TILES", 1), patch("indexer.both_ways._ROOM", SQUAD * TILE):
        first, second = search.both_ways(probes, world.tables, 5, floors, 0)
    search.close()
    assert rows_of(first) == rows_of(search.top_k_records(probes, world.tables, 5, 0))
    same_pairs(second, expected, search, probes, world)
    assert len(second) > 3 * SQUAD * TILE


def test_a_pair_counts_for_a_record_whose_floor_it_just_reaches() -> None:
    profile = profile_of({View.CHILD: 64})
    gallery, tables = Gallery(profile), random_tables(np.random.default_rng(3), profile)
    gallery.add(plain_batch(profile, Kind.FOUND, np.zeros((4, 1), dtype=np.uint64)), np.arange(4, dtype=np.int32))
    probe = plain_batch(profile, Kind.MISSING, np.zeros((1, 1), dtype=np.uint64))
    search = KernelSearch(gallery, 1)
    weight = int(search.top_k_records(probe, tables, 1).weight[0])
    floors = np.array([weight + 1, weight, NEVER], dtype=np.int32)
    first, second = search.both_ways(probe, tables, 1, floors)
    assert first.record.tolist() == [0]
    assert second.record.tolist() == [1, 3]
    nobody = search.both_ways(probe, tables, 0, floors, weight + 1)
    assert [len(pairs) for pairs in nobody] == [0, 0]
