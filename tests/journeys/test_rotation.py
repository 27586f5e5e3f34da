"""The linkage key changes while everything runs: a case under decision survives, and the old epoch is forgotten."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from encoder.key_files import write_key_file
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from matcher.profile import NETWORK_PHOTO_2026_11_22
from tests.journeys.conftest import agree
from tests.journeys.network import DOMAIN, EPOCH, WRAPPING_KEY, Gateway, HubNode, start_all, stop_all
from tests.journeys.people import Person
from tests.journeys.services import until
from tests.journeys.stories import BOY_FOUND, BOY_REPORTED, GIRL_FOUND, GIRL_REPORTED

NEXT_EPOCH = "2026-12"


class Change:
    """A hub and two offices, and the keys of two epochs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = {
            epoch: linkage_key_from_secret_bytes(bytes(range(first, first + 32)), DOMAIN, epoch)
            for first, epoch in enumerate((EPOCH, NEXT_EPOCH))
        }
        for epoch, key in self.keys.items():
            write_key_file(self.file(epoch), key, base64.b64decode(WRAPPING_KEY))
        self.hub = HubNode(folder / "hub", f"sqlite:///{folder / 'hub' / 'own.db'}")
        self.open(self.keys[EPOCH])
        self.bengal, self.punjab = (
            Gateway(folder / name, name, f"sqlite:///{folder / name / 'own.db'}", self.file(EPOCH))
            for name in ("bengal", "punjab")
        )
        self.hub.start()
        for gateway in self.gateways:
            gateway.join(self.hub, "IN")
            gateway.people()
        agree(self.hub, "bengal", "punjab")
        start_all(*self.gateways)

    @property
    def gateways(self) -> tuple[Gateway, Gateway]:
        return self.bengal, self.punjab

    def file(self, epoch: str) -> Path:
        return self.folder / f"{epoch}.key"

    def open(self, key: LinkageKey) -> None:
        profile = NETWORK_PHOTO_2026_11_22
        check = key.key_check(profile).hex()
        words = ("--domain", DOMAIN, "--epoch", key.epoch, "--profile", profile.name, "--key-check", check)
        self.hub.call("partition", "open", *words)

    def restart(self, **settings: str | None) -> None:
        """Stop both offices, set or remove these settings, and start them."""
        stop_all(*self.gateways)
        for gateway in self.gateways:
            for name, value in settings.items():
                gateway.environment.pop(f"MILAP_HOLDER_{name.upper()}", None)
                if value is not None:
                    gateway.environment[f"MILAP_HOLDER_{name.upper()}"] = value
        start_all(*self.gateways)

    def states(self) -> list[str]:
        return [each["state"] for each in self.hub.call("partition", "list")["partitions"]]


@pytest.fixture
def change(tmp_path: Path) -> Iterator[Change]:
    made = Change(tmp_path)
    yield made
    stop_all(*(node for node in (*made.gateways, made.hub) if node.process is not None))


def cases(gateway: Gateway, ref: str) -> list[dict[str, Any]]:
    """Everything in the inbox that is about an own record."""
    items = gateway.ask("custodian", "GET", "/v1/inbox", params={"limit": 200}).json()["items"]
    return [item for item in items if item["own"]["ref"] == ref]


def test_a_case_outlives_the_key_that_found_it(change: Change) -> None:
    report = change.bengal.enter(GIRL_REPORTED, "police")["ref"]
    found = change.punjab.enter(GIRL_FOUND, "shelter")["ref"]
    [case] = until(lambda: cases(change.punjab, found))
    custodian = Person(change.punjab, "custodian-of-punjab", "custodian")
    decided = custodian.decide("inbox", case["candidate"], "possible")

    change.open(change.keys[NEXT_EPOCH])
    change.restart(next_linkage_key=str(change.file(NEXT_EPOCH)))
    until(lambda: all(gateway.sync()["next_key"]["arrived"] == 1 for gateway in change.gateways))
    # Entered during the overlap: found once, not once an epoch.
    boy = change.punjab.enter(BOY_FOUND, "child_welfare_committee")["ref"]
    change.bengal.enter(BOY_REPORTED, "helpline")
    until(lambda: cases(change.punjab, boy))
    until(lambda: all(gateway.sync()["next_key"]["arrived"] == 2 for gateway in change.gateways))

    change.restart(next_linkage_key=None, linkage_key=str(change.file(NEXT_EPOCH)))
    # A gateway notices in its first turn that the next key has become the present one.
    until(lambda: all(gateway.sync()["next_key"] is None for gateway in change.gateways))
    for gateway in change.gateways:
        status = gateway.sync()
        assert (status["arrived"], status["waiting"]) == (2, 0)
    change.hub.call("partition", "close", "1")
    forgotten = change.hub.call("partition", "forget", "1")
    assert (forgotten["emptied"], forgotten["held"]) == (4, 0)
    assert change.states() == ["forgotten", "open"]
    until(lambda: not list((change.folder / "hub" / "index").glob("1-*")))

    [after] = cases(change.punjab, found)
    assert (after["candidate"], after["state"]) == (case["candidate"], "possible")
    assert len(cases(change.punjab, boy)) == 1
    # It is decided on as before, and what comes now is matched under the new key.
    again = custodian.decide("inbox", case["candidate"], "reject", reason="other_child")
    assert again["revision"] > decided["revision"]
    second = change.bengal.enter({**GIRL_REPORTED, "record_id": "AMD-2025-0118"}, "police")["ref"]
    until(lambda: change.bengal.arrived(second))
    until(lambda: len(cases(change.punjab, found)) == 2)
    assert report != second
