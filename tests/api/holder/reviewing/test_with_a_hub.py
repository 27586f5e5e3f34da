"""A gateway's decisions and releases against a real hub: both read the same statement and the same table."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from api.holder.staff.roles import Role
from api.holder.storage.tables import records
from api.holder.sync import hub_facts
from api.holder.sync.client import HubClient, HubPeer
from api.holder.sync.decisions import DecisionsErrand
from api.holder.sync.exchange import Exchange as Connection
from api.holder.sync.hub_facts import KnownHub
from api.holder.sync.inbox import InboxPuller
from api.holder.sync.officers import OfficersErrand
from api.hub.disclosure.signing_officers import confirm
from api.hub.settings import HubSettings
from api.service.database import Database, open_database
from tests.api.holder.reviewing.room import PASSPHRASE, Person, Room
from tests.api.holder.sync.real_hub import _InProcess
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import HUB, HUB_KEY, Exchange, make_tables


class Custodian:
    """The gateway of the side that has the child, and its line to the hub."""

    def __init__(self, room: Room, exchange: Exchange) -> None:
        self.room, self.pair = room, Pair(exchange)
        room.clock.now = exchange.clock()
        known = KnownHub("http://service", HUB, HUB_KEY.public.text, self.pair.custodian.name, trusted=True)
        ref = room.record()
        with room.database.write() as conn:
            hub_facts.store(conn, known, room.clock())
            conn.execute(update(records).where(records.c.ref == ref).values(ref=self.pair.found))
        connection = Connection(httpx.URL("http://service"), _InProcess(exchange))
        peer = HubPeer(HUB, HUB_KEY.public, self.pair.custodian.name)
        self.client = HubClient(connection, peer, self.pair.custodian.key, room.clock)

    def exchange(self) -> None:
        """One turn of everything."""
        for errand in (OfficersErrand, DecisionsErrand):
            errand(self.room.database, self.room.clock).run(self.client)
        InboxPuller(self.room.database, self.room.clock).pull(self.client)

    def officer(self) -> Person:
        """An officer whose fingerprint the hub's operator has compared."""
        person = self.room.person(Role.OFFICER)
        made = self.room.call("POST", "/v1/officers/me", person.secret, json={"passphrase": PASSPHRASE}).json()
        self.exchange()
        with self.pair.exchange.database.write() as conn:
            confirm(conn, self.pair.custodian.name, made["fingerprint"], self.room.clock())
        self.exchange()
        return person

    @property
    def shown(self) -> tuple[str, int]:
        row = self.room.shown(self.pair.name)
        return row["state"], row["revision"]


@pytest.fixture
def custodian(database: Database, tmp_path: Path) -> Custodian:
    hub = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    make_tables(hub)
    return Custodian(Room(database, tmp_path), Exchange(hub, HubSettings(name=HUB, data=tmp_path)))


def test_a_candidate_is_taken_for_possible_released_by_two_and_accepted(custodian: Custodian) -> None:
    room, pair = custodian.room, custodian.pair
    first, second = custodian.officer(), custodian.officer()
    assert custodian.shown[0] == "proposed"
    assert room.decide(pair.name, "possible", custodian.shown[1]).status_code == 202
    custodian.exchange()
    assert custodian.shown[0] == "possible"
    revision = custodian.shown[1]
    assert room.sign(pair.name, first, revision).status_code == 202
    custodian.exchange()
    assert pair.seen(pair.reporter, "releases") == []
    assert room.approve(pair.name, second, revision).status_code == 202
    custodian.exchange()
    assert [row.state for row in room.made(pair.name)] == ["taken", "taken"]
    assert [each["candidate"] for each in pair.seen(pair.reporter, "releases")] == [pair.name]
    assert pair.decide(pair.reporter, "accept").status_code == 200
    custodian.exchange()
    assert custodian.shown[0] == "accepted"


def test_a_release_by_an_officer_whom_the_hub_has_revoked_meanwhile_is_refused(custodian: Custodian) -> None:
    room, pair = custodian.room, custodian.pair
    first, second = custodian.officer(), custodian.officer()
    room.decide(pair.name, "possible", custodian.shown[1])
    custodian.exchange()
    revision = custodian.shown[1]
    room.sign(pair.name, first, revision)
    (key,) = (
        each["officer"] for each in room.call("GET", "/v1/officers", room.admin).json()["items"]
        if each["login"] == first.login
    )  # fmt: skip
    assert pair.custodian.send("DELETE", f"/v1/officers/{key}", b"").status_code == 200
    room.approve(pair.name, second, revision)
    DecisionsErrand(room.database, room.clock).run(custodian.client)
    assert [row.state for row in room.made(pair.name)] == ["taken", "refused"]
    assert room.made(pair.name)[-1].detail
    assert pair.seen(pair.reporter, "releases") == []


def test_a_rejection_is_the_hubs_as_well(custodian: Custodian) -> None:
    room, pair = custodian.room, custodian.pair
    custodian.exchange()
    room.decide(pair.name, "reject", custodian.shown[1], reason="sex_differs", text="seen by the doctor")
    custodian.exchange()
    assert (custodian.shown[0], pair.row["state"]) == ("rejected", "rejected")
