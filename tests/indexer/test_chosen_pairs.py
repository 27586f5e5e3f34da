"""Chosen pairs weigh what a search would say."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.chosen_pairs import chosen_pairs
from indexer.interface import Pairs
from indexer.parts import record_at
from indexer.search import KernelSearch
from matcher.views import Kind
from tests.indexer.builders import World, worlds

MANY = 10_000


def rows_of(pairs: Pairs) -> list[tuple[int, ...]]:
    return list(zip(*(getattr(pairs, name).tolist() for name in ("probe", "record", "weight", "rank")), strict=True))


def again(world: World, kind: Kind, found: Pairs, order: np.ndarray) -> Pairs:
    """These pairs, asked for in some order."""
    gallery = world.gallery()
    rows = gallery.rows_of(kind.opposite)
    record, wanted = record_at(gallery, rows), found.record[order]
    runs = [rows[record == number] for number in wanted.tolist()]
    first = np.cumsum([0, *map(len, runs)])
    every = np.concatenate([np.zeros(0, np.int64), *runs])
    return chosen_pairs(world.probes[kind], found.probe[order], gallery, wanted, first, every, world.tables)


@given(worlds(), st.sampled_from(list(Kind)), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_all_pairs_are_as_the_search_gives_them(world: World, kind: Kind, seed: int) -> None:
    probes = world.probes[kind]
    found = KernelSearch(world.gallery(), threads=1).top_k_records(probes, world.tables, MANY)
    order = np.random.default_rng(seed).permutation(len(found))
    same = again(world, kind, found, order)
    assert rows_of(same) == rows_of(found)
    # A pair of rows that weighs so much; of several it may be another one.
    assert (probes.record[same.probe_row] == same.probe).all()


@given(worlds(), st.sampled_from(list(Kind)))
@settings(max_examples=10, deadline=None)
def test_no_pairs_give_none(world: World, kind: Kind) -> None:
    none = KernelSearch(world.gallery(), threads=1).top_k_records(world.probes[kind], world.tables, 0)
    assert len(again(world, kind, none, np.arange(0))) == 0
