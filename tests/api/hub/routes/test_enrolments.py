"""Enrolment over HTTP, from invitation to the first request taken."""

import secrets

from api.hub.registry import membership
from api.wire.request_keys import RequestKey
from tests.api.hub.gateways import Exchange, Gateway, body_of
from tests.api.service.requests_to import problem_in

TARGET = "/v1/enrolments"


def invited(exchange: Exchange, name: str = "bengal") -> str:
    with exchange.database.write() as conn:
        return membership.invite(conn, name, "Bengal police", "IN", exchange.clock(), secrets.token_bytes)


def enrol(exchange: Exchange, code: str, key: RequestKey, **changes: object):
    body = body_of({"format": 1, "code": code, "public_key": key.public.text, **changes})
    return Gateway(key.public.text, key, exchange.app, exchange.clock).send("POST", TARGET, body)


def test_a_gateway_enrols_and_is_taken_once_its_fingerprint_is_confirmed(exchange: Exchange) -> None:
    code, key = invited(exchange), RequestKey.generate()
    answer = enrol(exchange, code.lower().replace("-", " "), key, callback_url="https://gateway.example/milap/")
    assert answer.json() == {"hub": "test-hub", "partner": "bengal", "state": "pending"}
    gateway = Gateway("bengal", key, exchange.app, exchange.clock)
    assert problem_in(gateway.get("/v1/policy")) == "partner-pending"
    with exchange.database.write() as conn:
        membership.confirm(conn, "bengal", key.public.fingerprint().upper(), exchange.clock())
    assert gateway.get("/v1/policy").status_code == 200
    assert exchange.known("bengal").callback_url == "https://gateway.example/milap"
    assert enrol(exchange, code, key).json()["state"] == "active"


def test_refusals_read_the_same_and_name_nobody(exchange: Exchange) -> None:
    code, key = invited(exchange), RequestKey.generate()
    known = exchange.partner("khulna")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    answers = [enrol(exchange, text, key) for text in (wrong, "AAAA" + code[4:], "short-code")]
    answers.append(enrol(exchange, code, known.key))
    exchange.clock.advance(hours=72)
    answers.append(enrol(exchange, code, key))
    assert {problem_in(answer) for answer in answers} == {"enrolment-refused"}
    assert len({answer.text for answer in answers}) == 1
    assert "bengal" not in answers[0].text


def test_the_key_has_to_be_the_one_that_signs(exchange: Exchange) -> None:
    code, key = invited(exchange), RequestKey.generate()
    answer = enrol(exchange, code, key, public_key=RequestKey.generate().public.text)
    assert problem_in(answer) == "invalid-body"
    assert exchange.known("bengal").public_key is None


def test_nobody_is_sent_to_a_strange_address(exchange: Exchange) -> None:
    code, key = invited(exchange), RequestKey.generate()
    answer = enrol(exchange, code, key, callback_url="http://gateway.example/")
    assert problem_in(answer) == "invalid-body"
    assert exchange.known("bengal").state == "invited"
