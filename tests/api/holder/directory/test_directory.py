"""The directory at a gateway: published from here, copied from the hub, searched here."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.holder.directory.entry_file import read_entry
from api.holder.directory.errand import DirectoryErrand
from api.holder.directory.service import OrganisationDirectory
from api.holder.operating import organisations
from api.service.organisations import OrganisationFilter
from api.wire.directory import DirectoryEntry, DirectoryPage, DirectoryReceipt, District, Organisation
from api.wire.problems import ProblemError
from api.wire.signing import SignedMessage
from matcher.errors import InputError
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway
from tests.api.service.organisations import entry, organisation

GAYA = District(country="India", state="Bihar", district="Gaya")
DHAKA = District(country="Bangladesh", state="Dhaka", district="Dhaka")


class Listing:
    """The hub's side of the directory, two a page."""

    def __init__(self, hub: FakeHub) -> None:
        self.items, self.published = list[Organisation](), list[DirectoryEntry | None]()
        self.problem: ProblemError | None = None
        hub.answers["GET /v1/directory"] = self._page
        hub.answers["PUT /v1/directory/me"] = hub.answers["DELETE /v1/directory/me"] = self._change

    def _page(self, message: SignedMessage) -> DirectoryPage:
        after = httpx.QueryParams(message.target.partition("?")[2]).get("after", "")
        found = [each for each in self.items if each.partner > after]
        return DirectoryPage(items=found[:2], next=found[1].partner if found[2:] else None)

    def _change(self, message: SignedMessage) -> DirectoryReceipt:
        if self.problem is not None:
            raise self.problem
        said = DirectoryEntry.model_validate_json(message.body) if message.method == "PUT" else None
        self.published.append(said)
        return DirectoryReceipt(listed=said is not None)


@pytest.fixture
def listing(hub: FakeHub) -> Listing:
    found = Listing(hub)
    found.items = [organisation(f"partner-{number}", agreement="MoU 7") for number in range(5)]
    return found


def directory(gateway: Gateway) -> OrganisationDirectory:
    return OrganisationDirectory(gateway.database, gateway.clock, lambda: None)


def turn(gateway: Gateway) -> None:
    assert DirectoryErrand(gateway.database, gateway.clock).run(gateway.line.client()) is False


def names(page: dict[str, Any]) -> list[str]:
    return [each["partner"] for each in page["items"]]


def test_the_whole_directory_is_copied_page_by_page_and_searched_here(gateway: Gateway, listing: Listing) -> None:
    assert directory(gateway).search(OrganisationFilter(), None, 3) == {"as_of": None, "items": [], "next": None}
    turn(gateway)
    first = directory(gateway).search(OrganisationFilter(), None, 3)
    second = directory(gateway).search(OrganisationFilter(), first["next"], 3)
    assert names(first) + names(second) == [f"partner-{number}" for number in range(5)]
    assert (first["as_of"], second["next"]) == ("2026-11-02T06:00:00+00:00", None)
    assert names(directory(gateway).search(OrganisationFilter(district="patna"), None, 3)) == []


def test_it_answers_offline_and_asks_the_hub_for_nothing_but_the_copy(
    gateway: Gateway, hub: FakeHub, listing: Listing
) -> None:
    listing.items.insert(0, organisation("gaya", "child_welfare_committee", agreement="MoU 7"))
    turn(gateway)
    hub.down = True
    hub.requests.clear()
    step = directory(gateway).next_step(found=DHAKA, home=GAYA)
    assert step["as_of"] is not None
    (item,) = [each for each in step["items"] if each["reasons"] == ["committee_of_home"]]
    assert item["organisation"]["agreement"] == {"document": "MoU 7", "until": "2027-03-31"}
    assert hub.requests == []


def test_the_copy_is_made_again_after_an_hour_or_when_the_clock_was_put_back(
    gateway: Gateway, hub: FakeHub, listing: Listing, clock: FakeClock
) -> None:
    asked = []
    for minutes in (0, 59, 1, 30, -120):
        clock.advance(minutes=minutes)
        hub.requests.clear()
        turn(gateway)
        asked.append(len(hub.requests))
    assert asked == [3, 0, 3, 0, 3]


def test_an_entry_waits_until_the_hub_has_it_and_is_sent_once(
    gateway: Gateway, hub: FakeHub, listing: Listing
) -> None:
    said = DirectoryEntry.model_validate(entry())
    assert directory(gateway).publish(said)["published"] is False
    hub.down = True
    with pytest.raises(ProblemError):
        turn(gateway)
    hub.down = False
    for _ in range(2):
        turn(gateway)
    assert listing.published == [said]
    assert directory(gateway).own()["published"] is True
    directory(gateway).publish(None)
    for _ in range(2):
        turn(gateway)
    assert listing.published == [said, None]
    with pytest.raises(ProblemError) as caught:
        directory(gateway).own()
    assert caught.value.kind == "no-such-resource"


def test_a_refused_entry_is_shown_with_the_reason_and_not_sent_for_ever(gateway: Gateway, listing: Listing) -> None:
    listing.problem = ProblemError("invalid-body", "One place in the body does not fit.")
    directory(gateway).publish(DirectoryEntry.model_validate(entry()))
    for _ in range(2):
        turn(gateway)
    assert directory(gateway).own()["problem"] == "One place in the body does not fit."
    listing.problem = None
    directory(gateway).publish(DirectoryEntry.model_validate(entry(title="Better")))
    turn(gateway)
    assert [said.title for said in listing.published if said] == ["Better"]


def test_an_entry_set_while_another_was_on_its_way_is_sent_too(
    gateway: Gateway, hub: FakeHub, listing: Listing
) -> None:
    first, second = (DirectoryEntry.model_validate(entry(title=title)) for title in ("First", "Second"))
    directory(gateway).publish(first)
    plain = listing._change

    def slow(message: SignedMessage) -> DirectoryReceipt:
        if len(listing.published) == 0:
            directory(gateway).publish(second)
        return plain(message)

    hub.answers["PUT /v1/directory/me"] = slow
    for _ in range(2):
        turn(gateway)
    assert listing.published == [first, second]


# --- files ------------------------------------------------------------------------------------------------------------

TOML = """
kind = "shelter"
title = "Asha Home"
services = ["shelter", "legal_aid"]
capacity = 40
languages = ["Hindi", "Magahi"]
hours = "day and night"
districts = [{ country = "India", state = "Bihar", district = "Gaya" }]

[contact_desk]
line = "Superintendent"
phone = "0631 2000"
"""


def test_an_entry_comes_from_toml_or_json(tmp_path: Path) -> None:
    toml, plain = tmp_path / "asha.toml", tmp_path / "asha.json"
    toml.write_text(TOML)
    found = read_entry(toml)
    plain.write_text(found.model_dump_json())
    assert read_entry(plain) == found
    assert (found.capacity, found.districts[0].district) == (40, "Gaya")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.yaml", "", "neither"),
        ("a.toml", "kind = ", "no whole TOML file"),
        ("a.json", "{", "no whole JSON file"),
        ("a.json", "[" * 10_000, "no whole JSON file"),
        ("a.json", "[]", "the whole does not fit"),
        ("a.json", json.dumps({**entry(), "kind": "secret-kind"}), "kind does not fit"),
        ("a.json", json.dumps({**entry(), "districts": [{}]}), "districts.0.country does not fit"),
        ("a.toml", "x" * 2**21, "larger"),
        ("gone.toml", None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_entry_says_where(tmp_path: Path, name: str, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        read_entry(tmp_path / name)
    assert says in str(caught.value)
    assert "secret-kind" not in str(caught.value)


def test_the_commands_publish_show_and_search(gateway: Gateway, listing: Listing, tmp_path: Path) -> None:
    (tmp_path / "asha.toml").write_text(TOML)
    organisations.publish(gateway.database, tmp_path / "asha.toml", gateway.clock)
    assert "waits" in organisations.show(gateway.database, gateway.clock).lines[0]
    turn(gateway)
    assert "published" in organisations.show(gateway.database, gateway.clock).lines[0]
    wanted = organisations.filter_of("shelter", "india", None, None, None, None, "partner-3")
    found = organisations.search(gateway.database, wanted, gateway.clock)
    assert [each["partner"] for each in found.values["items"]] == ["partner-3"]
    assert any("partner-3" in line and "2027-03-31" in line for line in found.lines)
    for wrong in (("zoo", None), (None, "magic")):
        with pytest.raises(InputError):
            organisations.filter_of(wrong[0], None, None, None, wrong[1], None, None)
