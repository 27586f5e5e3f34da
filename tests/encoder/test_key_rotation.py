"""The key of the next epoch: unrelated to the one before, and codes under it are never compared with the others."""

import hashlib
import hmac

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.encode import RecordEncoder
from encoder.key_rotation import EpochOrderError, key_of_next_epoch
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes, reveal_secret_bytes_of_linkage_key
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.errors import InputError, KeyMismatchError
from matcher.profile import LOCAL_2026_11_22
from matcher.views import Kind
from tests.encoder.builders import record

OLD = linkage_key_from_secret_bytes(bytes(range(32)), "east", "2026-11")


def batch_under(key: LinkageKey, kind: Kind) -> EncodedBatch:
    """One invented child."""
    return RecordEncoder(key, LOCAL_2026_11_22).encode([record(kind)], kind, ["0"])


def test_the_next_key_is_of_the_same_domain_and_of_the_epoch_named() -> None:
    new = key_of_next_epoch(OLD, "2026-12")
    assert (new.domain, new.epoch) == ("east", "2026-12")


def test_nothing_of_the_old_key_goes_into_the_next() -> None:
    """Whoever has the old key cannot make the new one: two rotations of one key have nothing in common."""
    first, second = (reveal_secret_bytes_of_linkage_key(key_of_next_epoch(OLD, "2026-12")) for _ in range(2))
    secret = reveal_secret_bytes_of_linkage_key(OLD)
    assert len({first, second, secret}) == 3
    assert hmac.digest(secret, b"2026-12", hashlib.sha256) not in (first, second)


@pytest.mark.parametrize(
    ("epoch", "words"),
    [("2026-11", "the epoch of the old key"), ("2026-10", "not after"), ("2025-12", "not after"), ("2026-011", "not")],
)
def test_the_same_epoch_and_an_older_one_are_refused(epoch: str, words: str) -> None:
    with pytest.raises(EpochOrderError, match=words):
        key_of_next_epoch(OLD, epoch)


@pytest.mark.parametrize("epoch", ["2026-12", "2027-01", "winter", "2026-W48", "2026-12-01", "11"])
def test_a_later_epoch_or_one_that_cannot_be_told_is_taken(epoch: str) -> None:
    assert key_of_next_epoch(OLD, epoch).epoch == epoch


@pytest.mark.parametrize("epoch", ["", "two words", "é"])
def test_a_name_that_no_epoch_has(epoch: str) -> None:
    with pytest.raises(InputError):
        key_of_next_epoch(OLD, epoch)


@given(first=st.tuples(st.integers(2000, 2100), st.integers(1, 12)), later=st.integers(1, 400))
def test_months_rotate_forward_only(first: tuple[int, int], later: int) -> None:
    months = first[0] * 12 + first[1] - 1
    old, new = (f"{number // 12}-{number % 12 + 1:02}" for number in (months, months + later))
    assert key_of_next_epoch(linkage_key_from_secret_bytes(bytes(32), "a", old), new).epoch == new
    with pytest.raises(EpochOrderError):
        key_of_next_epoch(linkage_key_from_secret_bytes(bytes(32), "a", new), old)


def test_codes_of_two_epochs_are_never_compared_even_under_one_secret() -> None:
    rows = np.zeros(1, np.intp)
    found = batch_under(OLD, Kind.FOUND)
    same_secret = linkage_key_from_secret_bytes(reveal_secret_bytes_of_linkage_key(OLD), "east", "2026-12")
    for key in (key_of_next_epoch(OLD, "2026-12"), same_secret):
        with pytest.raises(KeyMismatchError, match="epoch"):
            compare(batch_under(key, Kind.MISSING), found, rows, rows)
    assert len(compare(batch_under(OLD, Kind.MISSING), found, rows, rows)) == 1
