"""The stories of DESIGN and of the issue, from the desk where a record is entered to the desk that has the child."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Network, agree
from tests.journeys.network import Gateway
from tests.journeys.services import until
from tests.journeys.stories import (
    BOY_FOUND,
    BOY_REPORTED,
    FACE_FOUND,
    FACE_REPORTED,
    GIRL_FOUND,
    GIRL_REPORTED,
    NEPALI_FOUND,
    NEPALI_REPORTED,
)


def levels(candidate: dict[str, Any]) -> dict[str, str]:
    """Levels of a candidate by what was compared."""
    return {level["what"]: level["level"] for level in candidate["levels"]}


def candidate_from(gateway: Gateway, ref: str, partner: str) -> dict[str, Any]:
    """The probable candidate of a found record that comes from a partner; waits for it."""
    wanted = {"partner": partner, "verdict": "probable"}
    return until(lambda: [item for item in gateway.inbox(ref) if wanted.items() <= item.items()])[0]


def what_a_reporter_sees(gateway: Gateway, ref: str) -> dict[str, Any]:
    """Everything that the desk of a report can ask for, but for the dates of the exchange."""
    seen = {path: gateway.ask("intake", "GET", path) for path in (f"/v1/records/{ref}", "/v1/records", "/v1/inbox")}
    return {path: (answer.status_code, answer.json()) for path, answer in seen.items()}


def test_a_girl_reported_in_bengal_is_found_in_punjab(network: Network) -> None:
    report = network.bengal.enter(GIRL_REPORTED, "police")["ref"]
    until(lambda: network.bengal.arrived(report))
    before = what_a_reporter_sees(network.bengal, report)
    found = network.punjab.enter(GIRL_FOUND, "shelter")["ref"]
    candidate = candidate_from(network.punjab, found, "bengal")
    assert {levels(candidate)[view] for view in ("child", "father", "home")} <= {"agrees", "close"}
    assert candidate["own"]["record"]["name"] == GIRL_FOUND["name"]
    # No number beside the levels: a score would be an oracle.
    assert "weight" not in str(candidate)
    assert "probability" not in str(candidate)
    # The reporter's side has its receipt, and sees the same as before.
    assert what_a_reporter_sees(network.bengal, report) == before
    assert before["/v1/inbox"][0] == 403
    inbox = network.bengal.ask("custodian", "GET", "/v1/inbox").json()["items"]
    assert {item["partner"] for item in inbox} <= {"bengal"}
    assert {item["own"]["kind"] for item in inbox} <= {"found"}


def test_a_boy_whom_his_shelter_renamed_is_found_through_his_parents(network: Network) -> None:
    found = network.bihar.enter(BOY_FOUND, "child_welfare_committee")["ref"]
    until(lambda: network.bihar.arrived(found))
    network.bengal.enter(BOY_REPORTED, "helpline")
    candidate = candidate_from(network.bihar, found, "bengal")
    # A name that staff gave is not known, and does not contradict.
    assert levels(candidate)["child"] == "not known"
    assert levels(candidate)["home"] in ("agrees", "close")


def test_a_nepali_child_is_compared_once_an_agreement_is_in_force(network: Network) -> None:
    report = network.nepal.enter(NEPALI_REPORTED, "border_post")["ref"]
    found = network.punjab.enter(NEPALI_FOUND, "railway")["ref"]
    until(lambda: network.nepal.arrived(report) and network.punjab.arrived(found))
    # A second record of hers goes all the way to a candidate, so the first has been matched by then, with nobody.
    twin = network.bihar.enter({**NEPALI_REPORTED, "record_id": "PAT-7781", "kind": "missing"}, "ngo")["ref"]
    until(lambda: network.bihar.arrived(twin))
    candidate_from(network.punjab, found, "bihar")
    assert "nepal" not in [item["partner"] for item in network.punjab.inbox(found)]
    agree(network.hub, "nepal", "punjab")
    candidate = candidate_from(network.punjab, found, "nepal")
    # She claims to be Indian; her name and her family say otherwise.
    assert levels(candidate)["mother"] in ("agrees", "close")


def correct(gateway: Gateway, ref: str, record: dict[str, Any], version: int) -> None:
    """Replace a record, as somebody does who has just seen this version."""
    body = {"record": record, "source": "shelter"}
    answer = gateway.ask("intake", "PUT", f"/v1/records/{ref}", json=body, headers={"if-match": f'"{version}"'})
    assert answer.status_code == 200, answer.text


NUMBERS = count(290)


@pytest.fixture
def pair(network: Network) -> tuple[str, str]:
    """Refs of a report, and of a found record of the same invented child that tells nothing yet."""
    number = next(NUMBERS)
    vague = {
        "kind": "found", "record_id": f"LDH/{number}/25", "sex": "male", "event_date": "2025-06-03",
        "languages": ["Bengali"],
    }  # fmt: skip
    report = {
        "kind": "missing", "record_id": f"AMD-2025-{number}", "name": "Habibul Laskar", "sex": "male", "age": 8,
        "age_as_of": "2025-05-01", "event_date": "2025-05-01", "father_name": "Motalib Laskar",
        "mother_name": "Jahanara Laskar", "home_state": "West Bengal", "home_district": "Nadia",
        "home_village": "Dhubulia",
    }  # fmt: skip
    return network.bengal.enter(report, "family")["ref"], network.punjab.enter(vague, "hospital")["ref"]


def test_a_child_who_shares_nothing_with_its_report_but_the_face_is_found(
    network: Network, repository: Path
) -> None:
    portrait = (repository / "tests" / "pictures" / "grace_hopper.jpg").read_bytes()
    report = network.bengal.enter(FACE_REPORTED, "police")["ref"]
    found = network.bihar.enter(FACE_FOUND, "shelter")["ref"]
    for gateway, ref in ((network.bengal, report), (network.bihar, found)):
        path = f"/v1/records/{ref}/photos"
        answer = gateway.ask("intake", "POST", path, files={"file": ("photo.jpg", portrait)}, data={"taken": "9"})
        assert answer.status_code == 201, answer.text
        assert answer.json()["reason"] is None
    from_bengal = {"partner": "bengal", "verdict": "possible"}
    [candidate] = until(lambda: [item for item in network.bihar.inbox(found) if from_bengal.items() <= item.items()])
    assert levels(candidate)["photo"] == "agrees"
    assert set(levels(candidate).values()) - {"not known"} >= {"agrees", "differs"}
    # Taken out again, the face is no longer compared, and nothing else is left to compare.
    path = f"/v1/records/{found}/photos"
    [photo] = network.bihar.ask("intake", "GET", path).json()["items"]
    assert network.bihar.ask("intake", "DELETE", f"{path}/{photo['photo']}").status_code == 204
    name = candidate["candidate"]
    until(lambda: name in [item["candidate"] for item in network.bihar.inbox(found, "withdrawn")])


def test_a_record_that_is_corrected_and_withdrawn_changes_what_is_proposed(
    network: Network, pair: tuple[str, str]
) -> None:
    report, found = pair
    until(lambda: network.bengal.arrived(report) and network.punjab.arrived(found))
    told = {
        **network.punjab.read(found).json()["record"], "age_min": 7, "age_max": 9,
        "name": "Habibul", "name_source": "child", "father_name": "Motalib", "home_village": "Dhubuliya",
        "home_district": "Nadia",
    }  # fmt: skip
    correct(network.punjab, found, told, 1)
    candidate = candidate_from(network.punjab, found, "bengal")
    assert candidate["own_version"] == 2
    network.bengal.ask("intake", "POST", f"/v1/records/{report}/withdraw", json={"reason": "found_by_us"})
    name = candidate["candidate"]
    until(lambda: name in [item["candidate"] for item in network.punjab.inbox(found, "withdrawn")])
    assert network.bengal.read(report).json()["state"] == "withdrawn"


def test_two_officers_at_one_record_do_not_overwrite_each_other(network: Network, pair: tuple[str, str]) -> None:
    _, found = pair
    current = network.punjab.read(found).json()
    correct(network.punjab, found, {**current["record"], "hair": "curly"}, current["version"])
    body = {"record": {**current["record"], "hair": "straight"}, "source": "shelter"}
    late = {"if-match": f'"{current["version"]}"'}
    answer = network.punjab.ask("intake", "PUT", f"/v1/records/{found}", json=body, headers=late)
    assert answer.status_code == 412
    assert answer.json()["type"].endswith("version-changed")
    assert network.punjab.read(found).json()["record"]["hair"] == "curly"
