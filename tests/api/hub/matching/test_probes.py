"""Resident records as probes: what was added comes back, whichever of them are asked for and however they are cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.matching.probes import ResidentProbes
from api.hub.matching.rows import HeldBatch
from indexer.segmented import SegmentedGallery
from matcher.batch import EncodedBatch
from matcher.views import Kind
from tests.indexer.segments import PROFILE, batch_of, numbered

RECORDS = 12
ADDED = [batch_of(Kind.MISSING, 1, seed) for seed in range(RECORDS)]
HOLDERS = [3, 1, 2]


def resident() -> SegmentedGallery:
    """Missing records of even numbers, of three holders in turn, the last added first; found ones between them."""
    gallery = SegmentedGallery(PROFILE)
    for at in reversed(range(RECORDS)):
        gallery.add(ADDED[at], numbered(2 * at), HOLDERS[at % 3])
        gallery.add(batch_of(Kind.FOUND, 1, at), numbered(2 * at + 1), 1)
    return gallery


GALLERY = resident()


def rows_of(batch: EncodedBatch, at: int) -> list[tuple[object, ...]]:
    """All that the rows of one record hold, in no order."""
    rows = np.flatnonzero(batch.record == at)
    columns = (batch.codes, batch.presence, batch.sex, batch.birth, batch.event)
    return sorted(tuple(column[row].tobytes() for column in columns) for row in rows)


def check(held: HeldBatch, expected: list[int]) -> None:
    assert held.numbers.tolist() == expected
    assert held.batch.refs == tuple(map(str, expected))
    assert held.holders.tolist() == [HOLDERS[number // 2 % 3] for number in expected]
    for at, number in enumerate(expected):
        assert rows_of(held.batch, at) == rows_of(ADDED[number // 2], 0)


def test_all_records_of_a_kind_come_by_number() -> None:
    probes = ResidentProbes(GALLERY, Kind.MISSING)
    assert len(probes) == RECORDS
    check(probes.all(), list(range(0, 2 * RECORDS, 2)))


@given(st.sets(st.integers(0, RECORDS - 1), min_size=1), st.data())
def test_a_block_of_chosen_records_holds_these_alone(chosen: set[int], data: st.DataObject) -> None:
    numbers = sorted(2 * at for at in chosen)
    probes = ResidentProbes(GALLERY, Kind.MISSING, numbered(*numbers))
    first = data.draw(st.integers(0, len(numbers)))
    last = data.draw(st.integers(first, len(numbers)))
    check(probes.batch(first, last), numbers[first:last])


@pytest.mark.parametrize("gallery", [GALLERY, SegmentedGallery(PROFILE)])
def test_nobody_chosen_gives_an_empty_batch(gallery: SegmentedGallery) -> None:
    probes = ResidentProbes(gallery, Kind.MISSING, numbered())
    assert len(probes) == 0
    check(probes.all(), [])


def test_a_gallery_without_records_gives_an_empty_batch() -> None:
    check(ResidentProbes(SegmentedGallery(PROFILE), Kind.FOUND).all(), [])
