"""From hits of rows to pairs of records."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Hits
from indexer.pairs import compare_pairs, record_pairs
from indexer.search import KernelSearch
from matcher.tables import weigh
from matcher.views import Kind, View
from tests.indexer.builders import World, world_of, worlds
from tests.matcher.builders import profile_of


@given(worlds(), st.integers(1, 6))
@settings(max_examples=60)
def test_the_best_row_of_each_side_counts(world: World, k: int) -> None:
    gallery, probes = world.gallery(), world.probes[Kind.MISSING]
    search = KernelSearch(gallery, 1)
    every = search.above(probes, world.tables, NO_MINIMUM)
    best: dict[tuple[int, int], int] = {}
    for row, record, weight in zip(every.probe, every.record, every.weight.tolist(), strict=True):
        pair = int(probes.record[row]), int(record)
        best[pair] = max(best.get(pair, weight), weight)
    expected = sorted(((probe, -weight, record) for (probe, record), weight in best.items()))
    ranked = [(p, -w, r, 1 + sum(q == p for q, _, _ in expected[:i])) for i, (p, w, r) in enumerate(expected)]
    pairs = record_pairs(search.top_k(probes, world.tables, k), probes, k)
    found = list(zip(pairs.probe, pairs.weight, pairs.record, pairs.rank, strict=True))
    assert found == [entry for entry in ranked if entry[3] <= k]
    assert len(record_pairs(every, probes)) == len(expected)
    weights = weigh(compare_pairs(pairs, probes, gallery), world.tables).sum(axis=1)
    assert weights.tolist() == pairs.weight.tolist()
    assert np.array_equal(probes.record[pairs.probe_row], pairs.probe)


def test_taking_pairs_keeps_their_ranks() -> None:
    world = world_of(4, profile_of({View.CHILD: 64}), [30], 5)
    probes = world.probes[Kind.MISSING]
    pairs = record_pairs(KernelSearch(world.gallery(), 1).top_k(probes, world.tables, 4), probes, 4)
    second = pairs.take(pairs.rank == 2)
    assert set(second.rank.tolist()) == {2}
    assert 0 < len(second) < len(pairs)


def test_no_hits_make_no_pairs() -> None:
    world = world_of(4, profile_of({View.CHILD: 64}), [], 5)
    nothing = np.zeros(0, dtype=np.int64)
    hits = Hits(nothing, nothing.astype(np.int32), nothing, nothing.astype(np.int32))
    pairs = record_pairs(hits, world.probes[Kind.MISSING], 3)
    assert len(pairs) == 0
    assert len(compare_pairs(pairs, world.probes[Kind.MISSING], Gallery(world.profile))) == 0
