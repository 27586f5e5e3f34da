"""Request keys: texts, fingerprints, points that are no keys, and handles that give nothing away."""

import base64
import copy
import hashlib
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.request_keys import (
    PublicKey,
    RequestKey,
    request_key_from_seed_bytes,
    reveal_seed_bytes_of_request_key,
    same_fingerprint,
)
from api.wire.signatures.points import is_usable_point
from matcher.errors import InputError

# RFC 8032, section 7.1, test 2.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
RAW = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
P = 2**255 - 19
# Points of order 1, 2, 4 and 8 in every encoding that some library takes (libsodium's list of refused keys).
SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
seeds = st.binary(min_size=32, max_size=32)


@pytest.fixture
def key() -> RequestKey:
    """A key of a known seed."""
    return request_key_from_seed_bytes(SEED)


def test_signs_and_verifies_as_rfc_8032_says(key):
    assert key.public == PublicKey(RAW)
    assert key.sign(b"\x72") == SIGNATURE
    assert key.public.verify(SIGNATURE, b"\x72")


@pytest.mark.parametrize("signature", [b"", SIGNATURE[:-1], SIGNATURE + b"\0", bytes(64), SIGNATURE[::-1]])
def test_another_signature_does_not_verify(key, signature):
    assert not key.public.verify(signature, b"\x72")


def test_another_key_or_other_data_do_not_verify(key):
    assert not key.public.verify(SIGNATURE, b"\x73")
    assert not RequestKey.generate().public.verify(SIGNATURE, b"\x72")


@given(seeds)
def test_text_leads_back_to_the_key(seed):
    public = request_key_from_seed_bytes(seed).public
    assert len(public.text) == 43
    assert PublicKey.from_text(public.text) == public
    assert hash(PublicKey.from_text(public.text)) == hash(public)


def test_a_key_has_one_text_only(key):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = key.public.text
    sibling = text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]
    assert base64.urlsafe_b64decode(sibling + "=") == RAW
    with pytest.raises(InputError):
        PublicKey.from_text(sibling)


@given(st.text(max_size=60))
def test_any_other_text_is_an_input_error(text):
    with pytest.raises(InputError):
        PublicKey.from_text(text)


@pytest.mark.parametrize("change", [lambda t: t + "=", lambda t: " " + t, lambda t: t[:-1], lambda t: t + "\n"])
def test_text_with_something_around_it_is_an_input_error(key, change):
    with pytest.raises(InputError, match="43 characters"):
        PublicKey.from_text(change(key.public.text))


@pytest.mark.parametrize("sign_bit", [0, 0x80])
@pytest.mark.parametrize("encoded", SMALL_ORDER)
def test_a_point_that_proves_nothing_is_refused(encoded, sign_bit):
    raw = bytearray.fromhex(encoded)
    raw[31] |= sign_bit
    with pytest.raises(InputError, match="no Ed25519 public key"):
        PublicKey(bytes(raw))


@pytest.mark.parametrize(
    "raw", [b"", RAW[:-1], RAW + b"\0", (P + 3).to_bytes(32, "little"), (2).to_bytes(32, "little")]
)
def test_bytes_that_are_no_point_are_refused(raw):
    assert not is_usable_point(raw)


def test_about_half_of_all_numbers_are_points():
    usable = sum(is_usable_point(y.to_bytes(32, "little")) for y in range(2, 402))
    assert 150 < usable < 250


@given(seeds)
def test_every_key_made_is_a_usable_point(seed):
    assert is_usable_point(request_key_from_seed_bytes(seed).public.raw)


def test_fingerprint_is_eight_groups_of_four(key):
    expected = hashlib.sha256(b"milap request key v1\0" + RAW).hexdigest()[:32]
    assert key.public.fingerprint() == " ".join(expected[at : at + 4] for at in range(0, 32, 4))


@pytest.mark.parametrize("between", ["", " ", "-", " - ", "\u00a0", "\u2013", "\n", "\t"])
def test_fingerprints_are_the_same_however_they_are_written(key, between):
    fingerprint = key.public.fingerprint()
    assert same_fingerprint(fingerprint, between.join(fingerprint.upper().split()))


def test_other_fingerprints_differ_in_any_digit(key):
    fingerprint = key.public.fingerprint()
    for at, digit in enumerate(fingerprint):
        if digit != " ":
            other = fingerprint[:at] + ("1" if digit == "0" else "0") + fingerprint[at + 1 :]
            assert not same_fingerprint(fingerprint, other)


@pytest.mark.parametrize("text", ["", " ", "----", "abcd", "é" * 32, "g" * 32, "1" * 33])
def test_what_is_no_fingerprint_is_not_even_the_same_as_itself(text):
    assert not same_fingerprint(text, text)


def test_generated_keys_differ():
    assert RequestKey.generate() != RequestKey.generate()


def test_the_same_seed_is_the_same_key(key):
    assert key == request_key_from_seed_bytes(SEED)
    assert hash(key) == hash(request_key_from_seed_bytes(SEED))
    assert key != SEED
    assert reveal_seed_bytes_of_request_key(key) == SEED


@pytest.mark.parametrize("seed", [b"", SEED[:-1], SEED + b"\0"])
def test_a_seed_of_another_length_is_an_input_error(seed):
    with pytest.raises(InputError, match="32 bytes") as caught:
        request_key_from_seed_bytes(seed)
    assert SEED[:8].hex() not in str(caught.value)


def test_a_handle_is_never_constructed():
    with pytest.raises(TypeError, match="generate"):
        RequestKey()


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps, lambda key: pickle.dumps([key], 0)])
def test_a_handle_is_never_pickled_or_copied(key: RequestKey, duplicate: Callable[[RequestKey], Any]):
    with pytest.raises(TypeError, match="never pickled"):
        duplicate(key)


def test_nothing_a_handle_shows_holds_the_seed(key):
    with pytest.raises(TypeError):
        vars(key)
    attributes = [getattr(key, name) for name in dir(key)]
    shown = " ".join([repr(key), str(key), f"{key}", *map(repr, attributes), *map(str, attributes)])
    assert SEED not in attributes
    for form in (SEED.hex(), repr(SEED), base64.b64encode(SEED).decode(), base64.urlsafe_b64encode(SEED).decode()[:43]):
        assert form not in shown
    assert repr(key) == f"RequestKey(fingerprint='{key.public.fingerprint()}')"


def test_a_public_key_is_shown_by_its_fingerprint(key):
    assert repr(key.public) == f"PublicKey(fingerprint='{key.public.fingerprint()}')"
