"""Requests that must not be taken: each gets a problem that says what to do, and nothing is stored."""

import pytest

from api.hub.storage.tables import nonces, records
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey
from tests.api.hub.gateways import Exchange, body_of, put, submission
from tests.api.service.requests_to import ask, in_parts, problem_in

TARGET = "/v1/submissions"


@pytest.fixture
def body() -> bytes:
    return body_of(submission(put(new_ref())))


def test_unsigned(exchange: Exchange, body: bytes) -> None:
    exchange.partition()
    exchange.partner("bengal")
    answer = ask(exchange.app, "POST", TARGET, content=body, headers={"content-type": "application/json"})
    assert problem_in(answer) == "unsigned"
    assert "signature" not in answer.headers
    assert problem_in(ask(exchange.app, "GET", "/v1/candidates")) == "unsigned"
    assert exchange.count(records) == 0


def test_replayed(exchange: Exchange, body: bytes) -> None:
    exchange.partition()
    bengal = exchange.partner("bengal")
    nonce = new_ref()
    assert bengal.send("POST", TARGET, body, nonce=nonce).status_code == 200
    assert problem_in(bengal.send("POST", TARGET, body, nonce=nonce)) == "replayed-request"
    exchange.clock.advance(minutes=4, seconds=59)
    assert problem_in(bengal.send("GET", "/v1/policy", nonce=nonce)) == "replayed-request"


def test_a_replayed_reading_request_is_refused_too(exchange: Exchange) -> None:
    bengal, nonce = exchange.partner("bengal"), new_ref()
    for target in ("/v1/policy", "/v1/holdings", "/v1/candidates"):
        nonce = new_ref()
        assert bengal.send("GET", target, nonce=nonce).status_code == 200
        assert problem_in(bengal.send("GET", target, nonce=nonce)) == "replayed-request"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_clocks_that_differ_by_more_than_five_minutes(exchange: Exchange, body: bytes, seconds: int) -> None:
    bengal = exchange.partner("bengal")
    fields = bengal.signed("POST", TARGET, body)
    exchange.clock.advance(seconds=seconds)
    answer = ask(exchange.app, "POST", TARGET, content=body, headers=fields)
    assert problem_in(answer) == "stale-request"
    assert "301 seconds" in answer.json()["detail"]
    assert exchange.count(records) == 0


def test_the_nonce_of_a_sender_whose_clock_is_ahead_is_kept_as_long_as_its_request_is_recent(
    exchange: Exchange, body: bytes
) -> None:
    exchange.partition()
    bengal = exchange.partner("bengal")
    exchange.clock.advance(minutes=5)
    fields = bengal.signed("POST", TARGET, body)
    exchange.clock.advance(minutes=-5)
    assert ask(exchange.app, "POST", TARGET, content=body, headers=fields).status_code == 200
    exchange.clock.advance(minutes=10)
    bengal.get("/v1/policy")  # forgets what it may
    assert problem_in(ask(exchange.app, "POST", TARGET, content=body, headers=fields)) == "replayed-request"
    exchange.clock.advance(seconds=1)
    assert problem_in(ask(exchange.app, "POST", TARGET, content=body, headers=fields)) == "stale-request"


def test_wrongly_signed_and_unknown_partners_read_the_same(exchange: Exchange, body: bytes) -> None:
    bengal = exchange.partner("bengal")
    exchange.partner("gone", state="revoked")
    other = RequestKey.generate()
    answers = [
        ask(exchange.app, "POST", TARGET, content=body, headers=bengal.signed("POST", TARGET, body, **changes))
        for changes in ({"key": other}, {"key_id": "nobody"}, {"key_id": "gone"})
    ]
    assert {problem_in(answer) for answer in answers} == {"bad-signature"}
    assert len({answer.text for answer in answers}) == 1
    assert not any("signature" in answer.headers for answer in answers)


def test_a_body_that_was_changed_on_the_way(exchange: Exchange, body: bytes) -> None:
    bengal = exchange.partner("bengal")
    fields = bengal.signed("POST", TARGET, body)
    answer = ask(exchange.app, "POST", TARGET, content=body.replace(b"found", b"lost!"), headers=fields)
    assert problem_in(answer) == "bad-signature"


def test_a_request_for_another_hub(exchange: Exchange, body: bytes) -> None:
    bengal = exchange.partner("bengal")
    fields = bengal.signed("POST", TARGET, body, recipient="other-hub")
    assert problem_in(ask(exchange.app, "POST", TARGET, content=body, headers=fields)) == "wrong-recipient"


def test_oversized_bodies(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    body = b" " * (exchange.settings.max_body_bytes + 1)
    fields = bengal.signed("POST", TARGET, body)
    assert problem_in(ask(exchange.app, "POST", TARGET, content=body, headers=fields)) == "too-large"
    assert problem_in(ask(exchange.app, "POST", TARGET, content=in_parts(body), headers=fields)) == "too-large"


def test_another_version_of_the_protocol(exchange: Exchange) -> None:
    assert problem_in(ask(exchange.app, "GET", "/v2/policy")) == "wrong-version"


@pytest.mark.parametrize(("state", "kind"), [("pending", "partner-pending"), ("suspended", "partner-suspended")])
def test_partners_that_are_not_active_are_told_so_in_a_signed_answer(
    exchange: Exchange, body: bytes, state: str, kind: str
) -> None:
    bengal = exchange.partner("bengal", state=state)
    assert problem_in(bengal.send("POST", TARGET, body)) == kind
    assert problem_in(bengal.get("/v1/candidates")) == kind
    assert exchange.count(records) == exchange.count(nonces) == 0


def test_problems_of_verified_requests_are_signed(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    assert problem_in(bengal.get("/v1/candidates?after=-1")) == "invalid-query"
    assert problem_in(bengal.get("/v1/candidates?after=17")) == "invalid-query"
    assert problem_in(bengal.get("/v1/holdings?limit=ten")) == "invalid-query"
    assert problem_in(bengal.submit(put(new_ref()))) == "unknown-domain"


def test_nonces_are_forgotten_once_a_replay_would_be_stale(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    for _ in range(3):
        bengal.get("/v1/policy")
    assert exchange.count(nonces) == 3
    exchange.clock.advance(minutes=6)
    bengal.get("/v1/policy")
    assert exchange.count(nonces) == 1
