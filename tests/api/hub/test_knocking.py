"""Knocks: signed, empty, best effort, and to active partners only."""

import json
import time

import httpx
import pytest

from api.hub.knocking import Knocker
from api.hub.storage import partners
from api.wire.signing import SignedMessage, verify_request
from tests.api.hub.gateways import HUB, HUB_KEY, Exchange

URL = "https://gateway.example/milap"


class Gateways:
    """Remembers who was knocked at, and answers as a test wants."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.status, self.error = 204, None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.error is not None:
            raise self.error("no route to it", request=request)
        return httpx.Response(self.status, headers={"location": "https://elsewhere.example/"})


@pytest.fixture
def gateways() -> Gateways:
    return Gateways()


@pytest.fixture
def knocker(exchange: Exchange, gateways: Gateways) -> Knocker:
    client = httpx.Client(transport=httpx.MockTransport(gateways))
    return Knocker(exchange.database, HUB_KEY, HUB, exchange.clock, client)


def partner(exchange: Exchange, name: str, url: str | None = URL, state: str = "active") -> int:
    exchange.partner(name, state=state)
    number = exchange.known(name).id
    with exchange.database.write() as conn:
        partners.change(conn, number, exchange.clock(), callback_url=url)
    return number


def test_a_knock_is_signed_for_its_gateway_and_tells_nothing(
    exchange: Exchange, knocker: Knocker, gateways: Gateways
) -> None:
    number = partner(exchange, "bengal")
    knocker.candidates_changed([number, number])
    knocker.candidates_changed({number})
    assert not knocker.step()
    (request,) = gateways.requests
    assert str(request.url) == f"{URL}/v1/hub/knock"
    assert json.loads(request.content) == {"format": 1}
    message = SignedMessage(request.method, request.url.raw_path.decode(), request.headers, request.content)
    found = verify_request(
        message, public_key_of={HUB: HUB_KEY.public}.get, recipient="bengal", now=exchange.clock()
    )  # fmt: skip
    assert found.key_id == HUB
    assert not knocker.step()
    assert len(gateways.requests) == 1


def test_nobody_is_knocked_at_who_is_not_active_or_wants_none(
    exchange: Exchange, knocker: Knocker, gateways: Gateways
) -> None:
    numbers = [
        partner(exchange, "suspended", state="suspended"),
        partner(exchange, "quiet", url=None),
        partner(exchange, "unsafe", url="http://gateway.example"),
    ]
    knocker.candidates_changed([*numbers, 999])
    assert not knocker.step()
    assert gateways.requests == []


@pytest.mark.parametrize(
    ("status", "error"), [(500, None), (302, None), (204, httpx.ConnectError), (204, httpx.ReadTimeout)]
)
def test_a_gateway_that_does_not_hear_keeps_nobody_waiting(
    exchange: Exchange, knocker: Knocker, gateways: Gateways, status: int, error: type[Exception] | None
) -> None:
    numbers = [partner(exchange, name) for name in ("bengal", "punjab")]
    gateways.status, gateways.error = status, error
    knocker.candidates_changed(numbers)
    assert not knocker.step()
    assert [request.url.host for request in gateways.requests] == ["gateway.example"] * 2


def test_many_gateways_take_several_steps(exchange: Exchange, knocker: Knocker, gateways: Gateways) -> None:
    knocker.candidates_changed([partner(exchange, f"partner-{number}") for number in range(25)])
    assert knocker.step()
    assert not knocker.step()
    assert len(gateways.requests) == 25


def test_its_thread_knocks_when_it_is_told(exchange: Exchange, knocker: Knocker, gateways: Gateways) -> None:
    number = partner(exchange, "bengal")
    knocker.candidates_changed([number])
    knocker.start()
    knocker.candidates_changed([number])
    for _ in range(2000):
        if gateways.requests:
            break
        time.sleep(0.005)
    knocker.stop()
    assert gateways.requests
