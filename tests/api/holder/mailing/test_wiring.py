"""`milap holder peer`, the key file and the errand, put together as the gateway puts them."""

from pathlib import Path

import pytest

from api.holder.mailing import noted
from api.holder.mailing.errand import MailErrand
from api.holder.operating import peering
from api.holder.settings import HolderSettings
from api.holder.storage import peers
from api.holder.storage.tables import metadata
from api.holder.sync.wiring import make_sync
from api.holder.vault.vault import vault_from_secret_bytes
from api.service.database import Database
from api.wire.cards import fingerprint_of
from matcher.errors import InputError
from tests.api.holder.mailing.organisations import identity
from tests.api.hub.gateways import START
from tests.tables import make_tables

PUNJAB, BENGAL = identity("punjab", 4), identity("bengal", 1)



@pytest.fixture
def gateway(database: Database) -> Database:
    """A gateway's tables."""
    make_tables(database, metadata)
    return database


def test_the_exchange_of_a_gateway_has_the_errand_and_makes_the_key_only_when_it_is_used(
    gateway: Database, tmp_path: Path
) -> None:
    settings = HolderSettings(data=tmp_path)
    sync = make_sync(settings, gateway, vault_from_secret_bytes(bytes(32)), bytes(32))
    assert any(isinstance(errand, MailErrand) for errand in sync._errands)
    assert not settings.message_key.exists()
    assert not settings.masking_key.exists()
    assert settings.message_key.parent == settings.masking_key.parent == settings.request_key.parent
    sync.stop()


def test_the_operator_lists_confirms_and_forgets(gateway: Database) -> None:
    fingerprint = fingerprint_of(PUNJAB.card)
    with gateway.write() as conn:
        peers.put(conn, "punjab", None, PUNJAB.card, START)
    assert fingerprint in "\n".join(peering.listing(gateway).lines)
    with pytest.raises(InputError):
        peering.trust(gateway, "punjab", "1234")
    assert peering.trust(gateway, "punjab", fingerprint).values["state"] == "confirmed"
    peering.forget(gateway, "punjab")
    assert peering.listing(gateway).values["peers"] == []


def test_the_own_fingerprint_is_there_to_be_read_out(gateway: Database) -> None:
    assert peering.listing(gateway).values["own"] is None
    with pytest.raises(InputError, match="no card yet"):
        peering.publish(gateway)
    with gateway.write() as conn:
        noted.keep_own_card(conn, noted.OwnCard(BENGAL.card, published=True), START)
    assert peering.listing(gateway).values["own"] == fingerprint_of(BENGAL.card)
    peering.publish(gateway)
    with gateway.read() as conn:
        assert noted.own_card(conn) == noted.OwnCard(BENGAL.card, published=False)
