"""Encoded batches: what does not fit is refused, and nothing of a record shows."""

from dataclasses import fields, replace

import numpy as np
import pytest

from matcher.batch import UNKNOWN_DAY, EncodedBatch, require_comparable
from matcher.comparison import compare
from matcher.errors import BatchError, KeyMismatchError, MilapError, ProfileMismatchError, SpaceMismatchError
from matcher.photos import PhotoSpace
from matcher.views import Kind, View
from tests.matcher.builders import code_pool, plain_batch, profile_of, random_batch

PROFILE = profile_of({View.CHILD: 64, View.BIRTH: 128})
ARRAYS = ("record", "codes", "presence", "sex", "birth", "event", "photo_age")


def batch_of(records: int = 3) -> EncodedBatch:
    """One row a record."""
    rng = np.random.default_rng(5)
    return plain_batch(PROFILE, Kind.FOUND, rng.integers(0, 2**64, (records, PROFILE.words), dtype=np.uint64))


def with_array(batch: EncodedBatch, name: str, array: np.ndarray) -> EncodedBatch:
    """The batch with one array replaced."""
    return replace(batch, **{name: array})


@pytest.mark.parametrize("name", ARRAYS)
def test_a_wrong_type_or_shape_is_named(name: str) -> None:
    batch = batch_of()
    array = getattr(batch, name)
    with pytest.raises(BatchError, match=name):
        with_array(batch, name, array.astype(np.float64))
    with pytest.raises(BatchError, match=r"Batch array"):
        with_array(batch, name, array[:-1])
    with pytest.raises(BatchError, match=name):
        with_array(batch, name, array[..., None])


@pytest.mark.parametrize("record", [[0, 2, 1], [-1, 0, 1], [0, 1, 3]])
def test_records_must_ascend_inside_refs(record: list[int]) -> None:
    with pytest.raises(BatchError, match="record"):
        with_array(batch_of(), "record", np.array(record, dtype=np.int32))


def test_a_birth_view_needs_an_interval_and_an_absent_one_does_not() -> None:
    batch = batch_of()
    birth = np.full((3, 2), UNKNOWN_DAY, dtype=np.int32)
    with pytest.raises(BatchError, match="birth"):
        with_array(batch, "birth", birth)
    absent = replace(batch, presence=np.ones(3, dtype=np.uint16), birth=birth)
    assert len(absent) == 3


@pytest.mark.parametrize("interval", [[5, 4], [UNKNOWN_DAY, 4], [4, UNKNOWN_DAY]])
def test_an_interval_runs_forward_or_is_unknown(interval: list[int]) -> None:
    with pytest.raises(BatchError, match="birth"):
        with_array(batch_of(), "birth", np.array([[1, 1], interval, [2, 3]], dtype=np.int32))


def test_presence_of_a_view_that_the_profile_lacks_is_refused() -> None:
    with pytest.raises(BatchError, match="presence"):
        with_array(batch_of(), "presence", np.array([1, 4, 1], dtype=np.uint16))


def test_a_sex_that_is_none_is_refused() -> None:
    """The kernel looks weights up by sex without a check of its own."""
    with pytest.raises(BatchError, match="sex"):
        with_array(batch_of(), "sex", np.array([0, 3, 4], dtype=np.uint8))


def test_an_empty_batch_is_a_batch() -> None:
    assert len(batch_of(0)) == 0
    assert len(batch_of().take(np.zeros(0, dtype=np.intp))) == 0


def test_the_repr_shows_counts_and_nothing_of_a_record() -> None:
    batch = replace(batch_of(), refs=("ref-canary-1", "ref-canary-2", "ref-canary-3"), key_check=b"CANARYKC")
    batch.codes[:] = 0x1122334455667788
    for shown in (repr(batch), str(batch), f"{batch}"):
        assert "3 records, 3 rows" in shown
        assert not any(secret in shown for secret in ("canary", "CANARY", str(0x1122334455667788), "array"))


def test_take_keeps_refs_and_rows() -> None:
    rng = np.random.default_rng(3)
    batch = random_batch(rng, code_pool(rng, PROFILE), PROFILE, Kind.MISSING, 10)
    rows = np.arange(1, len(batch), 3)
    part = batch.take(rows)
    assert part.refs == batch.refs
    for name in ARRAYS:
        assert np.array_equal(getattr(part, name), getattr(batch, name)[rows])
    assert {f.name for f in fields(part)} - set(ARRAYS) == {"profile", "key_check", "kind", "refs", "photo_space"}


PHOTOS = PhotoSpace("dlib", False, bytes(16))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"profile": profile_of({View.CHILD: 64, View.BIRTH: 128}, name="other")}, ProfileMismatchError),
        ({"profile": profile_of({View.BIRTH: 128, View.CHILD: 64})}, ProfileMismatchError),
        ({"key_check": b"otherkey"}, KeyMismatchError),
        ({"photo_space": replace(PHOTOS, centred=True)}, SpaceMismatchError),
    ],
)
def test_batches_of_two_profiles_keys_or_spaces_are_not_compared(
    changes: dict[str, object], error: type[MilapError]
) -> None:
    first, rows = replace(batch_of(), photo_space=PHOTOS), np.zeros(1, np.intp)
    other = replace(first, **changes)
    for one, two in ((first, other), (other, first)):
        with pytest.raises(error):
            require_comparable(one, two)
        with pytest.raises(error):
            compare(one, two, rows, rows)


def test_a_batch_that_names_no_key_goes_with_every_other() -> None:
    unknown = replace(batch_of(), key_check=b"")
    require_comparable(batch_of(), unknown)
    require_comparable(unknown, batch_of())
