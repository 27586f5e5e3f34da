"""Signatures over something that is no request: their purpose, and their one spelling."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.request_keys import RequestKey, request_key_from_seed_bytes
from matcher.errors import InputError

KEY = request_key_from_seed_bytes(bytes(range(32)))
purposes = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)


@given(purposes, st.binary(max_size=50), st.integers(0))
def test_a_signature_is_good_for_its_content_purpose_and_key_only(purpose, content, place):
    signature = KEY.sign_bytes(purpose, content)
    assert len(signature) == 86
    assert KEY.public.verifies_bytes(purpose, content, signature)
    assert not KEY.public.verifies_bytes(purpose + "s", content, signature)
    assert not KEY.public.verifies_bytes(purpose, content + b"\0", signature)
    assert not RequestKey.generate().public.verifies_bytes(purpose, content, signature)
    place %= 86
    other = "A" if signature[place] != "A" else "B"
    assert not KEY.public.verifies_bytes(purpose, content, signature[:place] + other + signature[place + 1 :])


def test_what_is_signed_begins_with_the_purpose():
    signature = base64.urlsafe_b64decode(KEY.sign_bytes("audit checkpoint", b"content") + "==")
    assert KEY.public.verify(signature, b"milap audit checkpoint v1\0content")


@pytest.mark.parametrize("signature", ["", "A" * 85, "A" * 87, "A" * 86, "é" * 86, "A" * 84 + "==", "\n" * 86])
def test_text_that_is_no_signature_is_none(signature):
    assert not KEY.public.verifies_bytes("audit checkpoint", b"content", signature)


def test_a_signature_has_one_text():
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    signature = KEY.sign_bytes("audit checkpoint", b"content")
    for bit in (1, 2, 4, 8):
        sibling = signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ bit]
        assert base64.urlsafe_b64decode(sibling + "==") == base64.urlsafe_b64decode(signature + "==")
        assert not KEY.public.verifies_bytes("audit checkpoint", b"content", sibling)


@pytest.mark.parametrize("purpose", ["", "two\0parts", "line\n", "मिलाप"])
def test_a_purpose_that_could_be_mistaken_is_refused(purpose):
    with pytest.raises(InputError):
        KEY.sign_bytes(purpose, b"content")
    with pytest.raises(InputError):
        KEY.public.verifies_bytes(purpose, b"content", "A" * 86)
