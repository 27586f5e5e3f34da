"""protect_location: where a found child is, only those read who may, and nobody loses it for not being shown it."""

import json
from typing import Any

import pytest

from api.holder.staff.roles import DEFAULT_SYSTEM_SCOPES, Role, Scope
from tests.api.holder.desk import Desk, body, child
from tests.api.service.requests_to import problem_in

PLACE = {"event_place": "Zqxwpur shelter", "event_district": "Zqxwganj", "event_state": "West Bengal"}


def found(number: int = 1, **fields: Any) -> dict[str, Any]:
    return child(number, "found", **PLACE, **fields)


def shelter(desk: Desk, record: dict[str, Any]) -> str:
    answer = desk.call("POST", "/v1/records", desk.custodian, json=body(record, "shelter", office="Zqxw office"))
    assert answer.status_code == 201
    return str(answer.json()["ref"])


def shown(desk: Desk, ref: str, secret: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = desk.call("GET", f"/v1/records/{ref}", secret).json()
    return answer


def change(desk: Desk, ref: str, record: dict[str, Any], version: int = 1, **more: Any) -> Any:
    sends = body(record, "shelter", **more)
    return desk.call("PUT", f"/v1/records/{ref}", json=sends, headers={"If-Match": f'"{version}"'})


def test_a_protected_location_is_withheld_and_named_as_withheld(desk: Desk) -> None:
    ref = shelter(desk, found())
    clerk, custodian = shown(desk, ref), shown(desk, ref, desk.custodian)
    assert clerk["withheld"] == ["event_district", "event_place", "office"]
    assert clerk["record"]["event_state"] == "West Bengal"
    assert clerk["record"].keys().isdisjoint(clerk["withheld"])
    assert "office" not in clerk
    assert custodian["withheld"] == []
    assert (custodian["record"]["event_place"], custodian["office"]) == (PLACE["event_place"], "Zqxw office")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CUSTODIAN and role is not Role.OFFICER])
def test_no_answer_to_anybody_else_holds_it(desk: Desk, role: Role) -> None:
    ref = shelter(desk, found())
    secret = desk.member(role)
    answers = [
        desk.call("GET", "/v1/records", secret), desk.call("GET", f"/v1/records/{ref}", secret),
        desk.call("POST", "/v1/records/search", secret, json={"name": "Salma"}),
        desk.call("GET", "/v1/export", secret), desk.call("GET", "/v1/export?format=jsonl", secret),
    ]  # fmt: skip
    assert not any("zqxw" in answer.text.lower() for answer in answers)


def test_a_systems_export_says_what_is_withheld(desk: Desk) -> None:
    ref = shelter(desk, found())
    secret = desk.token(DEFAULT_SYSTEM_SCOPES | {Scope.RECORDS_EXPORT})
    (line,) = desk.call("GET", "/v1/export?format=jsonl", secret).text.splitlines()
    assert json.loads(line)["withheld"] == ["event_district", "event_place"]
    assert "Zqxw" not in line
    assert "Zqxw" not in desk.call("GET", "/v1/export", secret).text
    assert "Zqxwpur" in desk.call("GET", "/v1/export", desk.custodian).text
    assert shown(desk, ref, secret)["withheld"]


@pytest.mark.parametrize(
    ("fields", "withheld"),
    [
        ({}, True), ({"protect_location": "zqxwyes"}, True), ({"protect_location": True}, True),
        ({"protect_location": ""}, True), ({"protect_location": False}, False), ({"protect_location": "no"}, False),
    ],
)  # fmt: skip
def test_a_location_is_protected_unless_somebody_said_no(desk: Desk, fields: dict[str, Any], withheld: bool) -> None:
    ref = shelter(desk, found(**fields))
    assert bool(shown(desk, ref)["withheld"]) is withheld


def test_where_a_child_went_missing_is_no_secret(desk: Desk) -> None:
    ref = desk.create(1, **PLACE).json()["ref"]
    assert (shown(desk, ref)["withheld"], shown(desk, ref)["record"]["event_place"]) == ([], PLACE["event_place"])


def test_what_was_not_shown_is_not_erased_by_a_change(desk: Desk) -> None:
    ref = shelter(desk, found())
    read = shown(desk, ref)
    assert change(desk, ref, read["record"]).json()["version"] == 1
    assert change(desk, ref, read["record"] | {"age": 9}).json()["version"] == 2
    kept = shown(desk, ref, desk.custodian)
    assert (kept["record"]["age"], kept["record"]["event_place"]) == ("9", PLACE["event_place"])
    assert (kept["record"]["event_district"], kept["office"]) == (PLACE["event_district"], "Zqxw office")


def test_a_blind_writer_may_say_where_the_child_is_now(desk: Desk) -> None:
    ref = shelter(desk, found())
    change(desk, ref, found() | {"event_place": "Kendpur home"})
    kept = shown(desk, ref, desk.custodian)["record"]
    assert (kept["event_place"], kept["event_district"]) == ("Kendpur home", PLACE["event_district"])
    assert "event_place" in shown(desk, ref)["withheld"]


def test_whoever_may_read_locations_may_remove_them(desk: Desk) -> None:
    ref = shelter(desk, found())
    sends = body(child(1, "found"), "shelter")
    desk.call("PUT", f"/v1/records/{ref}", desk.custodian, json=sends, headers={"If-Match": '"1"'})
    kept = shown(desk, ref, desk.custodian)
    assert (kept["record"].get("event_place"), kept["office"]) == (None, None)


def test_protection_is_ended_only_by_those_who_may_read_what_it_protects(desk: Desk) -> None:
    ref = shelter(desk, found())
    answer = change(desk, ref, child(1, "found", protect_location=False))
    assert (answer.status_code, problem_in(answer)) == (403, "not-allowed")
    assert shown(desk, ref)["version"] == 1
    sends = body(found(protect_location=False), "shelter")
    ended = desk.call("PUT", f"/v1/records/{ref}", desk.custodian, json=sends, headers={"If-Match": '"1"'})
    assert ended.json()["version"] == 2
    assert shown(desk, ref)["withheld"] == []


def test_an_import_neither_erases_a_location_nor_ends_its_protection(desk: Desk) -> None:
    first, second = shelter(desk, found(1)), shelter(desk, found(2))
    text = "record_id,name,age,protect_location\nC-1,Salma Khatun,9,\nC-2,Rakesh Murmu,9,no\n"
    form = {"kind": "found", "source": "shelter"}
    sent = desk.call("POST", "/v1/imports", files={"file": ("a.csv", text)}, data=form)
    desk.run_imports()
    rows = desk.call("GET", f"/v1/imports/{sent.json()['name']}/rows").json()["items"]
    assert [row["outcome"] for row in rows] == ["updated", "rejected"]
    assert rows[1]["problems"][-1]["field"] == "protect_location"
    kept = [shown(desk, ref, desk.custodian)["record"] for ref in (first, second)]
    assert [each["event_place"] for each in kept] == [PLACE["event_place"]] * 2
    assert [each["age"] for each in kept] == ["9", "8"]
