"""Signed requests that were changed on the way, or are garbage: nothing holds, and nothing but a problem is raised."""

import base64
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError
from tests.api.wire.signed_messages import (
    BODY,
    HEADERS,
    NONCE,
    RECIPIENT,
    TARGET,
    Repeated,
    changed_bytes,
    digest_of,
    header_text,
    problem,
    signed,
    with_headers,
)


@pytest.mark.parametrize("name", HEADERS)
def test_no_byte_of_a_header_can_be_changed(name):
    message = signed()
    for value in changed_bytes(message.headers[name]):
        assert problem(with_headers(message, **{name: value})).kind == "bad-signature"


def test_a_signature_has_one_spelling_only():
    """Base64 leaves four bits of the last character to spare, and structured fields do without padding."""
    value = signed().headers["signature"]
    siblings = [value[:-4] + chr(ord(value[-4]) + 1) + "==:", value.replace("==:", ":"), value.replace(":", ": ", 1)]
    raw = [base64.b64decode(text.removeprefix("milap=").strip(":") + "==") for text in (value, *siblings[:2])]
    assert raw[0] == raw[1] == raw[2]
    for sibling in (*siblings, value + ";a=1"):
        assert problem(with_headers(signed(), signature=sibling)).kind == "bad-signature"


@pytest.mark.parametrize("part", ["method", "target"])
def test_no_byte_of_method_path_and_query_can_be_changed(part):
    message = signed()
    for value in changed_bytes(getattr(message, part)):
        assert problem(dataclasses.replace(message, **{part: value})).kind == "bad-signature"


def test_no_byte_of_the_body_can_be_changed():
    message = signed()
    for at in range(len(BODY)):
        body = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
        assert problem(dataclasses.replace(message, body=body)).kind == "bad-signature"
    for body in (b"", BODY + b" ", BODY[:-1]):
        assert "body" in problem(dataclasses.replace(message, body=body)).detail


def test_a_body_cannot_bring_its_own_digest():
    message = with_headers(signed(), content_digest=digest_of(b"other"))
    assert problem(dataclasses.replace(message, body=b"other")).kind == "bad-signature"


def test_percent_escapes_are_not_decoded():
    message = signed(target="/a%2fb?c=%2F")
    for target in ("/a/b?c=%2F", "/a%2Fb?c=%2F", "/a%2fb?c=/", "/a%2fb?c=%2f"):
        assert problem(dataclasses.replace(message, target=target)).kind == "bad-signature"


@pytest.mark.parametrize("target", ["", "*", "v1", "@other/v1", TARGET + "#part", "http://host" + TARGET, TARGET + "é"])
def test_a_target_in_another_form_is_refused(target):
    assert problem(dataclasses.replace(signed(), target=target)).kind == "bad-signature"
    with pytest.raises(InputError):
        signed(target=target)


@pytest.mark.parametrize("name", HEADERS)
def test_a_missing_header_is_refused(name):
    message = signed()
    headers = {other: value for other, value in message.headers.items() if other != name}
    assert problem(dataclasses.replace(message, headers=headers)).kind == "bad-signature"


@pytest.mark.parametrize("other", ["same", "different"])
@pytest.mark.parametrize("name", HEADERS)
def test_a_repeated_header_is_refused(name, other):
    message = signed()
    second = message.headers[name] if other == "same" else "x"
    pairs = [*message.headers.items(), (name.title(), second)]
    for order in (pairs, pairs[::-1]):
        assert problem(dataclasses.replace(message, headers=Repeated(order))).kind == "bad-signature"
    joined = f"{message.headers[name]}, {second}"
    assert problem(with_headers(message, **{name: joined})).kind == "bad-signature"


@given(header_text, header_text)
def test_garbage_in_signature_headers_raises_nothing_else(signature_input, signature):
    genuine = signed()
    for message in (
        with_headers(genuine, signature_input=signature_input, signature=signature),
        with_headers(genuine, signature_input=signature_input),
        with_headers(genuine, signature_input="milap=" + signature_input),
        with_headers(genuine, signature=signature),
    ):
        assert problem(message).kind == "bad-signature"


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(HEADERS), st.text(max_size=40))
def test_garbage_elsewhere_raises_nothing_else(method, target, name, value):
    message = dataclasses.replace(with_headers(signed(), **{name: value}), method=method, target=target)
    assert problem(message).kind == "bad-signature"


@pytest.mark.parametrize("size", [2049, 60_000])
@pytest.mark.parametrize("name", HEADERS)
def test_huge_headers_are_refused(name, size):
    genuine = signed()
    for value in ("(" * size, "a" * size, '"' * size, "a," * size, genuine.headers[name] + " " * size):
        assert problem(with_headers(genuine, **{name: value})).kind == "bad-signature"


def test_messages_show_no_content():
    shown = repr(signed())
    assert all(part not in shown for part in (TARGET, "invented", NONCE, RECIPIENT))
