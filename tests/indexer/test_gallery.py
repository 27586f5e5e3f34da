"""The gallery: adding, replacing and withdrawing, refusals that change nothing, and places used again."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from indexer.columns import EMPTY
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, SearchFilter
from indexer.pairs import read_rows
from indexer.search import KernelSearch
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.errors import BatchError, KeyMismatchError, MilapError, ProfileMismatchError, SpaceMismatchError
from matcher.photos import PhotoSpace
from matcher.views import Kind, View
from tests.indexer.builders import Part, reference_hits, triples
from tests.matcher.builders import code_pool, plain_batch, profile_of, random_batch, random_tables

PROFILE = profile_of({View.CHILD: 64, View.BIRTH: 64, View.PHOTO: 64})
TILE = Gallery(PROFILE).record.shape[1]
FAULTS = ["profile", "key", "space", "few", "twice", "negative"]
NUMBERS = st.lists(st.integers(0, 14), unique=True, max_size=8)


def numbered(*numbers: int) -> np.ndarray:
    """Record numbers."""
    return np.array(numbers, dtype=np.int32)


def batch_of(records: int, seed: int = 0, kind: Kind = Kind.FOUND) -> EncodedBatch:
    """A small random batch."""
    rng = np.random.default_rng(seed)
    return random_batch(rng, code_pool(rng, PROFILE), PROFILE, kind, records)


def content(gallery: Gallery) -> list[tuple[object, ...]]:
    """Everything that stands in the gallery, row by row."""
    flat = gallery.record[: gallery.tiles].reshape(-1)
    holders = gallery.holder[: gallery.tiles].reshape(-1)
    standing: list[tuple[object, ...]] = []
    for row in np.flatnonzero(flat != EMPTY):
        batch = read_rows(gallery, row[None])
        arrays = (batch.codes, batch.presence, batch.sex, batch.birth, batch.event, batch.photo_age)
        standing.append((int(row), int(flat[row]), int(holders[row]), batch.kind, *(a.tobytes() for a in arrays)))
    return standing


class GalleryMachine(RuleBasedStateMachine):
    """Any order of adding, replacing and withdrawing, against a dict from record number to rows."""

    def __init__(self) -> None:
        super().__init__()
        self.gallery = Gallery(PROFILE)
        self.model: dict[int, Part] = {}
        rng = np.random.default_rng(99)
        self.pool = code_pool(rng, PROFILE)
        self.tables = random_tables(rng, PROFILE)
        self.probes = {kind: random_batch(rng, self.pool, PROFILE, kind, 3) for kind in Kind}

    @rule(numbers=NUMBERS, holder=st.integers(0, 2), kind=st.sampled_from(list(Kind)), seed=st.integers(0, 2**20))
    def add(self, numbers: list[int], holder: int, kind: Kind, seed: int) -> None:
        batch = random_batch(np.random.default_rng(seed), self.pool, PROFILE, kind, len(numbers))
        self.gallery.add(batch, numbered(*numbers), holder)
        for i, number in enumerate(numbers):
            rows = np.flatnonzero(batch.record == i)
            alone = replace(batch.take(rows), refs=("r",), record=np.zeros(len(rows), dtype=np.int32))
            self.model[number] = Part(alone, numbered(number), holder)

    @rule(numbers=st.lists(st.integers(-3, 20), max_size=6))
    def withdraw(self, numbers: list[int]) -> None:
        gone = [self.model.pop(n) for n in set(numbers) if n in self.model]
        assert self.gallery.withdraw(numbered(*numbers)) == sum(len(part.batch) for part in gone)

    @rule(fault=st.sampled_from(FAULTS))
    def refuse(self, fault: str) -> None:
        before = content(self.gallery)
        refuse(self.gallery, fault)
        assert content(self.gallery) == before

    @invariant()
    def rows_stand(self) -> None:
        assert len(self.gallery) == sum(len(part.batch) for part in self.model.values())

    @invariant()
    def records_stand(self) -> None:
        for kind in Kind:
            numbers = sorted(n for n, part in self.model.items() if part.batch.kind is kind)
            assert self.gallery.numbers(kind).tolist() == numbers
            assert self.gallery.record_count(kind) == len(numbers)

    @invariant()
    def summaries_are_those_of_the_rows(self) -> None:
        check_summaries(self.gallery)

    @invariant()
    def searches_agree(self) -> None:
        search, parts = KernelSearch(self.gallery, 1), list(self.model.values())
        for kind, probes in self.probes.items():
            top = search.top_k(probes, self.tables, 3)
            assert triples(top) == reference_hits(parts, probes, self.tables, 3)
            only = SearchFilter(kind=kind)
            above = search.above(probes, self.tables, NO_MINIMUM, only)
            assert triples(above) == reference_hits(parts, probes, self.tables, only=only)


TestGalleryMachine = GalleryMachine.TestCase
TestGalleryMachine.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)


def check_summaries(gallery: Gallery) -> None:
    """Every tile's summary, one row after the other."""
    for t in range(gallery.tiles):
        rows = np.flatnonzero(gallery.record[t] != EMPTY)
        assert gallery.any_presence[t] == np.bitwise_or.reduce(gallery.presence[t, rows], initial=0)
        assert gallery.sexes[t] == sum(1 << s for s in set(gallery.sex[t, rows].tolist()))
        for v in range(len(gallery.profile.views)):
            bits = [int(gallery.masks[t, v, r // 32]) >> r % 32 & 1 for r in range(TILE)]
            assert bits == (np.where(gallery.record[t] != EMPTY, gallery.presence[t], 0) >> v & 1).tolist()
        events = gallery.event[t, rows]
        known = len(rows) and (events != UNKNOWN_DAY).all()
        assert (gallery.events[t].tolist() == [events.min(), events.max()]) if known else (
            gallery.events[t, 0] > gallery.events[t, 1]
        )


def refuse(gallery: Gallery, fault: str) -> None:
    """Offer a batch that does not fit."""
    error: type[MilapError] = BatchError
    batch, numbers = batch_of(2), numbered(3, 4)
    if fault == "profile":
        other, error = profile_of({p.view: p.bits for p in PROFILE.views}, name="other"), ProfileMismatchError
        batch = replace(batch, profile=other)
    elif fault == "key":
        gallery.add(batch_of(0), numbered())
        batch, error = replace(batch, key_check=b"otherkey"), KeyMismatchError
    elif fault == "space":
        gallery.add(batch_of(0), numbered())
        batch = replace(batch, photo_space=PhotoSpace("dlib", False, bytes(16)))
        error = SpaceMismatchError
    else:
        numbers = {"few": numbered(3), "twice": numbered(3, 3), "negative": numbered(3, -1)}[fault]
    with pytest.raises(error):
        gallery.add(batch, numbers)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_refused_batch_changes_nothing(fault: str) -> None:
    gallery = Gallery(PROFILE)
    gallery.add(batch_of(5), np.arange(5, dtype=np.int32), 2)
    before = content(gallery)
    refuse(gallery, fault)
    assert content(gallery) == before


def test_the_first_batch_fixes_the_key() -> None:
    gallery = Gallery(PROFILE)
    assert gallery.key_check is None
    gallery.add(batch_of(1), numbered(0))
    assert gallery.key_check == batch_of(1).key_check


def test_the_first_batch_with_photos_fixes_their_space_and_one_without_goes_with_all() -> None:
    gallery = Gallery(PROFILE)
    presence = np.full(2, 0b011, dtype=np.uint16)
    plain = plain_batch(PROFILE, Kind.FOUND, np.zeros((2, PROFILE.words), dtype=np.uint64))
    without = replace(plain, presence=presence, photo_space=None)
    gallery.add(without, numbered(0, 1))
    assert gallery.photo_space is None
    gallery.add(plain, numbered(2, 3))
    gallery.add(without, numbered(4, 5))
    assert gallery.photo_space == plain.photo_space
    assert len(gallery) == 6


def test_probes_of_another_space_are_refused() -> None:
    gallery, tables = Gallery(PROFILE), random_tables(np.random.default_rng(1), PROFILE)
    gallery.add(batch_of(3), numbered(0, 1, 2))
    probes = replace(batch_of(2, kind=Kind.MISSING), photo_space=PhotoSpace("dlib", False, bytes(16)))
    search = KernelSearch(gallery, 1)
    for refused in (search.top_k, search.top_k_records):
        with pytest.raises(SpaceMismatchError):
            refused(probes, tables, 1)
    with pytest.raises(SpaceMismatchError):
        search.above(probes, tables, 0)


def test_withdrawn_places_are_used_again() -> None:
    gallery, codes = Gallery(PROFILE), np.zeros((3 * TILE, PROFILE.words), dtype=np.uint64)
    numbers = np.arange(3 * TILE, dtype=np.int32)
    gallery.add(plain_batch(PROFILE, Kind.FOUND, codes), numbers)
    assert gallery.tiles == 3
    for _ in range(5):
        assert gallery.withdraw(numbers[:10]) == 10
        gallery.add(plain_batch(PROFILE, Kind.FOUND, codes[:10]), numbers[:10])
    assert (gallery.tiles, len(gallery)) == (3, 3 * TILE)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_replacing_many_rows_again_and_again_does_not_add_up(step: int) -> None:
    gallery, codes = Gallery(PROFILE), np.zeros((6 * TILE, PROFILE.words), dtype=np.uint64)
    numbers = np.arange(6 * TILE, dtype=np.int32)
    gallery.add(plain_batch(PROFILE, Kind.FOUND, codes), numbers)
    for _ in range(12):
        gallery.add(plain_batch(PROFILE, Kind.FOUND, codes[::step]), numbers[::step])
        assert len(gallery) == 6 * TILE
    assert gallery.tiles <= 14


def test_numbers_that_are_not_there_free_no_place() -> None:
    gallery, codes = Gallery(PROFILE), np.zeros((2, PROFILE.words), dtype=np.uint64)
    gallery.add(plain_batch(PROFILE, Kind.FOUND, codes), numbered(0, 1))
    assert gallery.withdraw(numbered(-1, -2, 7, 10**6)) == 0
    for first in (2, 2 + TILE):
        more = plain_batch(PROFILE, Kind.FOUND, np.zeros((TILE, PROFILE.words), dtype=np.uint64))
        gallery.add(more, np.arange(first, first + TILE, dtype=np.int32))
    assert len(gallery) == 2 + 2 * TILE


def test_nothing_of_a_withdrawn_record_stays() -> None:
    gallery = Gallery(PROFILE)
    found = plain_batch(PROFILE, Kind.FOUND, np.full((2, PROFILE.words), 2**64 - 1, dtype=np.uint64))
    found.birth[:], found.event[:] = 12345, 12345
    gallery.add(found, numbered(0, 1), holder=12345)
    assert (gallery.birth == 12345).any()
    gallery.withdraw(numbered(0, 1))
    assert not any((array == 12345).any() for array in (gallery.birth, gallery.event, gallery.holder))
    assert not (gallery.codes[: gallery.tiles] == np.iinfo(gallery.codes.dtype).max).any()


def test_rows_read_back_are_those_put_in() -> None:
    gallery, batch = Gallery(PROFILE), batch_of(40, seed=4)
    numbers = np.random.default_rng(1).permutation(40).astype(np.int32)
    gallery.add(batch, numbers)
    flat = gallery.record[: gallery.tiles].reshape(-1)
    back = read_rows(gallery, np.flatnonzero(flat != EMPTY))
    record = flat[flat != EMPTY]

    def rows(source: EncodedBatch, number: np.ndarray) -> list[tuple[object, ...]]:
        arrays = (source.codes, source.presence, source.sex, source.birth, source.event, source.photo_age)
        return sorted((int(n), *(a[i].tobytes() for a in arrays)) for i, n in enumerate(number))

    assert rows(back, record) == rows(batch, numbers[batch.record])
    assert (back.kind, back.key_check) == (batch.kind, batch.key_check)


def test_rows_of_both_kinds_are_not_read_as_one_batch() -> None:
    gallery = Gallery(PROFILE)
    gallery.add(batch_of(1), numbered(0))
    gallery.add(batch_of(1, kind=Kind.MISSING), numbered(1))
    rows = np.flatnonzero(gallery.record[: gallery.tiles].reshape(-1) != EMPTY)
    with pytest.raises(BatchError, match="both kinds"):
        read_rows(gallery, rows)


def test_the_repr_shows_counts_and_no_code() -> None:
    gallery = Gallery(PROFILE)
    codes = np.full((4, PROFILE.words), 987654321, dtype=np.uint64)
    gallery.add(plain_batch(PROFILE, Kind.FOUND, codes), numbered(0, 1, 2, 3))
    assert "4 rows" in repr(gallery)
    assert "987654321" not in repr(gallery)
    assert gallery.bytes_per_row > 16


def test_rows_of_a_kind() -> None:
    gallery = Gallery(PROFILE)
    gallery.add(batch_of(3, kind=Kind.MISSING), numbered(0, 1, 2))
    gallery.add(batch_of(4), numbered(10, 11, 12, 13))
    gallery.withdraw(numbered(11, 2))
    flat = gallery.record.reshape(-1)
    assert set(flat[gallery.rows_of(Kind.FOUND)].tolist()) == {10, 12, 13}
    assert set(flat[gallery.rows_of(Kind.MISSING)].tolist()) == {0, 1}


def test_a_record_changes_its_kind() -> None:
    gallery = Gallery(PROFILE)
    gallery.add(batch_of(3), numbered(0, 1, 2))
    gallery.add(batch_of(1, kind=Kind.MISSING), numbered(1))
    assert gallery.numbers(Kind.FOUND).tolist() == [0, 2]
    assert (gallery.record_count(Kind.FOUND), gallery.record_count(Kind.MISSING)) == (2, 1)


def test_a_record_without_rows_stands_nowhere() -> None:
    gallery, batch = Gallery(PROFILE), batch_of(3)
    gallery.add(batch.take(np.flatnonzero(batch.record != 1)), numbered(10, 11, 12))
    assert gallery.numbers(Kind.FOUND).tolist() == [10, 12]
    assert gallery.withdraw(numbered(11)) == 0


def test_a_pickled_gallery_can_be_changed() -> None:
    gallery = Gallery(PROFILE)
    gallery.add(batch_of(9), np.arange(9, dtype=np.int32))
    other = pickle.loads(pickle.dumps(gallery))
    for each in (gallery, other):
        each.add(batch_of(2, seed=8), numbered(1, 40))
    assert content(gallery) == content(other)
