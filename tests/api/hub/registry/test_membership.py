"""What the operator does with partners."""

import random

import pytest

from api.hub.registry import membership
from api.hub.storage import partners
from api.hub.storage.tables import pending
from api.wire.names import new_ref
from api.wire.request_keys import PublicKey
from matcher.errors import InputError
from tests.api.hub.gateways import Exchange, put
from tests.api.service.requests_to import ask, problem_in

RANDOM = random.Random(3).randbytes


def invite(exchange: Exchange, name: str, title: str | None = "A title", country: str | None = "IN") -> str:
    with exchange.database.write() as conn:
        return membership.invite(conn, name, title, country, exchange.clock(), RANDOM)


def fingerprint(exchange: Exchange, name: str) -> str:
    return PublicKey.from_text(exchange.known(name).public_key or "").fingerprint()


@pytest.mark.parametrize(
    ("name", "title", "country"),
    [("Bengal", "T", "IN"), ("b", "T", "IN"), ("bengal", None, "IN"), ("bengal", "T", None), ("bengal", "T", "India"),
     ("bengal", "T" * 201, "IN"), ("bengal", "two\nlines", "IN")],
)  # fmt: skip
def test_a_new_partner_needs_name_title_and_country(
    exchange: Exchange, name: str, title: str | None, country: str | None
) -> None:
    with pytest.raises(InputError):
        invite(exchange, name, title, country)


def test_another_fingerprint_confirms_nobody(exchange: Exchange) -> None:
    exchange.partner("bengal", state="pending")
    with exchange.database.write() as conn:
        for wrong in ("", "0000 " * 8, fingerprint(exchange, "bengal")[:-1]):
            with pytest.raises(InputError, match="not the fingerprint"):
                membership.confirm(conn, "bengal", wrong, exchange.clock())
    assert exchange.known("bengal").state == "pending"
    with exchange.database.write() as conn:
        membership.confirm(conn, "bengal", fingerprint(exchange, "bengal"), exchange.clock())
    assert exchange.known("bengal").state == "active"


def test_a_partner_that_gets_a_new_key_is_refused_until_that_one_is_confirmed(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    assert bengal.get("/v1/policy").status_code == 200
    invite(exchange, "bengal", None, None)
    assert exchange.known("bengal").public_key is None
    answer = ask(exchange.app, "GET", "/v1/policy", headers=bengal.signed("GET", "/v1/policy"))
    assert problem_in(answer) == "bad-signature"


def test_states_that_a_partner_may_not_go_to(exchange: Exchange) -> None:
    for name, state in (("one", "invited"), ("two", "pending"), ("three", "suspended"), ("four", "revoked")):
        exchange.partner(name, state=state)
    with exchange.database.write() as conn:
        for change, names in (
            (membership.suspend, ("one", "two", "three", "four")),
            (membership.resume, ("one", "two", "four")),
            (membership.revoke, ("nobody",)),
        ):
            for name in names:
                with pytest.raises(InputError):
                    change(conn, name, exchange.clock())
    for name in ("three", "four"):
        with pytest.raises(InputError):
            invite(exchange, name)


def test_a_partner_that_comes_back_has_its_records_matched_anew(exchange: Exchange) -> None:
    exchange.partition()
    bengal, ref = exchange.partner("bengal"), new_ref()
    bengal.submit(put(ref))
    with exchange.database.write() as conn:
        membership.suspend(conn, "bengal", exchange.clock())
        conn.execute(pending.delete())
    assert problem_in(bengal.submit(put(ref))) == "partner-suspended"
    with exchange.database.write() as conn:
        membership.resume(conn, "bengal", exchange.clock())
    waiting = exchange.rows(pending)
    assert [row["record_id"] for row in waiting] == [exchange.record(ref)["id"]]
    assert waiting[0]["sequence"] == exchange.record(ref)["sequence"]


def test_reprs_hold_no_code(exchange: Exchange) -> None:
    code = invite(exchange, "bengal")
    shown = repr(exchange.known("bengal"))
    assert code[:4] not in shown
    assert "bengal" in shown


def test_a_revoked_partner_is_refused_at_once_and_another_key_finds_no_memory_of_the_old_one(
    exchange: Exchange,
) -> None:
    bengal = exchange.partner("bengal")
    assert bengal.get("/v1/policy").status_code == 200
    with exchange.database.write() as conn:
        membership.revoke(conn, "bengal", exchange.clock())
    assert problem_in(bengal.get("/v1/policy")) == "bad-signature"
    khulna, other = exchange.partner("khulna"), exchange.partner("other")
    assert khulna.get("/v1/policy").status_code == 200
    with exchange.database.write() as conn:
        partners.change(conn, exchange.known("other").id, exchange.clock(), public_key=None)
        partners.change(conn, exchange.known("khulna").id, exchange.clock(), public_key=other.key.public.text)
    assert problem_in(khulna.get("/v1/policy")) == "bad-signature"
    khulna.key = other.key
    assert khulna.get("/v1/policy").status_code == 200
