"""The kernel gives what weighing every pair gives: same records, same weights, same order, ties included."""

import warnings
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, SearchFilter
from indexer.pairs import record_pairs
from indexer.reference import ReferenceSearch
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.defaults import default_model
from matcher.errors import KeyMismatchError, ProfileMismatchError
from matcher.photos import PHOTO_AGE_BANDS
from matcher.profile import EncodingProfile
from matcher.tables import ScoringTables
from matcher.views import Kind, View
from tests.indexer.builders import World, best_rows, reference_hits, triples, world_of, worlds
from tests.matcher.builders import BITS, plain_batch, profile_of, random_tables

MINIMA = st.sampled_from([NO_MINIMUM, -20_000, -1000, -999, 0, 1, 4000, 40_000])
SMALL = profile_of({View.CHILD: 64, View.BIRTH: 128, View.HOME: 192})
TILE = Gallery(SMALL).record.shape[1]


@given(worlds(), st.sampled_from(list(Kind)), st.integers(0, 60), MINIMA)
@settings(max_examples=150)
def test_top_k_is_the_slow_search(world: World, kind: Kind, k: int, minimum: int) -> None:
    probes, gallery = world.probes[kind], world.gallery()
    hits = KernelSearch(gallery, threads=1).top_k(probes, world.tables, k, minimum)
    assert triples(hits) == reference_hits(world.parts, probes, world.tables, k, minimum)
    assert hits.row.tolist() == best_rows(gallery, probes, world.tables, hits)


@given(worlds(), st.sampled_from(list(Kind)), MINIMA)
@settings(max_examples=80)
def test_above_is_the_slow_search(world: World, kind: Kind, minimum: int) -> None:
    probes, gallery = world.probes[kind], world.gallery()
    hits = KernelSearch(gallery, threads=1).above(probes, world.tables, minimum)
    assert triples(hits) == reference_hits(world.parts, probes, world.tables, None, minimum)
    assert hits.row.tolist() == best_rows(gallery, probes, world.tables, hits)


@given(worlds(), st.sampled_from(list(Kind)), st.integers(1, 9), MINIMA)
@settings(max_examples=50)
def test_same_kind_search_forgets_the_order_of_events(world: World, kind: Kind, k: int, minimum: int) -> None:
    only = SearchFilter(kind=kind)
    search = KernelSearch(world.gallery(), threads=1)
    probes = world.probes[kind]
    expected = reference_hits(world.parts, probes, world.tables, None, minimum, only)
    assert triples(search.above(probes, world.tables, minimum, only)) == expected
    top = reference_hits(world.parts, probes, world.tables, k, minimum, only)
    assert triples(search.top_k(probes, world.tables, k, minimum, only)) == top


@given(worlds(), st.integers(0, 3), st.integers(0, 2**16 - 1), st.integers(1, 9))
@settings(max_examples=50)
def test_only_rows_under_an_agreement_are_seen(world: World, holder: int, cells: int, k: int) -> None:
    agreements = (cells >> np.arange(16) & 1).astype(np.bool_).reshape(4, 4)
    only = SearchFilter(holder=holder, agreements=agreements)
    search = KernelSearch(world.gallery(), threads=1)
    probes = world.probes[Kind.MISSING]
    expected = reference_hits(world.parts, probes, world.tables, k, only=only)
    assert triples(search.top_k(probes, world.tables, k, only=only)) == expected
    holders = {int(n): part.holder for part in world.parts for n in part.numbers}
    assert all(agreements[holder, holders[record]] for _, record, _ in expected)


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("kind", list(Kind))
def test_many_tiles_and_blocks_of_probes(bits: int, kind: Kind) -> None:
    profile = profile_of({View.HOME: bits, View.BIRTH: bits, View.CHILD: 64})
    world = world_of(bits, profile, [2 * TILE, 40, 2 * TILE], 20, codes=12)
    probes, search = world.probes[kind], KernelSearch(world.gallery(), threads=2)
    assert triples(search.top_k(probes, world.tables, 5)) == reference_hits(world.parts, probes, world.tables, 5)
    above = reference_hits(world.parts, probes, world.tables, None, 2000)
    assert triples(search.above(probes, world.tables, 2000)) == above


def test_one_thread_and_several_give_the_same_and_tell_their_progress() -> None:
    world = world_of(7, SMALL, [300, 200], 150)
    probes, gallery = world.probes[Kind.MISSING], world.gallery()
    outcomes = []
    for threads in (1, 2, 7, None):
        done: list[int] = []
        search = KernelSearch(gallery, threads, done.append)
        top, above = search.top_k(probes, world.tables, 4), search.above(probes, world.tables, 0)
        assert sum(done) == 2 * len(probes)
        outcomes.append([a.tolist() for hits in (top, above) for a in (hits.probe, hits.record, hits.row, hits.weight)])
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert len(outcomes[0][0]) > 500


@given(worlds(), st.integers(2, 5), st.integers(1, 9), MINIMA)
@settings(max_examples=60)
def test_tiles_split_among_threads_give_the_slow_search(world: World, threads: int, k: int, minimum: int) -> None:
    gallery, probes = world.gallery(), world.probes[Kind.MISSING]
    search = KernelSearch(gallery, threads)
    with patch("indexer.search._LEAST_TILES", 1):
        top, above = search.top_k(probes, world.tables, k, minimum), search.above(probes, world.tables, minimum)
        pairs = search.top_k_records(probes, world.tables, k, minimum)
    search.close()
    assert triples(top) == reference_hits(world.parts, probes, world.tables, k, minimum)
    assert triples(above) == reference_hits(world.parts, probes, world.tables, None, minimum)
    for hits in (top, above):
        assert hits.row.tolist() == best_rows(gallery, probes, world.tables, hits)
    alone = KernelSearch(gallery, 1).top_k_records(probes, world.tables, k, minimum)
    for name in ("probe", "record", "probe_row", "gallery_row", "weight", "rank"):
        assert getattr(pairs, name).tobytes() == getattr(alone, name).tobytes(), name


@pytest.mark.parametrize("threads", [2, 3, 64])
def test_one_probe_against_many_tiles_is_the_slow_search(threads: int) -> None:
    """Records whose rows lie in several parts, and ties in all of them."""
    world = world_of(21, SMALL, [12 * TILE, 40, 40, 5 * TILE], 1, codes=3)
    gallery, probes = world.gallery(), world.probes[Kind.MISSING]
    search = KernelSearch(gallery, threads)
    with patch("indexer.search._LEAST_TILES", 1):
        for k in (1, 20, 3000):
            top = search.top_k(probes, world.tables, k)
            assert triples(top) == reference_hits(world.parts, probes, world.tables, k)
            assert top.row.tolist() == best_rows(gallery, probes, world.tables, top)
    search.close()


def test_a_search_is_used_again_after_it_was_closed_or_interrupted() -> None:
    world = world_of(7, SMALL, [300, 200], 600)
    probes = world.probes[Kind.MISSING]
    search = KernelSearch(world.gallery(), 2)
    before = triples(search.top_k(probes, world.tables, 4))
    search.close()
    assert triples(search.top_k(probes, world.tables, 4)) == before

    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    search.progress = interrupt
    with pytest.raises(KeyboardInterrupt):
        search.top_k(probes, world.tables, 4)
    search.progress = None
    assert triples(search.top_k(probes, world.tables, 4)) == before
    search.close()


def test_above_gives_more_hits_than_any_first_buffer() -> None:
    codes = np.zeros((2500, 1), dtype=np.uint64)
    profile = profile_of({View.CHILD: 64})
    gallery = Gallery(profile)
    gallery.add(plain_batch(profile, Kind.FOUND, codes), np.arange(2500, dtype=np.int32))
    tables = random_tables(np.random.default_rng(1), profile)
    hits = KernelSearch(gallery, 1).above(plain_batch(profile, Kind.MISSING, codes[:5]), tables, NO_MINIMUM)
    assert len(hits) == 5 * 2500
    assert hits.record.tolist() == list(range(2500)) * 5


def test_empty_gallery_empty_probes_and_a_list_of_none() -> None:
    world = world_of(3, SMALL, [5], 4)
    probes = world.probes[Kind.MISSING]
    nobody = probes.take(np.zeros(0, dtype=np.intp))
    for gallery, asked in ((Gallery(SMALL), probes), (world.gallery(), nobody), (Gallery(SMALL), nobody)):
        search = KernelSearch(gallery, 1)
        assert len(search.top_k(asked, world.tables, 3)) == len(search.above(asked, world.tables, NO_MINIMUM)) == 0
    assert len(KernelSearch(world.gallery(), 1).top_k(probes, world.tables, 0)) == 0


@pytest.mark.parametrize("minimum", [NO_MINIMUM, 2 * NO_MINIMUM, -(2**40)])
def test_no_minimum_brings_back_what_the_event_order_excludes(minimum: int) -> None:
    profile = profile_of({View.CHILD: 64})
    codes = np.zeros((2, 1), dtype=np.uint64)
    found = plain_batch(profile, Kind.FOUND, codes)
    found.event[:] = [-500, 500]
    gallery = Gallery(profile)
    gallery.add(found, np.array([0, 1], dtype=np.int32))
    tables = random_tables(np.random.default_rng(2), profile)
    search, probes = KernelSearch(gallery, 1), plain_batch(profile, Kind.MISSING, codes[:1])
    assert search.top_k(probes, tables, 5, minimum).record.tolist() == [1]
    assert search.above(probes, tables, minimum).record.tolist() == [1]
    assert search.top_k(plain_batch(profile, Kind.FOUND, codes[:1]), tables, 5, minimum, SearchFilter(Kind.FOUND))


def test_a_holder_outside_the_agreements_is_never_compared() -> None:
    profile = profile_of({View.CHILD: 64})
    codes = np.zeros((3, 1), dtype=np.uint64)
    gallery = Gallery(profile)
    for holder in (0, 1, 900):
        numbers = np.arange(3, dtype=np.int32) + 3 * holder
        gallery.add(plain_batch(profile, Kind.FOUND, codes), numbers, holder)
    only = SearchFilter(agreements=np.ones((2, 2), dtype=np.bool_))
    tables = random_tables(np.random.default_rng(2), profile)
    hits = KernelSearch(gallery, 1).top_k(plain_batch(profile, Kind.MISSING, codes[:1]), tables, 50, only=only)
    assert hits.record.tolist() == [0, 1, 2, 3, 4, 5]


def test_another_profile_or_key_is_refused() -> None:
    world = world_of(5, SMALL, [3], 2)
    search, probes = KernelSearch(world.gallery(), 1), world.probes[Kind.MISSING]
    other = profile_of({p.view: p.bits for p in SMALL.views}, name="other")
    foreign = plain_batch(other, Kind.MISSING, probes.codes)
    with pytest.raises(ProfileMismatchError, match="other"):
        search.top_k(foreign, world.tables, 1)
    with pytest.raises(ProfileMismatchError, match="other"):
        search.above(probes, random_tables(np.random.default_rng(1), other), 0)
    with pytest.raises(KeyMismatchError):
        search.top_k(plain_batch(SMALL, Kind.MISSING, probes.codes, b"otherkey"), world.tables, 1)


def test_an_interrupted_search_stops_at_once() -> None:
    world = world_of(5, SMALL, [20], 1500)
    calls = []

    def interrupt(done: int) -> None:
        calls.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        KernelSearch(world.gallery(), 1, interrupt).top_k(world.probes[Kind.MISSING], world.tables, 3)
    assert sum(calls) < len(world.probes[Kind.MISSING]) / 2


def test_distances_are_those_of_faiss() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        faiss = pytest.importorskip("faiss")
    rng = np.random.default_rng(11)
    for bits in (64, 256, 1024):
        profile = profile_of({View.PHOTO: bits})
        gallery_codes, probe_codes = (rng.integers(0, 2**64, (n, bits // 64), dtype=np.uint64) for n in (700, 20))
        index = faiss.IndexBinaryFlat(bits)
        index.add(gallery_codes.view(np.uint8))
        distances, _ = index.search(probe_codes.view(np.uint8), 15)
        hits = KernelSearch(_gallery(profile, gallery_codes), 1).top_k(
            plain_batch(profile, Kind.MISSING, probe_codes), _minus_distance(profile), 15
        )
        assert hits.weight.reshape(-1, 15).tolist() == (-distances).tolist()
        nearest = index.range_search(probe_codes.view(np.uint8), int(np.median(distances)) + 1)
        above = KernelSearch(_gallery(profile, gallery_codes), 1).above(
            plain_batch(profile, Kind.MISSING, probe_codes), _minus_distance(profile), -int(np.median(distances))
        )
        probe = np.repeat(np.arange(20), np.diff(nearest[0].astype(np.int64)))
        assert sorted(zip(above.probe, above.record, strict=True)) == sorted(zip(probe, nearest[2], strict=True))


def _gallery(profile: EncodingProfile, codes: np.ndarray) -> Gallery:
    gallery = Gallery(profile)
    found: EncodedBatch = plain_batch(profile, Kind.FOUND, codes)
    gallery.add(found, np.arange(len(codes), dtype=np.int32))
    return gallery


def _minus_distance(profile: EncodingProfile) -> ScoringTables:
    bits, bands = profile.views[0].bits, (PHOTO_AGE_BANDS, PHOTO_AGE_BANDS)
    minus = -np.arange(bits + 1, dtype=np.int32)
    return ScoringTables(
        profile, (minus,), np.zeros((5, 1), dtype=np.int32),
        np.zeros((4, 4), dtype=np.int32), np.zeros(5, dtype=np.int32), 31, np.array([bits / 2]),
        np.broadcast_to(minus, (*bands, bits + 1)).copy(),
    )


@given(world=worlds(), kind=st.sampled_from(Kind), k=st.integers(0, 6), minimum=st.integers(-6000, 6000))
@settings(max_examples=40, deadline=None)
def test_records_are_found_as_their_best_rows_would_be(world: World, kind: Kind, k: int, minimum: int) -> None:
    probes, search = _with_other_names(world.probes[kind]), KernelSearch(world.gallery(), 1)
    together = search.top_k_records(probes, world.tables, k, minimum)
    one_by_one = record_pairs(search.top_k(probes, world.tables, k, minimum), probes, k)
    for name in ("probe", "record", "weight", "rank", "gallery_row"):
        assert np.array_equal(getattr(together, name), getattr(one_by_one, name)), name
    assert np.array_equal(probes.record[together.probe_row], together.probe)


def _with_other_names(batch: EncodedBatch) -> EncodedBatch:
    """The batch with up to two more rows for each record, which differ in the child's code only."""
    copies = np.arange(len(batch)) % 3 + 1
    rows = np.repeat(np.arange(len(batch)), copies)
    codes = batch.codes[rows]
    if View.CHILD in batch.profile:
        v = batch.profile.position(View.CHILD)
        child = slice(batch.profile.offsets[v], batch.profile.offsets[v + 1])
        has_child = batch.presence[rows] >> v & 1 == 1
        codes[has_child, child] ^= np.random.default_rng(5).integers(0, 2**40, codes[has_child, child].shape, np.uint64)
    return replace(
        batch, record=batch.record[rows], codes=codes, presence=batch.presence[rows], sex=batch.sex[rows],
        birth=batch.birth[rows], event=batch.event[rows], photo_age=batch.photo_age[rows],
    )


@pytest.mark.parametrize("bits", [128, 1024, 2048])
def test_the_surest_pairs_survive_the_sums(bits: int) -> None:
    """Where every view agrees, the lines of the bounds add up to more than 16 bits hold."""
    profile = profile_of(dict.fromkeys((v for v in View if v not in (View.FAMILY, View.PHOTO)), bits))
    rng = np.random.default_rng(4)
    missing = full_batch(rng, profile, Kind.MISSING, 300)
    found = replace(missing, kind=Kind.FOUND)
    gallery = Gallery(profile)
    gallery.add(found, np.arange(300, dtype=np.int32))
    tables = default_model(profile).tables()
    hits = KernelSearch(gallery, 1).top_k(missing, tables, 1)
    assert hits.record.tolist() == list(range(300))
    slow = ReferenceSearch(found, np.arange(300, dtype=np.int32)).top_k(missing, tables, 1)
    assert hits.weight.tolist() == slow.weight.tolist()


def full_batch(rng: np.random.Generator, profile: EncodingProfile, kind: Kind, size: int) -> EncodedBatch:
    """Random rows with every view, no two alike."""
    born = rng.integers(12_000, 16_000, size).astype(np.int32)
    return EncodedBatch(
        profile, b"k" * 8, kind, tuple(map(str, range(size))), np.arange(size, dtype=np.int32),
        rng.integers(0, 2**63, (size, profile.words), np.uint64),
        np.full(size, 2 ** len(profile.views) - 1, np.uint16), np.full(size, 1, np.uint8),
        np.stack([born, born], axis=1), np.full(size, 18_000, np.int32),
    )
