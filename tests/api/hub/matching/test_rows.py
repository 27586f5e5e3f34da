"""Records of the database as batches, and back."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.matching.rows import batch_of_records, batches_of_holders, columns_of_records
from api.hub.storage.matching import StoredRecord
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.errors import BatchError
from matcher.profile import LOCAL_2026_11_22, LOCAL_PHOTO_2026_11_22
from matcher.views import Kind, View
from tests.matcher.builders import KEY_CHECK, code_pool, random_batch, space_of


def drawn_batch(rng: np.random.Generator, kind: Kind, records: int) -> EncodedBatch:
    """Random records; all rows of a record have its open attributes, as in the database."""
    drawn = random_batch(rng, code_pool(rng, LOCAL_2026_11_22), LOCAL_2026_11_22, kind, records)
    first = np.searchsorted(drawn.record, drawn.record)
    birth = np.where(drawn.birth == UNKNOWN_DAY, 9_000, drawn.birth)[first]
    return replace(drawn, sex=drawn.sex[first], event=drawn.event[first], birth=birth)


def records_of(batch: EncodedBatch, partner: int, first: int) -> list[StoredRecord]:
    """What the database would give back."""
    return [
        StoredRecord(id=first + i, partner_id=partner, version=1, state="active", sequence=1, **columns)
        for i, columns in enumerate(columns_of_records(batch))
    ]


@given(st.integers(0, 2**32 - 1), st.integers(0, 20), st.sampled_from(list(Kind)))
def test_a_batch_comes_back_as_it_was(seed: int, records: int, kind: Kind) -> None:
    rng = np.random.default_rng(seed)
    given_batch = drawn_batch(rng, kind, records)
    held = batch_of_records(records_of(given_batch, 7, 100), kind, LOCAL_2026_11_22, KEY_CHECK)
    assert held.numbers.tolist() == list(range(100, 100 + records))
    assert set(held.holders.tolist()) <= {7}
    for name in ("record", "codes", "presence", "sex", "birth", "event"):
        assert (getattr(held.batch, name) == getattr(given_batch, name)).all()


def test_photos_come_back_with_their_bands_and_the_space_of_the_partition() -> None:
    rng, profile = np.random.default_rng(3), LOCAL_PHOTO_2026_11_22
    photo = np.uint16(1 << profile.position(View.PHOTO))
    drawn = random_batch(rng, code_pool(rng, profile), profile, Kind.FOUND, 6)
    with_photos = replace(drawn, presence=drawn.presence | photo)
    columns = columns_of_records(with_photos)
    records = [StoredRecord(id=at, partner_id=1, version=1, state="active", sequence=1, **c)
               for at, c in enumerate(columns)]  # fmt: skip
    held = batch_of_records(records, Kind.FOUND, profile, KEY_CHECK, space_of(profile))
    assert held.batch.photo_space == space_of(profile)
    assert (held.batch.photo_age == drawn.photo_age).all()
    with pytest.raises(BatchError, match="no photo space"):
        batch_of_records(records, Kind.FOUND, profile, KEY_CHECK)


def test_a_batch_without_a_photo_is_of_no_space() -> None:
    rng, profile = np.random.default_rng(3), LOCAL_PHOTO_2026_11_22
    records = records_of(drawn_batch(rng, Kind.FOUND, 2), 1, 1)
    space = space_of(profile)
    assert batch_of_records(records, Kind.FOUND, LOCAL_2026_11_22, KEY_CHECK, space).batch.photo_space is None
    assert batch_of_records([], Kind.FOUND, profile, KEY_CHECK, space).batch.photo_space is None


def test_each_kind_and_holder_is_a_batch() -> None:
    rng = np.random.default_rng(5)
    parts = [(kind, partner) for partner in (3, 1) for kind in (Kind.FOUND, Kind.MISSING)]
    records = [
        record
        for i, (kind, partner) in enumerate(parts)
        for record in records_of(drawn_batch(rng, kind, 2), partner, i * 10)
    ]
    held = list(batches_of_holders(records, LOCAL_2026_11_22, KEY_CHECK))
    assert [(part.batch.kind, part.holders.tolist()) for part in held] == [
        (Kind.MISSING, [1, 1]), (Kind.MISSING, [3, 3]), (Kind.FOUND, [1, 1]), (Kind.FOUND, [3, 3])
    ]


def test_codes_of_another_size_are_refused() -> None:
    rng = np.random.default_rng(5)
    [record] = records_of(drawn_batch(rng, Kind.FOUND, 1), 1, 1)
    with pytest.raises(BatchError, match="restore the database"):
        batch_of_records([record._replace(codes=record.codes[:-8])], Kind.FOUND, LOCAL_2026_11_22, KEY_CHECK)


def test_a_stored_record_shows_no_code() -> None:
    rng = np.random.default_rng(5)
    [record] = records_of(drawn_batch(rng, Kind.FOUND, 1), 1, 1)
    assert repr(record) == "StoredRecord(active)"
