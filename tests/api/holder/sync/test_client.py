"""The client by itself: addresses, limits, and problems that come without a signature."""

import httpx
import pytest

from api.holder.sync import exchange
from api.holder.sync.addresses import checked_address
from api.holder.sync.client import HubClient, HubPeer, HubStrangerClient
from api.holder.sync.exchange import Exchange
from api.wire.partners import Enrolment
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from matcher.errors import InputError
from tests.api.holder.sync.fake_hub import CODE, HUB, PARTNER, FakeHub, HubServer
from tests.api.holder.sync.gateways import FakeClock


def client_of(hub: FakeHub, clock: FakeClock) -> HubClient:
    key = RequestKey.generate()
    hub.partner_key = key.public
    peer = HubPeer(HUB, hub.key.public, PARTNER)
    return HubClient(Exchange(httpx.URL("http://127.0.0.1:1"), hub.transport()), peer, key, clock)


def answering(hub: FakeHub, clock: FakeClock, answer: httpx.Response) -> HubClient:
    hub.answer = lambda request: answer  # type: ignore[method-assign]
    return client_of(hub, clock)


@pytest.mark.parametrize(
    "address",
    ["http://hub.example.org", "hub.example.org", "ftp://127.0.0.1", "https://", "https://u:p@hub.example.org",
     "https://hub.example.org/?a=b", "http://127.0.0.1.example.org", "http://10.0.0.1", "https://hub:port", ""],
)  # fmt: skip
def test_addresses_that_are_not_safe_are_refused(address: str) -> None:
    with pytest.raises(InputError, match="The hub's address"):
        checked_address(address, "The hub's address")


@pytest.mark.parametrize(
    "address", ["https://hub.example.org", "https://hub.example.org/milap/", "http://127.0.0.1:8470", "http://[::1]:1",
                "http://localhost:1"],
)  # fmt: skip
def test_addresses_over_tls_or_on_this_machine_are_taken(address: str) -> None:
    assert str(checked_address(address, "x")) == address.rstrip("/")


def test_a_hub_below_a_path_is_asked_there(hub: FakeHub, clock: FakeClock) -> None:
    exchange = Exchange(httpx.URL("https://hub.example.org/milap"), hub.transport())
    with pytest.raises(ProblemError):
        HubStrangerClient(exchange, clock).identity()
    assert hub.requests == ["GET /milap/v1/hub"]


def test_a_network_that_fails_is_told_without_the_address(hub: FakeHub, clock: FakeClock) -> None:
    hub.down = True
    with pytest.raises(ProblemError) as caught:
        client_of(hub, clock).policy()
    assert caught.value.kind == "hub-unreachable"
    assert "127.0.0.1" not in caught.value.detail


def test_an_answer_that_is_too_large_is_not_read(
    hub: FakeHub, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "MAX_ANSWER_BYTES", 1000)
    with pytest.raises(ProblemError) as caught:
        answering(hub, clock, httpx.Response(200, content=b"x" * 1001)).policy()
    assert "larger" in caught.value.detail


@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"[]", b'{"type": "about:blank"}', b"[" * 100_000])
def test_a_proxys_own_error_is_told_as_such(hub: FakeHub, clock: FakeClock, body: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        answering(hub, clock, httpx.Response(502, content=body)).policy()
    assert caught.value.kind == "hub-unreachable"
    assert "502" in caught.value.detail


def test_an_unsigned_problem_is_told_cut_and_printable(hub: FakeHub, clock: FakeClock) -> None:
    document = {"type": "urn:milap:problem:partner-pending", "detail": "Wait\n\x1b[31m" + "x" * 1000}
    with pytest.raises(ProblemError) as caught:
        answering(hub, clock, httpx.Response(403, json=document)).policy()
    assert caught.value.kind == "partner-pending"
    assert caught.value.detail.isprintable()
    assert len(caught.value.detail) == 300


def test_a_redirection_is_not_followed(hub: FakeHub, clock: FakeClock) -> None:
    answer = httpx.Response(302, headers={"location": "https://elsewhere.example.org/"})
    with pytest.raises(ProblemError) as caught:
        answering(hub, clock, answer).policy()
    assert caught.value.kind == "bad-response-signature"


def test_a_signed_answer_that_fits_no_message_is_told(hub: FakeHub, clock: FakeClock) -> None:
    hub.policy = lambda: hub._holdings("")  # type: ignore[method-assign, assignment, return-value]
    with pytest.raises(ProblemError) as caught:
        client_of(hub, clock).policy()
    assert "does not fit the protocol" in caught.value.detail


def test_over_a_real_socket_the_same_bytes_are_signed(hub: FakeHub, clock: FakeClock) -> None:
    server = HubServer(hub)
    key = RequestKey.generate()
    exchange = Exchange(checked_address(server.address, "x"))
    try:
        stranger = HubStrangerClient(exchange, clock)
        identity = stranger.identity()
        enrolment = Enrolment(format=1, code=CODE, public_key=key.public.text)
        assert stranger.enrol(enrolment, key, identity).partner == PARTNER
        client = HubClient(exchange, HubPeer(HUB, hub.key.public, PARTNER), key, clock)
        assert client.policy().partner == PARTNER
        assert client.candidates(0, 10).items == []
        assert client.holdings("a" * 22, 10).items == []
    finally:
        exchange.close()
        server.close()
