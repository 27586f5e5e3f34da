"""The photo-only lane gives what looking at every pair of photos gives, ties at the end of a list included."""

import builtins
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import photo_lane, photo_nearest
from indexer.gallery import Gallery
from indexer.interface import SearchFilter
from indexer.parts import record_at
from indexer.photo_cells import Photos
from indexer.photo_lane import PhotoLane
from indexer.photo_nearest import Asked
from indexer.segmented import SegmentedGallery
from indexer.snapshots import map_snapshot
from matcher.batch import EncodedBatch
from matcher.errors import KeyMismatchError, MissingExtraError, ProfileMismatchError, SpaceMismatchError
from matcher.photos import PhotoSpace
from matcher.views import Kind, View
from tests.indexer.builders import Part, World, world_of
from tests.indexer.photographed import batch_with_photos, entries, photo_worlds, photographed, slow_lists
from tests.indexer.segments import no_sync, save
from tests.matcher.builders import plain_batch, profile_of, random_tables

MINIMA = st.sampled_from([-(10**6), -1000, 0, 1, 3000, 10**6])
SMALL = profile_of({View.CHILD: 64, View.PHOTO: 128, View.HOME: 64})


@contextmanager
def little_at_once() -> Iterator[None]:
    """Few probes a block and few photos a step, so that small worlds need several."""
    names = {"_FIRST_SPARE": 0, "_FIRST_TIMES": 1, "_MORE_TIMES": 2, "_MOST_ENTRIES": 8}
    with ExitStack() as stack:
        for name, value in names.items():
            stack.enter_context(patch.object(photo_nearest, name, value))
        stack.enter_context(patch.object(photo_lane, "_AT_ONCE", 2))
        stack.enter_context(patch.object(photo_lane, "_SLICE", 5))
        yield


@given(photo_worlds(), st.sampled_from(list(Kind)), st.integers(0, 40), MINIMA, st.booleans())
@settings(max_examples=40, deadline=None)
def test_lists_are_those_of_looking_at_every_pair(world: World, kind: Kind, k: int, minimum: int, same: bool) -> None:
    probes, gallery = world.probes[kind], world.gallery()
    only = SearchFilter(kind=kind) if same else SearchFilter()
    with little_at_once():
        pairs = PhotoLane(gallery, 1).best(probes, world.tables, k, minimum, only)
    assert entries(pairs) == slow_lists(world.parts, probes, world.tables, k, minimum, only)
    assert record_at(gallery, pairs.gallery_row).tolist() == pairs.record.tolist()
    assert (probes.record[pairs.probe_row] == pairs.probe).all()


@given(photo_worlds(), st.integers(0, 4), st.integers(0, 2**16 - 1), st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_only_photos_under_an_agreement_are_seen(world: World, holder: int, cells: int, k: int) -> None:
    agreements = (cells >> np.arange(16) & 1).astype(np.bool_).reshape(4, 4)
    # The last holder has no agreement, and the matrix does not reach one that has records.
    agreements = np.vstack([agreements, np.zeros((1, 4), dtype=np.bool_)])[:, : 3 + cells % 2]
    only, probes = SearchFilter(holder=holder, agreements=agreements), world.probes[Kind.MISSING]
    pairs = PhotoLane(world.gallery(), 1).best(probes, world.tables, k, -(10**6), only)
    assert entries(pairs) == slow_lists(world.parts, probes, world.tables, k, -(10**6), only)


@given(photo_worlds(20), st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_added_replaced_and_withdrawn_records_are_right_at_once(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    gallery, standing = SegmentedGallery(world.profile), dict[int, Part]()
    lane = PhotoLane(gallery, 1)

    def check() -> None:
        for probes in world.probes.values():
            pairs = lane.best(probes, world.tables, 5, -(10**6))
            assert entries(pairs) == slow_lists(list(standing.values()), probes, world.tables, 5, -(10**6))

    for part in world.parts:
        for each in (gallery, lane):
            each.add(part.batch, part.numbers, part.holder)
        standing |= _by_number(part)
    check()
    for step in range(3):
        gone = rng.choice(140, 30, replace=False).astype(np.int32)
        batch = batch_with_photos(rng, world, Kind(step % 2), 12)
        newer = Part(batch, rng.choice(140, 12, replace=False).astype(np.int32), 2)
        for each in (gallery, lane):
            each.withdraw(gone)
            each.add(newer.batch, newer.numbers, newer.holder)
        standing = {number: part for number, part in standing.items() if number not in gone} | _by_number(newer)
        check()


def _by_number(part: Part) -> dict[int, Part]:
    """A part for each record."""
    out = {}
    for i, number in enumerate(part.numbers.tolist()):
        rows = np.flatnonzero(part.batch.record == i)
        alone = replace(part.batch.take(rows), refs=("r",), record=np.zeros(len(rows), dtype=np.int32))
        out[number] = Part(alone, part.numbers[i : i + 1], part.holder)
    return out


def test_a_mapped_snapshot_gives_the_same_lists(tmp_path: Path) -> None:
    world = photographed(world_of(3, SMALL, [60, 50, 40, 30], 12, codes=9))
    gallery = SegmentedGallery(SMALL)
    with no_sync():
        for sequence, part in enumerate(world.parts):
            gallery.add(part.batch, part.numbers, part.holder)
            path = save(gallery, tmp_path, sequence)
    mapped = map_snapshot(path, SMALL)[0]
    for kind, probes in world.probes.items():
        expected = slow_lists(world.parts, probes, world.tables, 7, -(10**6))
        assert len(expected) > 20
        for each in (gallery, mapped):
            assert entries(PhotoLane(each, 2).best(probes, world.tables, 7, -(10**6))) == expected, kind


def test_both_kinds_see_the_same_pairs() -> None:
    world = photographed(world_of(5, SMALL, [], 40, codes=9))
    seen = []
    for kind, probes in world.probes.items():
        gallery, others = Gallery(SMALL), world.probes[kind.opposite]
        gallery.add(others, np.arange(len(others.refs), dtype=np.int32))
        pairs = PhotoLane(gallery, 1).best(probes, world.tables, 1000, -(10**6))
        sides = (pairs.probe, pairs.record) if kind is Kind.MISSING else (pairs.record, pairs.probe)
        seen.append(set(zip(*(column.tolist() for column in (*sides, pairs.weight)), strict=True)))
    assert seen[0] == seen[1]
    assert len(seen[0]) > 100


def test_several_threads_and_blocks_give_the_lists_of_one() -> None:
    world = photographed(world_of(6, SMALL, [300, 200], 60, codes=20))
    gallery, probes = world.gallery(), world.probes[Kind.MISSING]
    expected = entries(PhotoLane(gallery, 1).best(probes, world.tables, 20, 0))
    lane = PhotoLane(gallery, 3)
    with patch.object(photo_lane, "_AT_ONCE", 7):
        assert entries(lane.best(probes, world.tables, 20, 0)) == expected
    lane.close()
    assert len(expected) > 500


def test_codes_of_withdrawn_records_leave_memory() -> None:
    gallery = Gallery(SMALL)
    lane = PhotoLane(gallery, 1)
    lane.build()
    batch = plain_batch(SMALL, Kind.FOUND, np.full((40, SMALL.words), 2**64 - 1, dtype=np.uint64))
    batch.photo_age[:] = np.arange(40) % 3
    for each in (gallery, lane):
        each.add(batch, np.arange(40, dtype=np.int32), 0)
    assert len(lane) == 40
    lane.withdraw(np.arange(0, 40, 3, dtype=np.int32))
    assert lane._cells is not None
    memory = [cell._room.codes for cell in lane._cells._cells]
    assert (len(lane), sum(int(codes.any(axis=1).sum()) for codes in memory)) == (26, 26)


def test_records_without_a_photo_have_no_list_and_stand_on_none() -> None:
    gallery = Gallery(SMALL)
    batch = plain_batch(SMALL, Kind.FOUND, np.zeros((3, SMALL.words), dtype=np.uint64))
    batch.presence[1] = 0b101
    gallery.add(batch, np.array([7, 8, 9], dtype=np.int32))
    probes = plain_batch(SMALL, Kind.MISSING, np.zeros((2, SMALL.words), dtype=np.uint64))
    probes.presence[0] = 0b101
    pairs = PhotoLane(gallery, 1).best(probes, random_tables(np.random.default_rng(1), SMALL), 9, -(10**6))
    assert (pairs.probe.tolist(), pairs.record.tolist(), pairs.rank.tolist()) == ([1, 1], [7, 9], [1, 2])


def test_a_holder_outside_the_agreements_is_never_seen() -> None:
    gallery, tables = Gallery(SMALL), random_tables(np.random.default_rng(1), SMALL)
    codes = np.zeros((1, SMALL.words), dtype=np.uint64)
    for holder in (0, 1, 900):
        gallery.add(plain_batch(SMALL, Kind.FOUND, codes), np.array([holder], dtype=np.int32), holder)
    lane, probes = PhotoLane(gallery, 1), plain_batch(SMALL, Kind.MISSING, codes)
    only = SearchFilter(agreements=np.ones((2, 2), dtype=np.bool_))
    assert lane.best(probes, tables, 9, -(10**6), only).record.tolist() == [0, 1]
    assert lane.best(probes, tables, 9, -(10**6)).record.tolist() == [0, 1, 900]


def test_a_profile_without_photos_has_no_lists() -> None:
    profile = profile_of({View.CHILD: 64})
    gallery, tables = Gallery(profile), random_tables(np.random.default_rng(1), profile)
    batch = plain_batch(profile, Kind.FOUND, np.zeros((3, 1), dtype=np.uint64))
    lane = PhotoLane(gallery, 1)
    lane.build()
    for each in (gallery, lane):
        each.add(batch, np.arange(3, dtype=np.int32), 0)
    lane.withdraw(np.array([1], dtype=np.int32))
    assert len(lane) == len(lane.best(plain_batch(profile, Kind.MISSING, batch.codes), tables, 5, 0)) == 0


def test_an_empty_gallery_and_no_probes_give_nothing() -> None:
    world = photographed(world_of(3, SMALL, [5], 4))
    probes = world.probes[Kind.MISSING]
    nobody = probes.take(np.zeros(0, dtype=np.intp))
    for gallery, asked in ((Gallery(SMALL), probes), (world.gallery(), nobody), (Gallery(SMALL), nobody)):
        assert len(PhotoLane(gallery, 2).best(asked, world.tables, 3, -(10**6))) == 0


@pytest.mark.parametrize(("changes", "error"), [
    ({"profile": profile_of({p.view: p.bits for p in SMALL.views}, name="other")}, ProfileMismatchError),
    ({"key_check": b"otherkey"}, KeyMismatchError),
    ({"photo_space": PhotoSpace("dlib", False, bytes(16))}, SpaceMismatchError),
])  # fmt: skip
def test_what_must_not_be_compared_is_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    world = photographed(world_of(3, SMALL, [5], 4))
    probes: EncodedBatch = replace(world.probes[Kind.MISSING], **changes)
    with pytest.raises(error):
        PhotoLane(world.gallery(), 1).best(probes, world.tables, 3, 0)


def test_without_faiss_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without_faiss(name: str, *rest: Any, **more: Any) -> Any:
        if name == "faiss":
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_faiss)
    with pytest.raises(MissingExtraError, match="faiss-cpu"):
        PhotoLane(Gallery(SMALL))


def test_no_code_shows() -> None:
    codes, numbers = np.full((2, 64), 171, np.uint8), np.zeros(2, np.int32)
    some = Photos(codes, np.zeros(2, np.uint8), numbers, numbers, numbers)
    asked = Asked(codes, np.zeros(2, np.uint8), numbers, 3, 1, 1, 31)
    assert (repr(some), repr(asked)) == ("Photos(2 photos)", "Asked(2 probes)")
    assert "171" not in f"{some} {asked} {some.take(slice(1))} {asked.take(slice(1))}"
