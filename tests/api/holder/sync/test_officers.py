"""Officers' keys on their way to the hub."""

import pytest
from sqlalchemy import insert

from api.holder.storage import officers
from api.holder.storage.officers import LIVE, REVOKING
from api.holder.storage.tables import staff
from api.holder.sync.officers import OfficersErrand
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import START, FakeClock, Gateway

NAME = "o" * 22


@pytest.fixture
def errand(gateway: Gateway) -> OfficersErrand:
    """With one new key to be made known."""
    with gateway.database.write() as conn:
        conn.execute(
            insert(staff).values(login="mira", title="", roles="officer", password_hash="none", created_at=START)
        )
        officers.add(conn, {
            "name": NAME, "staff_id": 1, "public_key": RequestKey.generate().public.text, "sealed_key": b"sealed",
            "state": "new", "created_at": START, "changed_at": START,
        })  # fmt: skip
    return OfficersErrand(gateway.database, gateway.clock)


def state(gateway: Gateway) -> str:
    with gateway.database.read() as conn:
        row = officers.by_name(conn, NAME)
    assert row is not None
    return row.state


def revoke(gateway: Gateway) -> None:
    with gateway.database.write() as conn:
        assert officers.move(conn, NAME, LIVE, REVOKING, START)


def test_a_key_becomes_known_and_counts_when_the_operator_said_so(
    gateway: Gateway, hub: FakeHub, errand: OfficersErrand
) -> None:
    client = gateway.line.client()
    assert not errand.run(client)
    assert state(gateway) == "pending"
    errand.run(client)
    assert state(gateway) == "pending"
    hub.officers.say(NAME, "active")
    errand.run(client)
    assert state(gateway) == "active"
    assert hub.requests.count(f"PUT /v1/officers/{NAME}") == 1


def test_the_hub_is_seldom_asked_about_keys_that_count(
    gateway: Gateway, hub: FakeHub, errand: OfficersErrand, clock: FakeClock
) -> None:
    client = gateway.line.client()
    errand.run(client)
    hub.officers.say(NAME, "active")
    errand.run(client)
    hub.requests.clear()
    errand.run(client)
    assert hub.requests == []
    hub.officers.say(NAME, "revoked")
    clock.advance(minutes=11)
    errand.run(client)
    assert (hub.requests, state(gateway)) == (["GET /v1/officers"], "revoked")


def test_a_revoked_key_is_revoked_at_the_hub_until_it_says_so(
    gateway: Gateway, hub: FakeHub, errand: OfficersErrand
) -> None:
    client = gateway.line.client()
    errand.run(client)
    revoke(gateway)
    hub.problem = ProblemError("failed", "No.")
    with pytest.raises(ProblemError):
        errand.run(client)
    assert state(gateway) == "revoking"
    hub.problem = None
    errand.run(client)
    assert (state(gateway), hub.officers.states[NAME].state) == ("revoked", "revoked")


def test_a_key_revoked_before_the_hub_heard_of_it_is_simply_revoked(
    gateway: Gateway, hub: FakeHub, errand: OfficersErrand
) -> None:
    revoke(gateway)
    errand.run(gateway.line.client())
    assert (state(gateway), hub.officers.states) == ("revoked", {})


def test_a_hub_that_was_restored_hears_of_a_key_once_more(
    gateway: Gateway, hub: FakeHub, errand: OfficersErrand
) -> None:
    client = gateway.line.client()
    errand.run(client)
    hub.officers.states.clear()
    errand.run(client)
    assert state(gateway) == "new"
    errand.run(client)
    assert (state(gateway), list(hub.officers.states)) == ("pending", [NAME])


def test_a_key_that_the_hub_has_exchanged_does_not_count(
    gateway: Gateway, hub: FakeHub, errand: OfficersErrand
) -> None:
    client = gateway.line.client()
    errand.run(client)
    known = hub.officers.states[NAME]
    other = RequestKey.generate().public.text
    hub.officers.states[NAME] = known.model_copy(update={"state": "active", "public_key": other})
    errand.run(client)
    assert state(gateway) == "pending"
