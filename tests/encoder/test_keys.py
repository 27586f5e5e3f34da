"""Linkage keys: derivation vectors, and that a key cannot be printed, copied or pickled."""

import copy
import dataclasses
import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest

from encoder.keys import (
    LinkageKey,
    hkdf_sha256,
    linkage_key_from_secret_bytes,
    reveal_secret_bytes_of_linkage_key,
)
from matcher.errors import InputError
from matcher.profile import BirthGrain, EncodingProfile, EventGrain, ViewParameters
from matcher.views import View

SECRET = bytes(range(32))


def make_profile(name: str = "test", planes: int = 2) -> EncodingProfile:
    """A profile of two views whose digest is what the test needs, and no matter how profiles are digested."""
    views = (ViewParameters(View.CHILD, 128, planes), ViewParameters(View.HOME, 128, 1))
    return EncodingProfile(name, "none", views, BirthGrain.DAY, EventGrain.DAY)


def profile_with_digest(digest: bytes) -> EncodingProfile:
    """A profile of a fixed digest, so that golden values outlive a change of the digest's own formula."""
    profile = make_profile()
    vars(profile)["digest"] = digest
    return profile


@pytest.fixture
def key() -> LinkageKey:
    """A key of a known secret."""
    return linkage_key_from_secret_bytes(SECRET, "test.domain", "2026-11")


def test_hkdf_rfc_5869_case_1() -> None:
    """RFC 5869, appendix A.1."""
    made = hkdf_sha256(b"\x0b" * 22, bytes(range(13)), bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), 42)
    assert made.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def test_hkdf_rfc_5869_case_3_without_salt() -> None:
    """RFC 5869, appendix A.3: no salt and no info, the way linkage keys use it."""
    made = hkdf_sha256(b"\x0b" * 22, None, b"", 42)
    assert made.hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


def test_view_key_golden(key: LinkageKey) -> None:
    """Written by the standard library alone (HKDF of one block).

    python3 -c "import hmac; h=lambda k,m: hmac.digest(k,m,'sha256'); f=lambda *x: b''.join(
    len(y).to_bytes(4,'big')+y for y in x); print(h(h(bytes(32),bytes(range(32))), f(
    b'milap view key v1',b'2026-11',b'test.domain',
    bytes(range(32,64)),b'child',bytes([0,0,0,1]))+bytes([1])).hex())"
    """
    made = key.view_key(profile_with_digest(bytes(range(32, 64))), View.CHILD, 1)
    assert made.hex() == "11b8b523479d3b98694dbe4a6956efb173ef60ed829b51e56a85d7d6403f5635"


def test_key_check_golden(key: LinkageKey) -> None:
    """Written by the standard library alone (HKDF of one block, then HMAC).

    python3 -c "import hmac; h=lambda k,m: hmac.digest(k,m,'sha256'); f=lambda *x: b''.join(
    len(y).to_bytes(4,'big')+y for y in x); c=b'milap key check v1'; print(h(h(h(
    bytes(32),bytes(range(32))), f(c,b'2026-11',b'test.domain')+bytes([1])),
    f(c,bytes(range(32,64)))).hex()[:16])"
    """
    assert key.key_check(profile_with_digest(bytes(range(32, 64)))).hex() == "c703750545045fee"


def test_fingerprint_golden(key: LinkageKey) -> None:
    """Written by the standard library alone (HKDF of one block, then HMAC); eight groups of four.

    python3 -c "import hmac; h=lambda k,m: hmac.digest(k,m,'sha256'); f=lambda *x: b''.join(
    len(y).to_bytes(4,'big')+y for y in x); c=b'milap key fingerprint v1'; print(h(h(h(
    bytes(32),bytes(range(32))), f(c,b'2026-11',b'test.domain')+bytes([1])), c).hex(' ',2)[:39])"
    """
    assert key.fingerprint() == "fd38 02f9 a359 ec41 bb02 6be2 1c93 0828"


def test_view_keys_differ_in_every_part_of_the_info() -> None:
    """Secret, domain, epoch, profile, view and plane each change the key; the same parts give the same key."""
    profile, make = make_profile(), linkage_key_from_secret_bytes
    base = make(SECRET, "d", "e")
    made = [
        base.view_key(profile, View.CHILD, 0),
        base.view_key(profile, View.CHILD, 1),
        base.view_key(profile, View.HOME, 0),
        base.view_key(make_profile("other"), View.CHILD, 0),
        make(SECRET, "d", "f").view_key(profile, View.CHILD, 0),
        make(SECRET, "f", "e").view_key(profile, View.CHILD, 0),
        make(SECRET, "e", "d").view_key(profile, View.CHILD, 0),
        make(bytes(32), "d", "e").view_key(profile, View.CHILD, 0),
    ]
    assert len(set(made)) == len(made)
    assert all(len(view_key) == 32 for view_key in made)
    assert make(SECRET, "d", "e").view_key(make_profile(), View.CHILD, 0) == made[0]


def test_domain_and_epoch_do_not_run_into_each_other() -> None:
    """A letter moved from the domain to the epoch changes every derived value."""
    a = linkage_key_from_secret_bytes(SECRET, "ab", "c")
    b = linkage_key_from_secret_bytes(SECRET, "a", "bc")
    profile = make_profile()
    assert a.view_key(profile, View.CHILD, 0) != b.view_key(profile, View.CHILD, 0)
    assert a.key_check(profile) != b.key_check(profile)
    assert a.fingerprint() != b.fingerprint()


def test_key_check_tells_keys_and_profiles_apart(key: LinkageKey) -> None:
    """Eight bytes, equal for equal keys and profiles only."""
    profile = make_profile()
    again = linkage_key_from_secret_bytes(SECRET, "test.domain", "2026-11")
    assert len(key.key_check(profile)) == 8
    assert key.key_check(profile) == again.key_check(profile)
    assert key.key_check(profile) != key.key_check(make_profile("other"))
    assert key.key_check(profile) != LinkageKey.generate("test.domain", "2026-11").key_check(profile)


@pytest.mark.parametrize("plane", [-1, 2])
def test_a_plane_that_the_view_lacks(key: LinkageKey, plane: int) -> None:
    """No key is derived for a plane outside the profile."""
    with pytest.raises(ValueError, match="planes 0 to 1"):
        key.view_key(make_profile(), View.CHILD, plane)


def test_a_view_that_the_profile_lacks(key: LinkageKey) -> None:
    """No key is derived for a view outside the profile."""
    with pytest.raises(KeyError):
        key.view_key(make_profile(), View.TRAITS, 0)


def test_generated_keys_differ() -> None:
    """Two keys of the same names hold different secrets of 256 bits."""
    a, b = (LinkageKey.generate("test.domain", "2026-11") for _ in range(2))
    assert a != b
    assert len(reveal_secret_bytes_of_linkage_key(a)) == 32


def test_equality_is_of_secret_domain_and_epoch(key: LinkageKey) -> None:
    """Equal handles are equal and hash alike; a difference in any part is a difference."""
    again = linkage_key_from_secret_bytes(SECRET, "test.domain", "2026-11")
    assert key == again
    assert hash(key) == hash(again)
    assert key != linkage_key_from_secret_bytes(SECRET[::-1], "test.domain", "2026-11")
    assert key != linkage_key_from_secret_bytes(SECRET, "test.domain", "2026-12")
    assert key != linkage_key_from_secret_bytes(SECRET, "other.domain", "2026-11")
    assert key != "key"


def test_nothing_prints_the_secret(key: LinkageKey) -> None:
    """Neither the handle nor any of its attributes shows the secret, in hex, escaped or as numbers."""
    printed = [repr(key), str(key), f"{key}", f"{[key]}"]
    printed += [repr(getattr(key, name)) for name in dir(key) if name != "__doc__"]
    for text in printed:
        assert SECRET.hex() not in text
        assert repr(SECRET)[2:-1] not in text
        assert "1, 2, 3, 4" not in text
    assert repr(key) == (
        f"LinkageKey(domain='test.domain', epoch='2026-11', fingerprint='{key.fingerprint()}')"
    )
    assert re.fullmatch(r"([0-9a-f]{4} ){7}[0-9a-f]{4}", key.fingerprint())
    with pytest.raises(TypeError):
        vars(key)


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_refuses_pickle_and_copy(key: LinkageKey, leak: Callable[[Any], Any]) -> None:
    """A copy would outlive the handle, a pickle would reach a disk or a worker's pipe."""
    with pytest.raises(TypeError, match="never pickled or copied"):
        leak(key)


def test_refuses_to_be_dumped_inside_a_dataclass(key: LinkageKey) -> None:
    """dataclasses.asdict deep-copies what it meets."""

    @dataclasses.dataclass
    class Wiring:
        key: LinkageKey

    with pytest.raises(TypeError, match="never pickled or copied"):
        dataclasses.asdict(Wiring(key))


def test_refuses_direct_construction() -> None:
    """There is no way to a handle but the named ones."""
    with pytest.raises(TypeError, match=r"LinkageKey\.generate"):
        LinkageKey()


@pytest.mark.parametrize("name", ["", " a", "a b", "a\n", "पश्चिम", "-a", "a" * 129])
def test_names_that_two_keyboards_could_type_differently(name: str) -> None:
    """Domain and epoch take plain ASCII only."""
    with pytest.raises(InputError, match="domain"):
        LinkageKey.generate(name, "2026-11")
    with pytest.raises(InputError, match="epoch"):
        LinkageKey.generate("test.domain", name)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_secret_of_another_length(length: int) -> None:
    """Refused, without showing it."""
    with pytest.raises(InputError) as caught:
        linkage_key_from_secret_bytes(b"\xa5" * length, "test.domain", "2026-11")
    assert "a5" not in str(caught.value)
    assert "\\x" not in str(caught.value)
