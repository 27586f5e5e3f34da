"""Signed requests: what holds, for how long, and for whom."""

import base64
import dataclasses
from datetime import timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from api.wire.signing import (
    WINDOW,
    Verified,
)
from matcher.errors import InputError
from tests.api.wire.signed_messages import (
    BODY,
    COVERED,
    KEY_ID,
    NONCE,
    NOW,
    SEED,
    by_hand,
    dated_by_hand,
    digest_of,
    problem,
    signed,
    verify,
)

PLAIN = st.sampled_from("abzAZ09-._~!$&'()*+,;=:@/")
ESCAPED = st.tuples(st.sampled_from("0123456789abcdefABCDEF"), st.sampled_from("0123456789abcdefABCDEF")).map(
    lambda digits: "%" + "".join(digits)
)
paths = st.lists(PLAIN | ESCAPED, max_size=12).map(lambda parts: "/" + "".join(parts))
queries = st.none() | st.lists(PLAIN | ESCAPED | st.just("?"), max_size=12).map(lambda parts: "?" + "".join(parts))


@given(st.sampled_from(["GET", "POST", "PUT", "DELETE"]), paths, queries, st.binary(max_size=200))
def test_what_was_signed_verifies(method, path, query, body):
    message = signed(method, path + (query or ""), body, nonce=None)
    found = verify(message)
    assert (found.key_id, found.created) == (KEY_ID, NOW)
    assert len(base64.urlsafe_b64decode(found.nonce + "==")) == 16


def test_the_signature_is_the_one_of_rfc_9421_section_2_5():
    message = signed()
    params = f'{COVERED};created=1795255200;keyid="{KEY_ID}";alg="ed25519";nonce="{NONCE}";tag="milap-request"'
    base = (
        '"@method": POST\n'
        '"@path": /v1/batches\n'
        '"@query": ?after=3&kind=missing\n'
        f'"content-digest": {digest_of(BODY)}\n'
        '"date": Sat, 21 Nov 2026 10:00:00 GMT\n'
        '"milap-recipient": hub.example\n'
        f'"@signature-params": {params}'
    )
    signature = base64.b64encode(Ed25519PrivateKey.from_private_bytes(SEED).sign(base.encode())).decode()
    assert message.headers == {
        "date": "Sat, 21 Nov 2026 10:00:00 GMT",
        "content-digest": digest_of(BODY),
        "milap-recipient": "hub.example",
        "signature-input": f"milap={params}",
        "signature": f"milap=:{signature}:",
    }


def test_a_signature_made_without_our_code_verifies():
    assert verify(by_hand()) == Verified(KEY_ID, NONCE, NOW)


def test_components_may_stand_in_another_order():
    assert verify(by_hand(covered=["date", "@query", "milap-recipient", "@method", "content-digest", "@path"]))


def test_names_of_headers_have_any_case_and_others_do_not_matter():
    message = signed()
    headers = {name.upper(): value for name, value in message.headers.items()}
    assert verify(dataclasses.replace(message, headers={**headers, "Accept": "*/*", "X-Long": "x" * 9000}))


def test_no_query_and_an_empty_one_are_the_same_to_rfc_9421():
    message = signed(target="/v1/batches")
    assert verify(dataclasses.replace(message, target="/v1/batches?"))


def test_an_empty_body_is_covered():
    message = signed("GET", body=b"")
    assert message.headers["content-digest"] == digest_of(b"")
    assert problem(dataclasses.replace(message, body=b"x")).kind == "bad-signature"


def test_nonces_are_drawn_afresh():
    assert len({verify(signed(nonce=None)).nonce for _ in range(20)}) == 20


def test_clocks_of_other_zones_are_the_same_clock():
    assert verify(signed(now=NOW.astimezone(timezone(timedelta(hours=5, minutes=30))))).created == NOW


@pytest.mark.parametrize("side", [1, -1])
def test_the_edge_of_the_window_is_inside(side):
    assert verify(signed(), now=NOW + side * WINDOW).created == NOW
    found = problem(signed(), now=NOW + side * (WINDOW + timedelta(milliseconds=1)))
    assert (found.kind, found.status) == ("stale-request", 401)
    assert "301 seconds" in found.detail
    assert ("behind" if side > 0 else "ahead") in found.detail
    assert "clock" in found.detail


@pytest.mark.parametrize("created", ["0", "-1", "1795254899", "1795255501", "4102444800"])
def test_created_is_judged_apart_from_date(created):
    assert problem(by_hand(replace={"created": created})).kind == "stale-request"


def test_date_is_judged_apart_from_created():
    assert problem(dated_by_hand("Sat, 21 Nov 2026 09:54:59 GMT")).kind == "stale-request"
    assert problem(dated_by_hand("Sat, 21 Nov 2026 10:05:01 GMT")).kind == "stale-request"
    assert verify(dated_by_hand("Sat, 21 Nov 2026 10:05:00 GMT"))


@pytest.mark.parametrize(
    "date",
    [
        "", "now", "2026-11-21T10:00:00Z", "Sat, 21 Nov 2026 10:00:00 +0000", "Sun, 21 Nov 2026 10:00:00 GMT",
        "Sat, 21 Nov 26 10:00:00 GMT", "Sat, 31 Nov 2026 10:00:00 GMT", "Sat, 21 Nov 2026 25:00:00 GMT",
        "Sat, 21 Nov 2026 10:00:00 +99999999999999", "Sat, 21 Xyz 2026 10:00:00 GMT", "Sat, 21 Nov 0000 10:00:00 GMT",
        "Saturday, 21-Nov-26 10:00:00 GMT",
    ],
)  # fmt: skip
def test_a_date_in_another_form_is_refused(date):
    assert problem(dated_by_hand(date)).kind == "bad-signature"


def test_a_request_for_another_hub_is_refused():
    found = problem(signed(), recipient="other.example")
    assert (found.kind, found.status) == ("wrong-recipient", 421)
    assert problem(signed(recipient="hub.example2")).kind == "wrong-recipient"


def test_a_clock_without_a_zone_is_refused():
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        signed(now=naive)
    with pytest.raises(ValueError, match="time zone"):
        verify(signed(), now=naive)


@pytest.mark.parametrize(
    "changes",
    [
        {"key_id": ""}, {"key_id": "a b"}, {"key_id": "é"}, {"key_id": "a" * 256}, {"recipient": "a\r\nx: y"},
        {"recipient": " hub"}, {"nonce": "short"}, {"nonce": "A" * 21 + "="}, {"nonce": "A" * 129},
        {"method": "post"}, {"method": "PO\nST"}, {"target": "/a b"}, {"target": "/%zz"},
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_not_signed(changes):
    with pytest.raises(InputError):
        signed(**changes)
