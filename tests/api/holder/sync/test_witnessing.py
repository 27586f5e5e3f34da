"""Gateways and a real hub watching each other's audit logs; the gateway on both databases."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.holder.operating import auditing, exchanging
from api.holder.storage import audit as own_log
from api.holder.storage import peers, witnessed
from api.holder.storage.tables import audit, metadata
from api.holder.sync import audit_alarm
from api.holder.sync.status import exchange_status
from api.holder.sync.witnessing import BLOCK, WitnessErrand
from api.hub.checkpointing import BLOCK as HUB_BLOCK
from api.hub.storage.partner_tables import audit as of_hub
from api.service.audit.entries import Entry
from api.service.audit.verifying import verify
from api.service.audit.witness_files import read_witnesses
from api.service.database import Database, open_database
from api.wire.audit import Checkpoint, sign_checkpoint
from api.wire.cards import make_card, masking_key_text, message_key_text
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from api.wire.witnesses import WitnessPage
from tests.api.holder.sync.real_hub import RealHub
from tests.api.hub.gateways import HUB, HUB_KEY
from tests.tables import make_tables


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RealHub]:
    database = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    yield RealHub(database, tmp_path)
    database.close()


class Watcher:
    """A gateway of which only the audit log runs."""

    def __init__(self, database: Database, hub: RealHub) -> None:
        make_tables(database, metadata)
        self.database, self.hub = database, hub
        self.restart()

    def restart(self) -> None:
        self.errand = WitnessErrand(self.database, timedelta(minutes=60), self.hub.clock)

    def look(self) -> None:
        """At the next hour."""
        self.hub.clock.advance(minutes=60)
        assert self.errand.run(self.hub.client()) is False

    def alarm(self) -> dict[str, Any] | None:
        found = exchange_status(self.database)["audit_alarm"]
        assert found is None or isinstance(found, dict)
        return found

    def kept(self, origin: str = HUB) -> list[int]:
        with self.database.read() as conn:
            return [checkpoint.size for checkpoint in witnessed.everything(conn) if checkpoint.origin == origin]

    def entries(self) -> list[dict[str, Any]]:
        items = auditing.show(self.database, None, 50).values["items"]
        assert isinstance(items, list)
        return items

    def act(self) -> None:
        with self.database.write() as conn:
            own_log.note(conn, Entry("record-erased", "asha", self.hub.clock(), "a-ref"))


@pytest.fixture
def gateway(database: Database, hub: RealHub) -> Watcher:
    return Watcher(database, hub)


def test_the_hubs_log_is_followed_as_it_grows(gateway: Watcher, hub: RealHub) -> None:
    gateway.look()
    assert gateway.kept() == []  # nothing is published yet
    for _ in range(3):
        hub.act(3)
        hub.publish()
        gateway.look()
    assert gateway.kept() == [HUB_BLOCK, 2 * HUB_BLOCK, 3 * HUB_BLOCK]
    assert gateway.alarm() is None


@pytest.mark.parametrize(
    ("days", "kind"), [(2, "fork"), (1, "shrunk"), (3, "fork"), (0, "shrunk")], ids=["same", "less", "more", "none"]
)
def test_a_rewritten_log_is_noticed(gateway: Watcher, hub: RealHub, days: int, kind: str) -> None:
    for _ in range(2):
        hub.act()
        hub.publish()
        gateway.look()
    hub.rewrite(days)
    gateway.look()
    found = gateway.alarm()
    assert found is not None
    assert (found["kind"], found["log"]) == (kind, HUB)
    assert any("ERROR" in line and found["detail"] in line for line in exchanging.status(gateway.database).lines)
    (entry,) = (item for item in gateway.entries() if item["what"] == "audit-alarm-raised")
    assert Checkpoint.model_validate_json(entry["facts"]["kept"]).size == 2 * HUB_BLOCK
    assert gateway.kept() == [HUB_BLOCK, 2 * HUB_BLOCK]  # what proves it stays


def test_a_log_whose_old_sizes_are_gone_is_noticed(gateway: Watcher, hub: RealHub) -> None:
    hub.publish()
    gateway.look()
    hub.rewrite(0)
    hub.act(HUB_BLOCK)  # the first published size is twice the kept one
    hub.publish()
    gateway.look()
    found = gateway.alarm()
    assert found is not None
    assert found["kind"] == "unproven"


def test_the_witness_file_of_the_gateway_convicts_the_hub(gateway: Watcher, hub: RealHub, tmp_path: Path) -> None:
    hub.publish()
    gateway.look()
    auditing.save_witnesses(gateway.database, tmp_path / "kept.json")
    hub.rewrite(1)
    kept = read_witnesses([tmp_path / "kept.json"], HUB)
    with hub.database.read() as conn:
        assert verify(conn, of_hub, HUB, HUB_KEY.public).sound
        assert not verify(conn, of_hub, HUB, HUB_KEY.public, witnesses=kept).sound


def test_an_alarm_stands_until_somebody_accepts_the_log(gateway: Watcher, hub: RealHub) -> None:
    hub.publish()
    gateway.look()
    hub.rewrite(1)
    gateway.look()
    first = gateway.alarm()
    gateway.restart()
    gateway.look()
    assert gateway.alarm() == first
    assert auditing.accept(gateway.database, hub.clock).values == {"log": HUB, "kind": "fork"}
    hub.publish()
    gateway.look()
    assert gateway.alarm() is None
    assert gateway.kept() == [HUB_BLOCK, 2 * HUB_BLOCK]
    assert [item["what"] for item in gateway.entries()] == ["audit-alarm-raised", "audit-alarm-accepted"]
    assert auditing.accept(gateway.database, hub.clock).values["log"] is None


def test_a_checkpoint_that_the_hub_did_not_sign_is_noticed(gateway: Watcher, hub: RealHub) -> None:
    hub.publish()
    forged = sign_checkpoint(HUB, 7, bytes(32), hub.clock(), RequestKey.generate())
    client = hub.client()
    ask = client.ask
    client.ask = lambda model, method, path, body=b"": (  # type: ignore[method-assign]
        forged if path == "/v1/audit/checkpoint" else ask(model, method, path, body)
    )
    gateway.errand.run(client)
    found = gateway.alarm()
    assert found is not None
    assert found["kind"] == "unsigned"
    assert gateway.kept() == []
    auditing.accept(gateway.database, hub.clock)
    gateway.look()
    assert (gateway.alarm(), gateway.kept()) == (None, [HUB_BLOCK])


def shown(hub: RealHub, partner: str = "west-bengal") -> list[int]:
    page = WitnessPage.model_validate_json(hub.other.get(f"/v1/audit/witnesses?partner={partner}").content)
    return [item.checkpoint.size for item in page.items]


def test_the_own_log_is_shown_once_a_day_and_tells_nothing_of_what_was_done(gateway: Watcher, hub: RealHub) -> None:
    gateway.look()
    gateway.act()
    gateway.look()
    assert shown(hub) == [BLOCK]
    hub.clock.advance(hours=24)
    gateway.look()
    hub.clock.advance(hours=24)  # a day on which nothing was done
    gateway.restart()
    gateway.look()
    assert shown(hub) == [BLOCK, 2 * BLOCK, 3 * BLOCK]
    with gateway.database.read() as conn:
        assert verify(conn, audit, "west-bengal", hub.own.key.public).sound
    assert gateway.alarm() is None


def test_what_could_not_be_shown_is_shown_later(gateway: Watcher, hub: RealHub) -> None:
    hub.exchange.set_state("west-bengal", "suspended")
    with pytest.raises(ProblemError):
        gateway.look()
    hub.exchange.set_state("west-bengal", "active")
    gateway.look()
    assert shown(hub) == [BLOCK]


def test_a_gateway_that_lost_entries_learns_it_from_the_hub(gateway: Watcher, hub: RealHub) -> None:
    root = bytes([9] * 32)
    hub.show(hub.own, sign_checkpoint("west-bengal", 50 * BLOCK, root, hub.clock(), hub.own.key))
    gateway.look()
    gateway.look()  # and goes on
    found = gateway.alarm()
    assert found is not None
    assert (found["kind"], found["log"]) == ("own", "west-bengal")
    assert "verify-audit" in found["detail"]


def test_a_new_key_begins_new_checkpoints(gateway: Watcher, hub: RealHub) -> None:
    gateway.look()
    new = RequestKey.generate()
    with gateway.database.write() as conn:
        own_log.drop_foreign_checkpoints(conn, "west-bengal", hub.own.key.public)
        assert verify(conn, audit, "west-bengal", hub.own.key.public).checkpoints == 1
        own_log.drop_foreign_checkpoints(conn, "west-bengal", new.public)
        assert verify(conn, audit, "west-bengal", new.public).checkpoints == 0
        assert verify(conn, audit, "west-bengal", new.public).sound


def test_other_partners_logs_are_kept(gateway: Watcher, hub: RealHub) -> None:
    for size in (64, 128):
        hub.show(hub.other, sign_checkpoint("punjab", size, bytes(32), hub.clock(), hub.other.key))
        gateway.look()
    assert gateway.kept("punjab") == [64, 128]
    assert gateway.kept("west-bengal") == []  # its own is no witness
    assert gateway.alarm() is None


def test_a_partners_log_in_two_versions_is_noticed(gateway: Watcher, hub: RealHub) -> None:
    with gateway.database.write() as conn:
        other = sign_checkpoint("punjab", 64, bytes([1] * 32), hub.clock(), hub.other.key)
        witnessed.keep(conn, other, hub.clock())
    hub.show(hub.other, sign_checkpoint("punjab", 64, bytes(32), hub.clock(), hub.other.key))
    gateway.look()
    found = gateway.alarm()
    assert found is not None
    assert (found["kind"], found["log"]) == ("fork", "punjab")


@pytest.mark.parametrize("honest", [True, False])
def test_of_a_confirmed_partner_the_signature_counts(gateway: Watcher, hub: RealHub, honest: bool) -> None:
    key = hub.other.key if honest else RequestKey.generate()
    public = {"message_key": message_key_text(bytes(1216)), "masking_key": masking_key_text(bytes(32))}
    card = make_card(key, {"partner": "punjab", **public, "made_at": hub.clock()})
    with gateway.database.write() as conn:
        peers.put(conn, "punjab", card, None, hub.clock())
    hub.show(hub.other, sign_checkpoint("punjab", 64, bytes(32), hub.clock(), hub.other.key))
    gateway.look()
    assert gateway.kept("punjab") == ([64] if honest else [])


def test_the_hub_is_asked_once_an_hour(gateway: Watcher, hub: RealHub) -> None:
    asked: list[str] = []
    client = hub.client()
    ask = client.ask
    client.ask = lambda model, method, path, body=b"": (  # type: ignore[method-assign]
        asked.append(path), ask(model, method, path, body)
    )[1]
    for _ in range(6):
        gateway.errand.run(client)
        hub.clock.advance(minutes=20)
    assert asked.count("/v1/audit/checkpoint") == 2


def test_evidence_is_no_more_than_checkpoints(gateway: Watcher, hub: RealHub) -> None:
    hub.publish()
    gateway.look()
    hub.rewrite(1)
    gateway.look()
    with gateway.database.read() as conn:
        assert set(audit_alarm.alarm_of(conn) or {}) == {"kind", "log", "detail", "since"}
    (entry,) = gateway.entries()
    for text in entry["facts"].values():
        assert set(json.loads(text)) == {"format", "origin", "size", "root", "at", "signature"}
