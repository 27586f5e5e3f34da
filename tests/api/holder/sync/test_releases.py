"""Candidates that others released for own missing records."""

from api.holder.sync.inbox import RELEASES, InboxPuller
from api.holder.sync.releases import ReleasesErrand
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import Gateway

NAMES = ["r" * 21 + letter for letter in "abcd"]


def pull(gateway: Gateway) -> None:
    errand = ReleasesErrand(gateway.database, gateway.clock)
    while errand.run(gateway.line.client()):
        pass


def test_releases_come_page_by_page_for_own_missing_records_alone(gateway: Gateway, hub: FakeHub) -> None:
    report, found = gateway.report(1), gateway.report(2, "found")
    for name, ref in zip(NAMES, (report, found, "x" * 22, report), strict=True):
        hub.release(name, ref)
    pull(gateway)
    rows = gateway.inbox()
    assert sorted(rows) == [NAMES[0], NAMES[3]]
    assert {(row["side"], row["state"], row["stopped"], row["same_child"]) for row in rows.values()} == {
        ("reporter", "released", False, None)
    }
    hub.requests.clear()
    pull(gateway)
    assert hub.requests == ["GET /v1/releases"]


def test_both_feeds_keep_places_of_their_own(gateway: Gateway, hub: FakeHub) -> None:
    hub.release(NAMES[0], gateway.report(1))
    hub.propose(NAMES[1], gateway.report(2, "found"))
    gateway.pull_all()
    pull(gateway)
    assert {name: row["side"] for name, row in gateway.inbox().items()} == {
        NAMES[0]: "reporter", NAMES[1]: "custodian",
    }  # fmt: skip


def test_the_desk_is_told_of_a_release_in_the_same_words_and_once(gateway: Gateway, hub: FakeHub) -> None:
    report = gateway.report(1)
    gateway.pull_all()
    assert gateway.desk.told == []
    hub.release(NAMES[0], report)
    pull(gateway)
    gateway.pull_all()
    hub.release(NAMES[0], report, "contact", 3)
    pull(gateway)
    gateway.clock.advance(minutes=2)
    gateway.pull_all()
    assert len(gateway.desk.told) == 1
    assert gateway.inbox()[NAMES[0]]["state"] == "contact"


def test_everything_taken_again_withdraws_releases_alone(gateway: Gateway, hub: FakeHub) -> None:
    hub.propose(NAMES[1], gateway.report(2, "found"))
    gateway.pull_all()
    report = gateway.report(1)
    names = [NAMES[0], NAMES[2], *("s" * 21 + letter for letter in "abcd")]
    for name in names:
        hub.release(name, report, revision=5)
    pull(gateway)
    del hub.releases[0]
    hub.releases = [each.model_copy(update={"revision": 2, "state": "accepted"}) for each in hub.releases]
    puller = InboxPuller(gateway.database, gateway.clock, RELEASES)
    assert puller.pull_everything(gateway.line.client()) == 5
    assert {name: (row["state"], row["revision"]) for name, row in gateway.inbox().items()} == {
        NAMES[0]: ("withdrawn", 5), NAMES[1]: ("proposed", 1), **dict.fromkeys(names[1:], ("accepted", 2)),
    }  # fmt: skip
