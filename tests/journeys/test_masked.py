"""Across a border: the hub has coarse codes only, and what decides is compared under masks of one use."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.hub.storage.tables import partitions, records
from api.service.database import open_database
from encoder.key_files import write_key_file
from encoder.keys import linkage_key_from_secret_bytes
from matcher.profile import CROSS_BORDER_2026_11_22, MASKED_2026_11_22
from tests.databases import PostgresServer
from tests.journeys.conftest import agree
from tests.journeys.network import DOMAIN, EPOCH, WRAPPING_KEY, Gateway, HubNode, start_all, stop_all
from tests.journeys.services import until
from tests.journeys.stories import FACE_REPORTED, GIRL_FOUND, GIRL_REPORTED

PROFILE = CROSS_BORDER_2026_11_22
TWIN = {**GIRL_REPORTED, "record_id": "AMD-2025-0118", "marks": ["burn@forearm:left"], "languages": ["Santali"]}
"""To the coarse codes the same girl: it is the traits that tell the two apart."""

NAMELESS = {
    "record_id": "KHU-7", "kind": "found", "name": "Munni", "name_source": "staff", "sex": "female", "age": 10,
    "age_as_of": "2025-09-01", "event_date": "2025-09-01", "home_country": "India", "home_state": "West Bengal",
    "home_district": "Howrah",
}  # fmt: skip
"""She told nobody her name, or her parents': two reports of girls of the district fit, and one has her photo."""


@dataclass(frozen=True)
class Border:
    """A hub between an office on each side of a border."""

    hub: HubNode
    bengal: Gateway
    khulna: Gateway


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def border(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Border]:
    """Everything is running, an agreement is in force, and people have compared the fingerprints of both cards."""
    folder = tmp_path_factory.mktemp("border")
    server: PostgresServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
    names = ("hub", "bengal", "khulna")
    urls = {name: server.url(server.create()) if server else f"sqlite:///{folder / name / 'own.db'}" for name in names}
    hub = HubNode(folder / "hub", urls["hub"])
    key = linkage_key_from_secret_bytes(bytes(range(32)), DOMAIN, EPOCH)
    check = key.key_check(PROFILE).hex()
    hub.call(
        "partition", "open", "--domain", DOMAIN, "--epoch", EPOCH, "--profile", PROFILE.name, "--key-check", check
    )
    hub.start()
    gateways = []
    for name, country in (("bengal", "IN"), ("khulna", "BD")):
        write_key_file(folder / f"{name}.key", key, base64.b64decode(WRAPPING_KEY))
        gateway = Gateway(folder / name, name, urls[name], folder / f"{name}.key", PROFILE.name)
        gateway.join(hub, country)
        gateway.people()
        gateways.append(gateway)
    agree(hub, "bengal", "khulna")
    for _ in range(2):
        for gateway in gateways:
            gateway.call("sync")
    bengal, khulna = gateways
    confirm(bengal, khulna)
    confirm(khulna, bengal)
    start_all(bengal, khulna)
    yield Border(hub, bengal, khulna)
    stop_all(*(node for node in (bengal, khulna, hub) if node.process is not None))


def confirm(gateway: Gateway, partner: Gateway) -> None:
    """A person reads the partner's fingerprint out on the telephone, and another confirms it."""
    gateway.call("peer", "trust", partner.name, *partner.call("peer", "list")["own"].split())


def levels(candidate: dict[str, Any]) -> dict[str, str]:
    """Levels of a candidate by what was compared."""
    return {level["what"]: level["level"] for level in candidate["levels"]}


def add_photo(gateway: Gateway, ref: str, portrait: bytes) -> None:
    """Add a photo of a child of nine."""
    path = f"/v1/records/{ref}/photos"
    answer = gateway.ask("intake", "POST", path, files={"file": ("photo.jpg", portrait)}, data={"taken": "9"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["reason"] is None


def answered(gateway: Gateway) -> int:
    """How many comparisons a gateway has answered in all."""
    return int(gateway.sync()["masked"]["answered"])


def test_while_one_gateway_is_away_nothing_is_lost_and_then_the_full_codes_tell_two_reports_apart(
    border: Border
) -> None:
    found = border.khulna.enter(GIRL_FOUND, "shelter")["ref"]
    until(lambda: border.khulna.arrived(found))
    border.khulna.stop()
    before = answered(border.bengal)
    reports = [border.bengal.enter(report, "police")["ref"] for report in (GIRL_REPORTED, TWIN)]
    until(lambda: all(border.bengal.arrived(report) for report in reports))
    # Bengal has sent its part of both; the hub and it are cut off from power, and what was sent is there.
    until(lambda: answered(border.bengal) >= before + 2)
    border.hub.kill()
    border.bengal.kill()
    border.hub.start()
    start_all(border.bengal, border.khulna)
    candidates = until(lambda: both(border.khulna.inbox(found)))
    by_traits = {levels(each)["traits"]: each for each in candidates}
    assert set(by_traits) == {"agrees", "differs"}
    told = levels(by_traits["agrees"])
    assert set(told) >= {view.view.value for view in MASKED_2026_11_22.views}
    assert {told[view] for view in ("child", "father", "home")} <= {"agrees", "close"}
    assert by_traits["agrees"]["verdict"] == "probable"
    # Levels, and no number beside them: a score would be an oracle.
    assert "weight" not in str(candidates)
    assert "distance" not in str(candidates)


def both(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All candidates once there are two of them."""
    return items if len(items) == 2 else []


def test_a_photo_decides_of_which_the_hub_has_no_code(border: Border, repository: Path) -> None:
    portrait = (repository / "tests" / "pictures" / "grace_hopper.jpg").read_bytes()
    other = {**FACE_REPORTED, "record_id": "HOW-13-25", "name": "Sabita Kisku", "father_name": "Dulal Kisku"}
    border.bengal.enter(other, "police")
    report = border.bengal.enter(FACE_REPORTED, "police")["ref"]
    found = border.khulna.enter(NAMELESS, "shelter")["ref"]
    add_photo(border.bengal, report, portrait)
    add_photo(border.khulna, found, portrait)
    candidate = until(lambda: with_photo(border.khulna.inbox(found)))[0]
    assert (candidate["partner"], levels(candidate)["photo"]) == ("bengal", "agrees")
    assert {levels(candidate)[view] for view in ("child", "father", "mother")} == {"not known"}
    assert with_photo(border.khulna.inbox(found)) == [candidate]
    # To the hub no record has a photo: its code lies nowhere.
    database = open_database(border.hub.environment["MILAP_HUB_DATABASE"])
    try:
        with database.read() as conn:
            assert set(conn.execute(select(records.c.photo_age)).scalars()) == {0}
            assert conn.execute(select(partitions.c.photo_space)).scalars().all() == [None]
    finally:
        database.close()


def with_photo(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Candidates whose photos were compared."""
    return [item for item in items if levels(item).get("photo") != "not known"]


def test_without_a_person_who_compared_fingerprints_comparisons_wait_and_are_named(border: Border) -> None:
    border.khulna.call("peer", "forget", "bengal")
    found = border.khulna.enter({**GIRL_FOUND, "record_id": "KHU/1/25"}, "shelter")["ref"]
    named = until(lambda: border.khulna.sync()["masked"]["partners_to_confirm"])
    assert named == ["bengal"]
    assert border.khulna.inbox(found) == []
    until(lambda: [row for row in border.khulna.call("peer", "list")["peers"] if row["partner"] == "bengal"])
    confirm(border.khulna, border.bengal)
    until(lambda: border.khulna.inbox(found))
