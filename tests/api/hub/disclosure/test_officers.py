"""Officers: brought by their gateway, confirmed by telephone, revoked for good."""

import pytest

from api.hub.disclosure.signing_officers import confirm, revoke
from api.hub.storage.partner_tables import audit
from api.hub.storage.tables import officers
from api.service.audit.entries import read_content
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey
from matcher.errors import InputError
from tests.api.hub.gateways import Exchange, Gateway, body_of
from tests.api.service.requests_to import problem_in


def bring(gateway: Gateway, name: str, key: str):
    return gateway.send("PUT", f"/v1/officers/{name}", body_of({"format": 1, "public_key": key}))


def acts(exchange: Exchange) -> list[tuple[str, str]]:
    entries = [read_content(row["content"])[1] for row in exchange.rows(audit.leaves)]
    return [(entry.what, entry.by) for entry in entries]


def test_an_officer_waits_is_confirmed_and_is_revoked_for_good(exchange: Exchange) -> None:
    bengal, name, key = exchange.partner("bengal"), new_ref(), RequestKey.generate().public
    expected = {"officer": name, "public_key": key.text}
    for _ in range(2):
        assert bring(bengal, name, key.text).json() == {**expected, "state": "pending"}
    with exchange.database.write() as conn:
        assert confirm(conn, "bengal", key.fingerprint().upper(), exchange.clock()).state == "active"
    assert bring(bengal, name, key.text).json()["state"] == "active"
    for _ in range(2):
        assert bengal.send("DELETE", f"/v1/officers/{name}").json() == {**expected, "state": "revoked"}
    assert bring(bengal, name, key.text).json()["state"] == "revoked"
    assert bengal.get("/v1/officers").json() == {"items": [{**expected, "state": "revoked"}]}
    assert acts(exchange) == [
        ("officer-added", "bengal"), ("officer-confirmed", "hub-operator"), ("officer-revoked", "bengal"),
    ]  # fmt: skip


def test_a_name_keeps_its_key_and_a_key_its_owner(exchange: Exchange) -> None:
    bengal, khulna = exchange.partner("bengal"), exchange.partner("khulna")
    name, key = new_ref(), RequestKey.generate().public.text
    bring(bengal, name, key)
    assert problem_in(bring(bengal, name, RequestKey.generate().public.text)) == "refused"
    for gateway in (bengal, khulna):
        assert problem_in(bring(gateway, new_ref(), key)) == "refused"
    # A gateway would sign by itself what no person has seen.
    for known in (bengal.key, khulna.key):
        assert problem_in(bring(bengal, new_ref(), known.public.text)) == "refused"
    assert problem_in(bring(bengal, new_ref(), "A" * 43)) == "invalid-body"
    assert exchange.count(officers) == 1


def test_names_are_each_partners_own(exchange: Exchange) -> None:
    bengal, khulna, name = exchange.partner("bengal"), exchange.partner("khulna"), new_ref()
    for gateway in (bengal, khulna):
        assert bring(gateway, name, RequestKey.generate().public.text).status_code == 200
    assert len(bengal.get("/v1/officers").json()["items"]) == 1
    khulna.send("DELETE", f"/v1/officers/{name}")
    assert bengal.get("/v1/officers").json()["items"][0]["state"] == "pending"
    assert problem_in(bengal.send("DELETE", f"/v1/officers/{new_ref()}")) == "no-such-resource"


def test_only_the_fingerprint_of_a_waiting_officer_confirms(exchange: Exchange) -> None:
    bengal, key, now = exchange.partner("bengal"), RequestKey.generate().public, exchange.clock()
    exchange.partner("khulna")
    name = new_ref()
    bring(bengal, name, key.text)
    wrong = [("khulna", key.fingerprint()), ("bengal", bengal.key.public.fingerprint()), ("bengal", ""), ("nobody", "")]
    for partner, fingerprint in wrong:
        with exchange.database.write() as conn, pytest.raises(InputError):
            confirm(conn, partner, fingerprint, now)
    with exchange.database.write() as conn:
        assert revoke(conn, "bengal", name, now).state == "revoked"
    with exchange.database.write() as conn, pytest.raises(InputError):
        confirm(conn, "bengal", key.fingerprint(), now)
    with exchange.database.write() as conn, pytest.raises(InputError):
        revoke(conn, "bengal", new_ref(), now)
    assert acts(exchange)[-1] == ("officer-revoked", "hub-operator")


def test_a_suspended_partner_brings_nobody(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    exchange.set_state("bengal", "suspended")
    assert problem_in(bring(bengal, new_ref(), RequestKey.generate().public.text)) == "partner-suspended"
    assert exchange.count(officers) == 0
