"""Genuine signatures that are not in the one form demanded, or not by the key enrolled."""

import dataclasses

import pytest

from api.wire.request_keys import RequestKey, request_key_from_seed_bytes
from tests.api.wire.signed_messages import (
    NOW,
    by_hand,
    problem,
    signed,
    verify,
)


@pytest.mark.parametrize(
    "drop",
    [
        "@method", "@path", "@query", "content-digest", "date", "milap-recipient",
        "created", "nonce", "keyid", "alg", "tag",
    ],
)  # fmt: skip
def test_a_genuine_signature_that_leaves_a_part_out_is_refused(drop):
    assert problem(by_hand(drop=[drop])).kind == "bad-signature"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tag", '"milap-response"'), ("tag", '""'), ("tag", "milap-request"),
        ("alg", '"rsa-v1_5-sha256"'), ("alg", "ed25519"),
        ("created", f'"{int(NOW.timestamp())}"'), ("created", "999999999999999"), ("created", "-999999999999999"),
        ("created", f"{int(NOW.timestamp())}.0"), ("created", "@1795255200"), ("created", "?1"),
        ("nonce", '"short"'), ("nonce", f'"{"A" * 129}"'), ("nonce", '"AAECAwQFBgcICQoLDA0O w"'), ("nonce", "7"),
        ("keyid", '"other"'), ("keyid", '""'), ("keyid", "8"),
    ],
)  # fmt: skip
def test_a_genuine_signature_with_another_parameter_is_refused(name, value):
    assert problem(by_hand(replace={name: value})).kind == "bad-signature"


@pytest.mark.parametrize("key_id", ["a b", "", "a" * 256])
def test_a_key_id_that_is_no_name_is_never_looked_up(key_id):
    asked = []
    found = problem(by_hand(replace={"keyid": f'"{key_id}"'}), public_key_of=asked.append)
    assert (found.kind, asked) == ("bad-signature", [])


def test_further_parameters_and_components_are_refused():
    assert problem(by_hand(extra={"expires": "1795255300"})).kind == "bad-signature"
    assert problem(by_hand(extra={"other": "1"})).kind == "bad-signature"
    names = ["@method", "@path", "@query", "content-digest", "date", "milap-recipient"]
    assert problem(by_hand(covered=[*names, "@target-uri"])).kind == "bad-signature"
    assert problem(by_hand(covered=["@target-uri", *names[3:]])).kind == "bad-signature"


def test_two_signatures_are_refused():
    one, two = signed().headers, signed(nonce="B" * 22).headers
    renamed = {name: two[name].replace("milap=", "other=", 1) for name in ("signature-input", "signature")}
    for joined in (two, renamed):
        both = {name: f"{one[name]}, {joined[name]}" for name in renamed}
        assert problem(dataclasses.replace(signed(), headers={**one, **both})).kind == "bad-signature"
    more = {**one, "signature-input": f"{one['signature-input']}, {renamed['signature-input']}"}
    assert problem(dataclasses.replace(signed(), headers=more)).kind == "bad-signature"


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Date": "Sat, 21 Nov 2026 10:00:00 GMT"}])
def test_a_request_without_a_signature_is_unsigned(headers):
    found = problem(dataclasses.replace(signed(), headers=headers))
    assert (found.kind, found.status) == ("unsigned", 401)


def test_an_unknown_key_id_reads_like_a_wrong_signature():
    unknown = problem(signed(key_id="nobody"))
    wrong = problem(signed(key=RequestKey.generate()))
    assert (unknown.kind, unknown.status) == ("bad-signature", 401)
    assert unknown.document() == wrong.document()


def test_the_stand_in_for_unknown_keys_opens_nothing():
    """Its seed is published (RFC 8032, section 7.1, test 1), so anybody can sign with it."""
    published = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    message = signed(key=request_key_from_seed_bytes(published), key_id="nobody")
    assert problem(message).kind == "bad-signature"


def test_a_failing_key_lookup_is_not_taken_for_a_bad_signature():
    def broken(key_id: str):
        raise LookupError("database")

    with pytest.raises(LookupError, match="database"):
        verify(signed(), public_key_of=broken)
