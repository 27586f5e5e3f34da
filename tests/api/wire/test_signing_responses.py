"""Signed answers: bound to status, body and the request that they answer."""

import base64
from collections.abc import Mapping
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from api.wire.problems import ProblemError
from api.wire.signing import (
    WINDOW,
    SignedMessage,
    sign_response,
    verify_response,
)
from tests.api.wire.signed_messages import (
    BODY,
    HUB_KEY,
    KEY,
    KEY_ID,
    NONCE,
    NOW,
    RECIPIENT,
    TARGET,
    Repeated,
    changed_bytes,
    digest_of,
    header_text,
    problem,
    signed,
)


def answered(status=200, body=BODY, **changes) -> dict[str, str]:
    return sign_response(
        status, body, **{"key": HUB_KEY, "key_id": "hub", "request_nonce": NONCE, "now": NOW, **changes}
    )  # fmt: skip


def refusal(headers: Mapping[str, str], status=200, body=BODY, nonce=NONCE, now=NOW) -> str:
    with pytest.raises(ProblemError) as caught:
        verify_response(status, headers, body, public_key=HUB_KEY.public, request_nonce=nonce, now=now)
    assert (caught.value.kind, caught.value.status) == ("bad-response-signature", 502)
    return caught.value.detail


@given(st.integers(200, 599), st.binary(max_size=200))
def test_an_answer_that_was_signed_verifies(status, body):
    headers = answered(status, body)
    assert set(headers) == {"date", "content-digest", "milap-request-nonce", "signature-input", "signature"}
    verify_response(status, headers, body, public_key=HUB_KEY.public, request_nonce=NONCE, now=NOW)


def test_an_answer_is_signed_as_rfc_9421_says():
    params = '("@status" "content-digest" "date" "milap-request-nonce")'
    params += ';created=1795255200;keyid="hub";alg="ed25519";tag="milap-response"'
    base = (
        f'"@status": 201\n"content-digest": {digest_of(BODY)}\n"date": Sat, 21 Nov 2026 10:00:00 GMT\n'
        f'"milap-request-nonce": {NONCE}\n"@signature-params": {params}'
    )
    signature = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))).sign(base.encode())
    headers = answered(201)
    assert headers["signature-input"] == f"milap={params}"
    assert headers["signature"] == f"milap=:{base64.b64encode(signature).decode()}:"


@pytest.mark.parametrize("name", ["date", "content-digest", "milap-request-nonce", "signature-input", "signature"])
def test_no_byte_of_an_answers_header_can_be_changed(name):
    headers = answered()
    for value in changed_bytes(headers[name]):
        assert refusal({**headers, name: value})
    assert refusal({other: value for other, value in headers.items() if other != name})
    assert refusal(Repeated([*headers.items(), (name.title(), headers[name])]))


def test_status_and_body_of_an_answer_cannot_be_changed():
    assert refusal(answered(), status=201)
    assert refusal(answered(), body=BODY + b" ")
    assert refusal(answered(), body=b"")


def test_an_answer_of_another_key_or_to_another_request_is_refused():
    assert "fingerprint" in refusal(answered(key=KEY))
    assert refusal(answered(request_nonce="B" * 22))
    assert refusal(answered(), nonce="B" * 22)


def test_an_answer_without_a_signature_is_refused():
    assert "not signed" in refusal({})


@pytest.mark.parametrize("side", [1, -1])
def test_an_answer_is_recent(side):
    edge = NOW + side * WINDOW
    verify_response(200, answered(), BODY, public_key=HUB_KEY.public, request_nonce=NONCE, now=edge)
    assert "301 seconds" in refusal(answered(), now=edge + side * timedelta(milliseconds=1))


def test_an_answer_cannot_serve_as_a_request_nor_a_request_as_an_answer():
    as_request = {**answered(key=KEY, key_id=KEY_ID), "milap-recipient": RECIPIENT}
    assert problem(SignedMessage("POST", TARGET, as_request, BODY)).kind == "bad-signature"
    assert refusal({**signed(key=HUB_KEY).headers, "milap-request-nonce": NONCE})


@given(header_text, header_text, st.text(max_size=40))
def test_garbage_in_an_answer_raises_nothing_else(signature_input, signature, value):
    headers = answered()
    assert refusal({**headers, "signature-input": signature_input, "signature": signature})
    assert refusal({**headers, "signature-input": "milap=" + signature_input})
    assert refusal({**headers, "date": value})
