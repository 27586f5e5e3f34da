"""Enrolment and trust in the gateway's audit log, on both databases."""

from pathlib import Path

from api.holder.operating.auditing import show, verify
from api.holder.operating.enrolment import enrol, trust
from api.holder.settings import HolderSettings
from api.holder.storage.tables import audit
from api.holder.sync.exchange import Exchange
from api.holder.sync.request_key_file import read_request_key
from api.service.audit.checkpoints import latest, publish
from api.wire.request_keys import RequestKey
from tests.api.holder.sync.fake_hub import CODE, HUB, PARTNER, FakeHub
from tests.api.holder.sync.gateways import Gateway

SECRET = bytes(range(32))


def enrol_at(gateway: Gateway, hub: FakeHub, settings: HolderSettings) -> None:
    hub.partner_key = None
    enrol(
        settings, gateway.database, "http://127.0.0.1:1", CODE, SECRET, gateway.clock,
        lambda url: Exchange(url, hub.transport()),
    )  # fmt: skip


def test_enrolment_and_trust_are_in_the_log_with_their_keys(gateway: Gateway, hub: FakeHub, tmp_path: Path) -> None:
    settings = HolderSettings(data=tmp_path)
    enrol_at(gateway, hub, settings)
    trust(gateway.database, hub.key.public.fingerprint(), gateway.clock)
    enrolled, trusted = show(gateway.database, None, 10).values["items"]
    own = read_request_key(settings.request_key, SECRET).public
    assert (enrolled["what"], enrolled["by"], enrolled["about"]) == ("hub-enrolled", "gateway-operator", HUB)
    assert enrolled["facts"] == {"partner": PARTNER, "hub_key": hub.key.public.text, "own_key": own.text}
    assert (trusted["what"], trusted["facts"]) == ("hub-trusted", {"key": hub.key.public.text})


def test_checkpoints_of_a_former_key_are_dropped_and_those_of_this_one_stay(
    gateway: Gateway, hub: FakeHub, tmp_path: Path
) -> None:
    settings = HolderSettings(data=tmp_path)
    with gateway.database.write() as conn:
        publish(conn, audit, RequestKey.generate(), PARTNER, gateway.clock())
    enrol_at(gateway, hub, settings)
    with gateway.database.read() as conn:
        assert latest(conn, audit, PARTNER) is None
    with gateway.database.write() as conn:
        own = publish(conn, audit, read_request_key(settings.request_key, SECRET), PARTNER, gateway.clock())
    enrol_at(gateway, hub, settings)
    with gateway.database.read() as conn:
        assert latest(conn, audit, PARTNER) == own
    found = verify(settings, gateway.database, lambda: SECRET, [], lambda done, total: None)
    assert (found.checkpoints, found.sound) == (1, True)
