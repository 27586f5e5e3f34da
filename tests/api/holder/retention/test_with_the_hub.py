"""Holds, erasures and the directory between a gateway and the hub itself."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.holder.directory.errand import DirectoryErrand
from api.holder.directory.service import OrganisationDirectory
from api.holder.intake.sight import EVERYTHING
from api.holder.retention.hold_errand import HoldErrand
from api.holder.retention.proof_errand import ProofErrand
from api.holder.retention.proofs import shown
from api.hub.settings import HubSettings
from api.hub.storage.partner_tables import audit
from api.service.audit.checkpoints import publish
from api.service.database import Database, open_database
from api.service.organisations import OrganisationFilter
from api.wire.directory import DirectoryEntry
from matcher.profile import LOCAL_2026_11_22
from tests.api.holder.retention.test_errands import ORDER, legal_holds
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import LINKAGE_KEY, FakeClock, Gateway
from tests.api.hub.gateways import HUB, HUB_KEY, Exchange, make_tables
from tests.api.service.organisations import entry
from tests.api.service.requests_to import ask

PARTNER = "bengal"


class RealHub(FakeHub):
    """The hub's own application behind a gateway's line."""

    def __init__(self, exchange: Exchange, clock: FakeClock) -> None:
        super().__init__(clock)
        self.exchange = exchange

    def answer(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        return ask(self.exchange.app, request.method, target, content=request.read(), headers=dict(request.headers))


@pytest.fixture
def connected(database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway enrolled at a hub, whose database is beside the gateway's."""
    beside = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    make_tables(beside)
    exchange = Exchange(beside, HubSettings(name=HUB, data=tmp_path))
    exchange.clock.now = clock.now
    exchange.partition(LINKAGE_KEY.domain, LINKAGE_KEY.epoch, key_check=LINKAGE_KEY.key_check(LOCAL_2026_11_22).hex())
    partner = exchange.partner(PARTNER)
    gateway = Gateway(database, clock, RealHub(exchange, clock))
    gateway.key = partner.key
    gateway.enrol(name=HUB, public_key=HUB_KEY.public.text, partner=PARTNER)
    gateway.restart()
    yield gateway
    beside.close()


def test_a_hold_stops_the_hub_from_erasing_and_an_erasure_is_proved(connected: Gateway) -> None:
    ref = connected.report(1)
    connected.send_all()
    assert connected.counts().arrived == 1
    client = connected.line.client()
    holds = HoldErrand(connected.database, connected.vault, connected.clock)
    legal_holds(connected).place(ref, ORDER, "clerk", EVERYTHING)
    holds.run(client)
    legal_holds(connected).lift(ref, "clerk", EVERYTHING)
    connected.intake.erase(ref, "clerk")
    connected.send_all()
    assert connected.outbox_row(ref)["reason"] == "on-hold"
    holds.run(client)
    # The errand had not told the hub yet that the hold was lifted; now the erasure goes again by itself.
    connected.send_all()
    assert connected.counts().arrived == 1
    errand = ProofErrand(connected.database, connected.clock)
    errand.run(client)
    assert shown(connected.database, connected.vault, ref, EVERYTHING)["state"] == "waiting"
    assert isinstance(connected.hub, RealHub)
    hub = connected.hub.exchange
    hub.database.retrying(lambda conn: publish(conn, audit, HUB_KEY, HUB, hub.clock()))
    connected.clock.advance(hours=2)
    hub.clock.now = connected.clock.now
    errand.run(connected.line.client())
    assert shown(connected.database, connected.vault, ref, EVERYTHING)["state"] == "proved"


def test_an_entry_goes_to_the_hub_and_comes_back_with_the_directory(connected: Gateway) -> None:
    directory = OrganisationDirectory(connected.database, connected.clock, lambda: None)
    directory.publish(DirectoryEntry.model_validate(entry(title="Asha Home")))
    errand = DirectoryErrand(connected.database, connected.clock)
    errand.run(connected.line.client())
    (item,) = directory.search(OrganisationFilter(q="asha"), None, 10)["items"]
    assert (item["partner"], item["country"]) == (PARTNER, "IN")
    directory.publish(None)
    errand.run(connected.line.client())
    assert directory.search(OrganisationFilter(), None, 10)["items"] == []
