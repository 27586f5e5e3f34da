"""/v1/masked-requests and /v1/masked-answers over signed requests, to the candidate that comes of them."""

from pathlib import Path

import numpy as np
import pytest

from api.service.database import Database
from api.wire.masked import MaskedAnswers, MaskedRequest, MaskedRequestPage, MaskedTaken
from matcher.views import Kind
from tests.api.hub.gateways import Exchange, Gateway, body_of
from tests.api.hub.matching.exchange import Hub
from tests.api.hub.refining.gateways import COARSE, Gateways, child, like
from tests.api.service.requests_to import problem_in


@pytest.fixture
def masked(exchange: Exchange, database: Database, tmp_path: Path) -> tuple[Gateways, dict[str, Gateway]]:
    """Two partners by name, with a report and a child that were planned."""
    partners = {name: exchange.partner(name) for name in ("bengal", "punjab")}
    gateways = Gateways(Hub(database, tmp_path, COARSE))
    reporter, custodian = (exchange.known(name).id for name in partners)
    gateways.hub.agree(reporter, custodian)
    rng = np.random.default_rng(5)
    one = child(rng)
    gateways.put(custodian, Kind.FOUND, *one)
    gateways.put(reporter, Kind.MISSING, *like(rng, one))
    gateways.hub.settle()
    return gateways, partners


def asked(partner: Gateway, query: str = "") -> list[MaskedRequest]:
    answer = partner.get(f"/v1/masked-requests{query}")
    assert answer.status_code == 200, answer.text
    return MaskedRequestPage.model_validate_json(answer.content).items


def test_a_comparison_goes_over_the_wire(
    exchange: Exchange, masked: tuple[Gateways, dict[str, Gateway]]
) -> None:
    gateways, partners = masked
    for name, partner in partners.items():
        [request] = asked(partner)
        answers = MaskedAnswers(format=1, answers=[gateways.masked(exchange.known(name).id, request)])
        before = exchange.matcher.changes
        for expected in (MaskedTaken(taken=1, gone=0), MaskedTaken(taken=0, gone=1)):
            sent = partner.send("POST", "/v1/masked-answers", answers.model_dump_json().encode())
            assert (sent.status_code, MaskedTaken.model_validate_json(sent.content)) == (200, expected)
        assert exchange.matcher.changes == before + 1
        assert asked(partner) == []
    gateways.hub.settle()
    assert len(gateways.hub.candidates()) == 1
    [shown] = partners["punjab"].get("/v1/candidates").json()["items"]
    assert {"what": "father", "level": "agrees"} in shown["levels"]
    assert partners["bengal"].get("/v1/candidates").json()["items"] == []


def test_the_page_ends_where_it_is_told(masked: tuple[Gateways, dict[str, Gateway]]) -> None:
    partner = masked[1]["bengal"]
    page = MaskedRequestPage.model_validate_json(partner.get("/v1/masked-requests?limit=1").content)
    assert (len(page.items), page.more) == (1, False)
    assert asked(partner, f"?after={page.next}") == []
    for query in ("?after=12345", "?limit=0", "?limit=501"):
        refused = partner.get(f"/v1/masked-requests{query}")
        assert (refused.status_code, problem_in(refused)) == (422, "invalid-query")


def test_a_misfit_is_named_without_its_content(masked: tuple[Gateways, dict[str, Gateway]]) -> None:
    partner = masked[1]["bengal"]
    [request] = asked(partner)
    bad = {"comparison": request.comparison, "outcome": "answered", "presence": [1], "codes": "QUJDREVGR0g="}
    refused = partner.send("POST", "/v1/masked-answers", body_of({"format": 1, "answers": [bad]}))
    assert (refused.status_code, problem_in(refused)) == (422, "invalid-body")
    assert refused.json()["errors"][0]["field"] == "answers.0.codes"
    assert b"QUJDREVGR0g" not in refused.content
    assert asked(partner) == [request]
