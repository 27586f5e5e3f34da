"""What binds a code to a key."""

import secrets

import pytest

from api.hub.operating.auditing import show
from api.hub.registry import membership
from api.hub.registry.enrolment import enrol
from api.wire.partners import Enrolment
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from tests.api.hub.gateways import Exchange


def key() -> str:
    return RequestKey.generate().public.text


@pytest.fixture
def code(exchange: Exchange) -> str:
    with exchange.database.write() as conn:
        return membership.invite(conn, "bengal", "Bengal police", "IN", exchange.clock(), secrets.token_bytes)


def bring(exchange: Exchange, code: str, public_key: str) -> str:
    enrolment = Enrolment(format=1, code=code, public_key=public_key)
    return enrol(exchange.database, enrolment, exchange.clock()).state


def refused(exchange: Exchange, code: str, public_key: str) -> bool:
    with pytest.raises(ProblemError) as caught:
        bring(exchange, code, public_key)
    return caught.value.kind == "enrolment-refused"


def spoiled(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_a_code_belongs_to_the_first_key_that_brings_it(exchange: Exchange, code: str) -> None:
    first, second = key(), key()
    assert bring(exchange, code, first) == "pending"
    assert refused(exchange, code, second)
    assert bring(exchange, code, first) == "pending"
    assert exchange.known("bengal").public_key == first


def test_five_wrong_attempts_end_an_invitation(exchange: Exchange, code: str) -> None:
    for _ in range(4):
        assert refused(exchange, spoiled(code), key())
    assert exchange.known("bengal").code_attempts == 4
    assert bring(exchange, code, key()) == "pending"
    assert refused(exchange, spoiled(code), key())
    assert refused(exchange, code, exchange.known("bengal").public_key or "")


def test_a_code_of_yesterdays_is_good_and_after_three_days_is_not(exchange: Exchange, code: str) -> None:
    exchange.clock.advance(hours=71, minutes=59)
    public_key = key()
    assert bring(exchange, code, public_key) == "pending"
    exchange.clock.advance(minutes=1)
    assert refused(exchange, code, public_key)


def test_a_new_invitation_ends_the_one_before(exchange: Exchange, code: str) -> None:
    with exchange.database.write() as conn:
        again = membership.invite(conn, "bengal", None, None, exchange.clock(), secrets.token_bytes)
    assert refused(exchange, code, key())
    assert bring(exchange, again, key()) == "pending"


def test_a_key_serves_one_partner(exchange: Exchange, code: str) -> None:
    khulna = exchange.partner("khulna")
    assert refused(exchange, code, khulna.key.public.text)


def test_a_revoked_partner_cannot_enrol(exchange: Exchange, code: str) -> None:
    with exchange.database.write() as conn:
        membership.revoke(conn, "bengal", exchange.clock())
    assert refused(exchange, code, key())


def test_the_key_that_a_partner_brought_is_in_the_audit_log_once(exchange: Exchange, code: str) -> None:
    brought = key()
    for _ in range(2):
        bring(exchange, code, brought)
    assert refused(exchange, code, key())
    items = show(exchange.database, None, 10).values["items"]
    assert [(item["what"], item["by"]) for item in items] == [
        ("partner-invited", "hub-operator"), ("partner-enrolled", "bengal"),
    ]  # fmt: skip
    assert items[1]["facts"] == {"key": brought}
    assert code not in str(items)
