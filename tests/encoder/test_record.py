"""The raw record keeps to itself."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from encoder.birth import BirthInterval
from encoder.birth_reason import BirthReason
from encoder.record import RawRecord
from matcher.views import Kind, Sex

RECORD = RawRecord(record_id="C-4711", kind=Kind.FOUND, name="Canary Invented", phones=("9800000001",))


def test_repr_and_str_show_the_kind_only() -> None:
    for text in (repr(RECORD), str(RECORD), f"{[RECORD]}", f"{RECORD!r}"):
        assert text.strip("[]") == "RawRecord(found)"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_is_refused(protocol: int) -> None:
    with pytest.raises(TypeError, match="cannot be pickled") as caught:
        pickle.dumps(RECORD, protocol)
    assert "Canary" not in str(caught.value)


def test_copying_is_refused() -> None:
    with pytest.raises(TypeError):
        copy.deepcopy(RECORD)


def test_record_is_frozen_and_holds_no_more_than_its_fields() -> None:
    with pytest.raises(FrozenInstanceError):
        RECORD.name = "x"  # type: ignore[misc]
    assert not hasattr(RECORD, "__dict__")


def test_unknown_by_default() -> None:
    bare = RawRecord(record_id="1", kind=Kind.MISSING)
    assert bare.sex is Sex.UNKNOWN
    assert bare.protect_location is True
    assert bare.sealed_by_court is False
    rest = {f.name for f in fields(bare)} - {"record_id", "kind", "sex", "protect_location", "sealed_by_court"}
    assert all(getattr(bare, name) in (None, ()) for name in rest)


def test_replace_makes_a_new_record() -> None:
    assert replace(RECORD, birth=BirthInterval(1, 1, BirthReason.DATE)).name == RECORD.name
