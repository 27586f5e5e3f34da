"""Approximate search: weights, filters and order are those of exact search, and it follows the gallery."""

import builtins
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.approximate import ApproximateSearch
from indexer.approximate_lists import ListOptions
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Pairs, SearchFilter
from indexer.parts import AnyGallery, holder_at, record_at
from indexer.search import KernelSearch
from indexer.segmented import SegmentedGallery
from matcher.errors import KeyMismatchError, MissingExtraError, ProfileMismatchError
from matcher.views import Kind
from tests.indexer.builders import World, world_of, worlds
from tests.indexer.populations import PROFILE, TABLES, found_of, missing_of, population
from tests.matcher.builders import plain_batch, profile_of, random_tables

ALL = ListOptions(probed=10**6, nearest=10**6)
"""Everything is near."""
FEW = ListOptions(lists_a_root=1.0, probed=2, nearest=5, nearest_a_root=0)


def built(gallery: AnyGallery, options: ListOptions = ALL) -> ApproximateSearch:
    search = ApproximateSearch(gallery, KernelSearch(gallery, 1), options)
    search.build()
    return search


def entries(pairs: Pairs) -> list[tuple[int, ...]]:
    """What has to be the same, whichever of several equally good rows stands for it."""
    columns = (pairs.probe, pairs.record, pairs.weight, pairs.rank)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def in_full(world: World) -> bool:
    """Whether every probe shares a view with every row: only such pairs can be proposed."""
    full = (1 << len(world.profile.views)) - 1
    batches = [*world.probes.values(), *(part.batch for part in world.parts)]
    return all((batch.presence == full).all() for batch in batches)


@given(worlds(most_records=20), st.sampled_from(list(Kind)), st.integers(0, 12), st.sampled_from([NO_MINIMUM, 0, 4000]))
@settings(max_examples=15, deadline=None)
def test_every_pair_that_is_given_has_the_weight_and_rows_of_exact_search(
    world: World, kind: Kind, k: int, minimum: int
) -> None:
    gallery, probes = world.gallery(), world.probes[kind]
    exact = KernelSearch(gallery, 1).top_k_records(probes, world.tables, 130, minimum)
    weights = {(probe, record): weight for probe, record, weight, _ in entries(exact)}
    near = built(gallery, FEW).top_k_records(probes, world.tables, k, minimum)
    assert all(weights[probe, record] == weight for probe, record, weight, _ in entries(near))
    assert entries(near) == sorted(entries(near), key=lambda entry: (entry[0], -entry[2], entry[1]))
    assert all(rank <= k for *_, rank in entries(near))
    assert record_at(gallery, near.gallery_row).tolist() == near.record.tolist()
    assert (probes.record[near.probe_row] == near.probe).all()


@given(worlds(most_records=20), st.sampled_from(list(Kind)))
@settings(max_examples=8, deadline=None)
def test_with_everything_near_it_lacks_only_pairs_without_a_view_in_common(world: World, kind: Kind) -> None:
    gallery, probes = world.gallery(), world.probes[kind]
    for only in (SearchFilter(), SearchFilter(kind=kind)):
        near = built(gallery).top_k_records(probes, world.tables, 130, only=only)
        exact = KernelSearch(gallery, 1).top_k_records(probes, world.tables, 130, only=only)
        lacking = {entry[:3] for entry in entries(exact)} - {entry[:3] for entry in entries(near)}
        if in_full(world):
            assert not lacking
        rows = {entry[:2]: row for entry, row in zip(entries(exact), exact.gallery_row.tolist(), strict=True)}
        for probe, record, _ in lacking:
            row = rows[probe, record]
            presence = gallery.presence.reshape(-1)[row] & probes.presence[probes.record == probe]
            assert not presence.any()


@given(worlds(most_records=20), st.integers(0, 4), st.integers(0, 2**16 - 1), st.sampled_from([ALL, FEW]))
@settings(max_examples=12, deadline=None)
def test_only_rows_under_an_agreement_are_seen(world: World, holder: int, cells: int, options: ListOptions) -> None:
    agreements = (cells >> np.arange(16) & 1).astype(np.bool_).reshape(4, 4)
    agreements = np.vstack([agreements, np.zeros((1, 4), dtype=np.bool_)])
    gallery, only = world.gallery(), SearchFilter(holder=holder, agreements=agreements)
    search = built(gallery, options)
    for part in world.parts[:2]:
        search.add(part.batch, part.numbers, part.holder)
    for kind in Kind:
        near = search.top_k_records(world.probes[kind], world.tables, 50, only=only)
        assert agreements[holder][holder_at(gallery, near.gallery_row)].all()
        kinds = gallery.kind[near.gallery_row // gallery.record.shape[1]]
        assert (kinds == kind.opposite).all()


@given(st.integers(0, 2**16), st.booleans())
@settings(max_examples=10, deadline=None)
def test_added_replaced_and_withdrawn_records_are_right_at_once(seed: int, segmented: bool) -> None:
    rng = np.random.default_rng(seed)
    gallery: Gallery | SegmentedGallery = SegmentedGallery(PROFILE) if segmented else Gallery(PROFILE)
    people = population(rng, 120)
    gallery.add(found_of(rng, people[:80]), np.arange(80, dtype=np.int32), 1)
    search, exact = built(gallery), KernelSearch(gallery, 1)
    gone, changed = np.arange(0, 80, 3, dtype=np.int32), np.arange(40, 90, dtype=np.int32)
    newer = found_of(rng, people[60:110])
    if segmented:
        gallery.freeze()  # type: ignore[union-attr]
    gallery.withdraw(gone)
    search.withdraw(gone)
    gallery.add(newer, changed, 2)
    search.add(newer, changed, 2)
    probes = missing_of(rng, people)
    for _ in range(2):
        assert entries(search.top_k_records(probes, TABLES, 9)) == entries(exact.top_k_records(probes, TABLES, 9))
        search.purge()
    assert search.built_rows() == 80
    assert search.tail_rows() == 50


def test_changes_during_a_build_are_not_forgotten() -> None:
    rng = np.random.default_rng(5)
    people, gallery = population(rng, 60), Gallery(PROFILE)
    gallery.add(found_of(rng, people), np.arange(60, dtype=np.int32))
    search, newer = ApproximateSearch(gallery, KernelSearch(gallery, 1), ALL), found_of(rng, people[::-1])

    class Guard:
        """Lets the gallery change after the rows of the first kind were read."""

        entered = 0

        def __enter__(self) -> None:
            self.entered += 1
            if self.entered == 3:
                numbers = np.arange(30, 90, dtype=np.int32)
                gallery.add(newer, numbers)
                search.add(newer, numbers)
                gallery.withdraw(np.array([3], dtype=np.int32))
                search.withdraw(np.array([3], dtype=np.int32))

        def __exit__(self, *_: object) -> None:
            pass

    search.build(Guard())
    probes = missing_of(rng, people)
    exact = KernelSearch(gallery, 1).top_k_records(probes, TABLES, 8)
    assert entries(search.top_k_records(probes, TABLES, 8)) == entries(exact)


def test_codes_of_withdrawn_records_leave_memory() -> None:
    rng = np.random.default_rng(6)
    people, gallery = population(rng, 40), Gallery(PROFILE)
    gallery.add(found_of(rng, people), np.arange(40, dtype=np.int32))
    search = built(gallery)
    search.withdraw(np.arange(10, dtype=np.int32))
    side = search._sides[Kind.FOUND]
    assert not side.indexed.rows.codes[:10].any()
    assert side.indexed.rows.codes[10:].any(axis=1).all()
    search.purge()
    present = (side.indexed.rows.presence[10:, None] >> np.arange(len(PROFILE.views)) & 1).sum(axis=0)
    assert [len(side.lists[v]) for v in range(len(PROFILE.views))] == present.tolist()


def test_rows_are_found_again_when_parts_of_the_gallery_were_merged() -> None:
    rng = np.random.default_rng(7)
    people = population(rng, 50)
    first, second = Gallery(PROFILE), Gallery(PROFILE)
    second.add(found_of(rng, people[25:]), np.arange(25, 50, dtype=np.int32))
    batch = found_of(rng, people)
    first.add(batch, np.arange(50, dtype=np.int32))
    search = built(first)
    order = np.arange(49, -1, -1)
    second = Gallery(PROFILE)
    for place in order.tolist():
        one = batch.take(np.array([place]))
        alone = plain_batch(PROFILE, Kind.FOUND, one.codes)
        object.__setattr__(alone, "presence", one.presence)
        second.add(alone, np.array([place], dtype=np.int32))
    search.gallery = second
    pairs = search.top_k_records(missing_of(rng, people), TABLES, 5)
    assert len(pairs) > 200
    assert record_at(second, pairs.gallery_row).tolist() == pairs.record.tolist()


def test_who_may_see_little_is_searched_exactly() -> None:
    rng = np.random.default_rng(8)
    people, gallery = population(rng, 200), Gallery(PROFILE)
    gallery.add(found_of(rng, people[:190]), np.arange(190, dtype=np.int32), 0)
    gallery.add(found_of(rng, people[190:]), np.arange(190, 200, dtype=np.int32), 1)
    agreements = np.array([[True, True], [False, True]])
    search, probes = built(gallery, FEW), missing_of(rng, people)
    only = SearchFilter(holder=1, agreements=agreements)
    exact = KernelSearch(gallery, 1).top_k_records(probes, TABLES, 20, only=only)
    assert entries(search.top_k_records(probes, TABLES, 20, only=only)) == entries(exact)
    assert len(exact) == 2000


def test_until_it_is_built_and_in_another_process_it_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(4, PROFILE, [50, 50], 10)
    gallery, probes = world.gallery(), world.probes[Kind.MISSING]
    exact = KernelSearch(gallery, 1)
    search = ApproximateSearch(gallery, exact, FEW)
    expected = entries(exact.top_k_records(probes, world.tables, 20))
    assert not search.built
    assert entries(search.top_k_records(probes, world.tables, 20)) == expected
    search.build()
    assert search.built
    assert entries(search.top_k_records(probes, world.tables, 20)) != expected
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert entries(search.top_k_records(probes, world.tables, 20)) == expected


def test_row_searches_are_exact_and_an_empty_gallery_gives_nothing() -> None:
    world = world_of(4, PROFILE, [50, 50], 10)
    gallery, probes = world.gallery(), world.probes[Kind.MISSING]
    exact, search = KernelSearch(gallery, 1), built(gallery, FEW)
    assert search.top_k(probes, world.tables, 3).row.tolist() == exact.top_k(probes, world.tables, 3).row.tolist()
    assert search.above(probes, world.tables, 0).row.tolist() == exact.above(probes, world.tables, 0).row.tolist()
    assert len(built(Gallery(PROFILE)).top_k_records(probes, world.tables, 3)) == 0


def test_another_profile_or_key_is_refused() -> None:
    world = world_of(5, PROFILE, [30], 2)
    search, probes = built(world.gallery()), world.probes[Kind.MISSING]
    other = profile_of({p.view: p.bits for p in PROFILE.views}, name="other")
    with pytest.raises(ProfileMismatchError, match="other"):
        search.top_k_records(plain_batch(other, Kind.MISSING, probes.codes), world.tables, 1)
    with pytest.raises(ProfileMismatchError, match="other"):
        search.top_k_records(probes, random_tables(np.random.default_rng(1), other), 1)
    with pytest.raises(KeyMismatchError):
        search.top_k_records(plain_batch(PROFILE, Kind.MISSING, probes.codes, b"otherkey"), world.tables, 1)


def test_without_faiss_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without_faiss(name: str, *rest: Any, **more: Any) -> Any:
        if name == "faiss":
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_faiss)
    with pytest.raises(MissingExtraError, match="faiss-cpu"):
        ApproximateSearch(Gallery(PROFILE), KernelSearch(Gallery(PROFILE), 1))
