"""Keys of masked comparison: both gateways derive the same one, everything is bound, and nothing shows."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from encoder.mask_keys import (
    MaskingKey,
    MaskKeyError,
    PairKey,
    masking_key_from_seed_bytes,
    reveal_nonce_and_cipher_key_of_pair_key,
)
from matcher.errors import ProfileMismatchError
from matcher.profile import MASKED_2026_11_22
from matcher.views import Kind
from tests.encoder.masking_builders import POLICE, PROFILE, SHELTER, both_sides, shared

SEED = bytes([1]) * 32
ORDER_8 = "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
SMALL_ORDER = [bytes(32), b"\1" + bytes(31), bytes.fromhex(ORDER_8), b"\xec" + b"\xff" * 30 + b"\x7f"]
"""Points that give an all-zero secret with any key (RFC 7748, section 6.1): 0, 1, one of order 8, and p - 1."""

secrets_of = reveal_nonce_and_cipher_key_of_pair_key


def test_both_gateways_derive_the_same_key() -> None:
    missing, found = both_sides()
    assert secrets_of(missing) == secrets_of(found)
    assert len(set(secrets_of(missing))) == 2


def test_a_gateway_with_both_records_shares_a_key_with_itself() -> None:
    one, other = (secrets_of(shared(POLICE, POLICE, side)) for side in Kind)
    assert one == other
    assert one != secrets_of(both_sides()[0])


def test_everything_that_is_bound_makes_another_key() -> None:
    told: dict[str, Any] = {"own_side": Kind.MISSING, "domain": "north", "epoch": "2026-11", "profile": PROFILE}
    changed: list[dict[str, Any]] = [
        {"own_side": Kind.FOUND}, {"domain": "south"}, {"epoch": "2026-12"}, {"domain": "north2026-11", "epoch": ""},
        {"profile": replace(PROFILE, name="other")}, {"profile": MASKED_2026_11_22},
    ]  # fmt: skip
    keys = [secrets_of(POLICE.pair_key(SHELTER.public, **(told | change))) for change in ({}, *changed)]
    keys.append(secrets_of(POLICE.pair_key(masking_key_from_seed_bytes(bytes([3]) * 32).public, **told)))
    assert len({secret for pair in keys for secret in pair}) == 2 * len(keys)


def test_the_key_is_what_the_formula_says() -> None:
    """Written out from RFC 5869 and RFC 7748, with nothing of the encoder."""
    seed_info = len(b"milap masking key v1").to_bytes(4, "big") + b"milap masking key v1"
    private = X25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, None, seed_info).derive(SEED))
    assert POLICE.public == private.public_key().public_bytes_raw()
    secret = private.exchange(X25519PublicKey.from_public_bytes(SHELTER.public))
    bound = [b"north", b"2026-11", PROFILE.digest, POLICE.public, SHELTER.public]
    expected = []
    for label in (b"milap mask nonce key v1", b"milap mask cipher key v1"):
        info = b"".join(len(field).to_bytes(4, "big") + field for field in (label, *bound))
        expected.append(HKDF(SHA256(), 32, None, info).derive(secret))
    assert secrets_of(both_sides()[1]) == tuple(expected)


def test_equal_seeds_give_equal_keys_and_others_do_not() -> None:
    again, other = masking_key_from_seed_bytes(SEED), masking_key_from_seed_bytes(SEED[:-1] + b"\0")
    assert (again.public, len(again.public)) == (POLICE.public, 32)
    assert other.public != POLICE.public


@pytest.mark.parametrize("public", [*SMALL_ORDER, b"", bytes(31), SHELTER.public + b"\0"], ids=range(7))
def test_public_keys_that_give_no_secret_are_refused(public: bytes) -> None:
    with pytest.raises(MaskKeyError, match="card"):
        POLICE.pair_key(public, own_side=Kind.MISSING, domain="north", epoch="2026-11", profile=PROFILE)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length_is_refused_unseen(length: int) -> None:
    with pytest.raises(MaskKeyError, match=f"32 bytes, not {length}") as caught:
        masking_key_from_seed_bytes(b"\xa5" * length)
    assert "a5" not in str(caught.value)


def test_a_key_masks_codes_of_its_profile_only() -> None:
    key = both_sides()[0]
    key.check(PROFILE)
    with pytest.raises(ProfileMismatchError, match="masked-2026-11-22"):
        key.check(MASKED_2026_11_22)


@pytest.mark.parametrize("key", [POLICE, both_sides()[0]], ids=["masking key", "pair key"])
def test_nothing_prints_a_secret(key: MaskingKey | PairKey) -> None:
    shown = [repr(key), str(key), f"{[key]}", *(repr(getattr(key, name)) for name in dir(key) if name != "__doc__")]
    hidden = [SEED, *secrets_of(both_sides()[0])]
    for text in shown:
        assert not any(secret.hex() in text or repr(secret)[2:-1] in text for secret in hidden)
    with pytest.raises(TypeError):
        vars(key)


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("key", [POLICE, both_sides()[0]], ids=["masking key", "pair key"])
def test_no_key_is_pickled_or_copied(key: MaskingKey | PairKey, leak: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="never pickled or copied"):
        leak(key)


@pytest.mark.parametrize("handle", [MaskingKey, PairKey])
def test_no_key_is_constructed_directly(handle: type) -> None:
    with pytest.raises(TypeError, match="Make a"):
        handle()
