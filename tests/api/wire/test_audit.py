"""Audit logs on the wire: what a checkpoint's signature covers, and what is no message."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.wire.audit import (
    Checkpoint,
    ConsistencyProof,
    InclusionProof,
    checkpoint_bytes,
    hash_bytes,
    hash_text,
    sign_checkpoint,
    verify_checkpoint,
)
from api.wire.request_keys import RequestKey, request_key_from_seed_bytes

KEY = request_key_from_seed_bytes(bytes(range(32)))
NOW = datetime(2026, 11, 21, 22, 30, 0, 5, tzinfo=UTC)
ROOT = bytes(range(100, 132))
CHECKPOINT = sign_checkpoint("sahara-hub", 42, ROOT, NOW, KEY)
hashes = st.binary(min_size=32, max_size=32)


def test_the_signed_text_is_the_body_of_a_tlog_checkpoint_with_one_extension_line():
    assert checkpoint_bytes("sahara-hub", 42, ROOT, NOW) == (
        b"sahara-hub\n42\nZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=\nat 2026-11-21T22:30:00.000005Z\n"
    )


@given(st.integers(0, 2**63 - 1), hashes, st.datetimes(timezones=st.just(UTC)))
def test_a_checkpoint_verifies_after_a_journey_as_json(size, root, at):
    made = sign_checkpoint("sahara-hub", size, root, at, KEY)
    again = Checkpoint.model_validate_json(made.model_dump_json())
    assert again == made
    assert (again.root_bytes, again.at) == (root, at)
    assert verify_checkpoint(again, KEY.public)
    assert not verify_checkpoint(again, RequestKey.generate().public)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "another-hub"},
        {"size": 43},
        {"root": hash_text(bytes(32))},
        {"at": NOW + timedelta(microseconds=1)},
        {"signature": "A" * 86},
    ],
)
def test_every_field_is_covered_by_the_signature(changes):
    assert verify_checkpoint(CHECKPOINT, KEY.public)
    assert not verify_checkpoint(CHECKPOINT.model_copy(update=changes), KEY.public)


def test_a_moment_of_another_zone_is_the_same_moment():
    kathmandu = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert sign_checkpoint("sahara-hub", 42, ROOT, kathmandu, KEY) == CHECKPOINT
    assert verify_checkpoint(CHECKPOINT.model_copy(update={"at": kathmandu}), KEY.public)


def test_a_signature_for_another_purpose_is_none():
    content = checkpoint_bytes("sahara-hub", 42, ROOT, NOW)
    other = CHECKPOINT.model_copy(update={"signature": KEY.sign_bytes("erasure receipt", content)})
    assert not verify_checkpoint(other, KEY.public)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "two\nlines"},
        {"origin": "Hub"},
        {"origin": "hub\n"},
        {"size": -1},
        {"size": 2**63},
        {"size": "42"},
        {"root": "A" * 42},
        {"root": "A" * 42 + "B"},
        {"root": "A" * 42 + "="},
        {"at": "2026-11-21T22:30:00"},
        {"signature": "A" * 85},
        {"more": 1},
        {"format": 2},
    ],
)
def test_what_is_no_checkpoint_is_refused(changes):
    with pytest.raises(ValidationError):
        Checkpoint.model_validate({**CHECKPOINT.model_dump(mode="json"), **changes})


@given(hashes)
def test_a_hash_has_one_text(raw):
    text = hash_text(raw)
    assert hash_bytes(text) == raw
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    sibling = text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]
    for other in (sibling, text[:-1], text + "A", "", "é" * 43):
        with pytest.raises(ValueError, match="43 characters"):
            hash_bytes(other)


def test_proofs_are_lists_of_hashes_no_longer_than_a_tree_is_high():
    path = [hash_text(ROOT)]
    assert InclusionProof(number=1, size=2, path=path).path == tuple(path)
    assert ConsistencyProof(first=1, second=2, path=path).path == tuple(path)
    with pytest.raises(ValidationError):
        InclusionProof(number=1, size=2, path=path * 65)
    with pytest.raises(ValidationError):
        ConsistencyProof(first=1, second=2, path=["short"])
