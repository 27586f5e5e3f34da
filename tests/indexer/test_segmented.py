"""A gallery of segments and a delta, saved, merged and loaded in any order, against one plain gallery."""

import shutil
from copy import deepcopy
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from indexer.columns import EMPTY
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, SearchFilter
from indexer.parts import record_at
from indexer.search import KernelSearch
from indexer.segmented import SegmentedGallery
from indexer.snapshots import map_snapshot, remove_snapshots, save_snapshot, snapshots
from matcher.errors import BatchError, KeyMismatchError, ProfileMismatchError
from matcher.views import Kind
from tests.indexer.segments import PROFILE, batch_of, bytes_of, content, filled, no_sync, numbered, save
from tests.indexer.test_gallery import check_summaries
from tests.matcher.builders import profile_of, random_tables

NUMBERS = st.lists(st.integers(0, 60), unique=True, max_size=30)
TABLES = random_tables(np.random.default_rng(99), PROFILE)
PROBES = {kind: batch_of(kind, 4, 7) for kind in Kind}


class SegmentedMachine(RuleBasedStateMachine):
    """Whatever happens, hits are those of one plain gallery; whatever is loaded is what was saved."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.sequence = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        self.gallery, self.plain = SegmentedGallery(PROFILE), Gallery(PROFILE)
        self.saved, self.erased = deepcopy(self.plain), set[int]()

    @rule(numbers=NUMBERS, holder=st.integers(0, 2), kind=st.sampled_from(list(Kind)), seed=st.integers(0, 2**20))
    def add(self, numbers: list[int], holder: int, kind: Kind, seed: int) -> None:
        batch = batch_of(kind, len(numbers), seed)
        self.erased -= set(numbers)
        for gallery in (self.gallery, self.plain):
            gallery.add(batch, numbered(*numbers), holder)

    @rule(numbers=NUMBERS)
    def withdraw(self, numbers: list[int]) -> None:
        assert self.gallery.withdraw(numbered(*numbers)) == self.plain.withdraw(numbered(*numbers))

    @rule(numbers=st.lists(st.integers(0, 60), unique=True, max_size=3))
    def erase(self, numbers: list[int]) -> None:
        self.erased |= set(numbers)
        self.withdraw(numbers)

    @rule(keep=st.integers(1, 3))
    def save(self, keep: int) -> None:
        self.sequence += 1
        with no_sync():
            save(self.gallery, self.folder, self.sequence, sorted(self.erased))
            remove_snapshots(self.folder, 1 if self.erased else keep)
        self.saved = deepcopy(self.plain)
        for file in self.folder.glob("segment-*/record.bin"):
            assert not np.isin(np.fromfile(file, "<i4"), list(self.erased)).any()
        self.erased.clear()
        segments = [len(segment) for segment in self.gallery.segments]
        assert all(one > 4 * sum(segments[i + 1 :]) for i, one in enumerate(segments))
        assert len(self.gallery.delta) == 0

    @rule()
    def load(self) -> None:
        if paths := snapshots(self.folder):
            self.gallery, sequence = map_snapshot(paths[0], PROFILE)
            assert sequence == self.sequence
            self.plain, self.erased = deepcopy(self.saved), set()

    @invariant()
    def everything_stands(self) -> None:
        assert content(self.gallery) == content(self.plain)
        assert (len(self.gallery), self.gallery.key_check) == (len(self.plain), self.plain.key_check)
        for kind in Kind:
            assert self.gallery.numbers(kind).tolist() == self.plain.numbers(kind).tolist()
            assert self.gallery.record_count(kind) == self.plain.record_count(kind)

    @invariant()
    def hits_are_the_same(self) -> None:
        for kind, probes in PROBES.items():
            searches = [KernelSearch(gallery, 1) for gallery in (self.gallery, self.plain)]
            tops = [search.top_k(probes, TABLES, 5) for search in searches]
            assert bytes_of(tops[0]) == bytes_of(tops[1])
            assert record_at(self.gallery, tops[0].row).tolist() == tops[0].record.tolist()
            only = SearchFilter(kind=kind)
            assert len({bytes_of(search.above(probes, TABLES, NO_MINIMUM, only)) for search in searches}) == 1

    @invariant()
    def summaries_are_those_of_the_rows(self) -> None:
        for part in self.gallery.parts:
            check_summaries(part.gallery)


TestSegmentedMachine = SegmentedMachine.TestCase
TestSegmentedMachine.settings = settings(max_examples=30, stateful_step_count=14, deadline=None)


def test_a_frozen_state_stays_what_it_was_while_the_gallery_changes(tmp_path: Path) -> None:
    gallery = filled()
    save(gallery, tmp_path, 1)
    gallery.add(batch_of(Kind.FOUND, 40, 8), np.arange(200, 240, dtype=np.int32))
    before = content(gallery)

    def begin() -> tuple[int, np.ndarray]:
        return 2, numbered()

    class Meanwhile:
        """Changes the gallery whenever the lock was held: records of the delta, of the segment, and new ones."""

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None:
            gallery.withdraw(numbered(2, 3, 200))
            gallery.add(batch_of(Kind.MISSING, 3, 9), numbered(4, 201, 300))

    path = save_snapshot(gallery, tmp_path, begin, Meanwhile())
    assert content(map_snapshot(path, PROFILE)[0]) == before
    found, missing = (set(gallery.numbers(kind).tolist()) for kind in (Kind.FOUND, Kind.MISSING))
    assert not {2, 3, 200} & (found | missing)
    assert {4, 201, 300} <= missing
    assert not found & missing
    assert len(content(gallery)) == len(gallery)


def test_a_refused_batch_changes_no_part(tmp_path: Path) -> None:
    gallery = filled()
    save(gallery, tmp_path, 1)
    before, [good] = content(gallery), [batch_of(Kind.FOUND, 2)]
    other = batch_of(Kind.FOUND, 2)
    object.__setattr__(other, "key_check", b"otherkey")
    with pytest.raises(KeyMismatchError):
        gallery.add(other, numbered(2, 3))
    with pytest.raises(BatchError):
        gallery.add(good, numbered(2))
    alien = batch_of(Kind.FOUND, 2)
    object.__setattr__(alien, "profile", profile_of({p.view: p.bits for p in PROFILE.views}, name="other"))
    with pytest.raises(ProfileMismatchError):
        gallery.add(alien, numbered(2, 3))
    assert content(gallery) == before


def test_nothing_is_added_to_a_segment(tmp_path: Path) -> None:
    gallery = filled()
    save(gallery, tmp_path, 1)
    with pytest.raises(TypeError, match="segment"):
        gallery.segments[0].add(batch_of(Kind.FOUND, 1), numbered(900))


def test_the_repr_shows_counts_and_no_code() -> None:
    gallery = filled()
    assert repr(gallery) == f"SegmentedGallery(test, {len(gallery)} rows in 1 parts)"


def test_searches_in_several_parts_and_threads_are_those_of_one_gallery(tmp_path: Path) -> None:
    gallery, plain = SegmentedGallery(PROFILE), Gallery(PROFILE)
    for sequence, records in enumerate((30_000, 3_000, 300, 30)):
        batch = batch_of(Kind.FOUND, records, sequence)
        for each in (gallery, plain):
            each.add(batch, np.arange(records, dtype=np.int32) + 40_000 * sequence)
            each.withdraw(np.arange(0, 200_000, 11, dtype=np.int32))
        if sequence < 3:
            save(gallery, tmp_path, sequence)
    assert len(gallery.parts) == 4
    assert (gallery.segments[0].record == EMPTY).any()
    probes = batch_of(Kind.MISSING, 50, 77)
    for threads in (1, 3):
        searches = [KernelSearch(each, threads) for each in (gallery, plain)]
        assert len({bytes_of(search.top_k(probes, TABLES, 20)) for search in searches}) == 1
        pairs = [search.top_k_records(probes, TABLES, 20) for search in searches]
        floors = np.full(160_000, 9_000, dtype=np.int32)
        for one, other in (pairs, *zip(*(s.both_ways(probes, TABLES, 20, floors) for s in searches), strict=True)):
            assert len(one)
            for name in ("probe", "record", "probe_row", "weight", "rank"):
                assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
            assert record_at(gallery, one.gallery_row).tolist() == one.record.tolist()
