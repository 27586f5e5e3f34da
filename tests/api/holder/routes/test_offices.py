"""Staff of an office: its records and nobody else's, wherever records show."""

from typing import Any

import pytest

from api.holder.staff.roles import Role
from tests.api.holder.desk import Desk, body, child
from tests.api.service.requests_to import problem_in

NORTH, SOUTH = "Amdanga", "Basirhat"


class Offices:
    """A clerk of each office, with a record of each."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.north = desk.member(Role.INTAKE, office=NORTH)
        self.south = desk.member(Role.INTAKE, office=SOUTH)
        self.ref = self.report(self.north, 1).json()["ref"]
        self.other = self.report(self.south, 2).json()["ref"]

    def report(self, secret: str, number: int, **more: Any) -> Any:
        return self.desk.call("POST", "/v1/records", secret, json=body(child(number), **more))

    def seen(self, secret: str) -> list[str]:
        return [each["ref"] for each in self.desk.call("GET", "/v1/records", secret).json()["items"]]


@pytest.fixture
def offices(desk: Desk) -> Offices:
    return Offices(desk)


def test_a_record_is_entered_under_the_office_of_whoever_enters_it(offices: Offices, desk: Desk) -> None:
    assert desk.call("GET", f"/v1/records/{offices.ref}").json()["office"] == NORTH
    same = offices.report(offices.north, 3, office=" AMDANGA ")
    assert same.status_code == 201
    refused = offices.report(offices.north, 4, office=SOUTH)
    assert (refused.status_code, problem_in(refused)) == (403, "not-allowed")


def test_lists_and_searches_show_ones_own_office(offices: Offices, desk: Desk) -> None:
    assert offices.seen(offices.north) == [offices.ref]
    assert offices.seen(offices.south) == [offices.other]
    assert offices.seen(desk.intake) == [offices.other, offices.ref]
    for wanted in ({"case_number": "C-2"}, {"name": "Rakesh"}, {}):
        found = desk.call("POST", "/v1/records/search", offices.north, json=wanted).json()["items"]
        assert offices.other not in [each["ref"] for each in found]


@pytest.mark.parametrize(
    ("method", "path", "sends"),
    [
        ("GET", "", None), ("PUT", "", body(child(2))), ("POST", "/withdraw", {"reason": "other"}),
    ],
)  # fmt: skip
def test_another_offices_record_answers_like_one_that_does_not_exist(
    offices: Offices, desk: Desk, method: str, path: str, sends: Any
) -> None:
    headers = {"If-Match": '"1"'}
    answers = [
        desk.call(method, f"/v1/records/{ref}{path}", offices.north, json=sends, headers=headers)
        for ref in (offices.other, "A" * 22)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    assert desk.call("GET", f"/v1/records/{offices.other}", offices.south).json()["version"] == 1


def test_an_administrator_of_an_office_erases_and_follows_its_records_alone(offices: Offices, desk: Desk) -> None:
    admin = desk.member(Role.ADMIN, office=NORTH)
    for method, path in (("GET", "/changes"), ("DELETE", "")):
        assert desk.call(method, f"/v1/records/{offices.other}{path}", admin).status_code == 404
        assert desk.call(method, f"/v1/records/{offices.ref}{path}", admin).status_code == 200
    assert desk.call("GET", f"/v1/records/{offices.ref}", offices.south).status_code == 404


def test_a_change_keeps_the_office_and_cannot_give_the_record_away(offices: Offices, desk: Desk) -> None:
    path, headers = f"/v1/records/{offices.ref}", {"If-Match": '"1"'}
    given = desk.call("PUT", path, offices.north, json=body(child(1), office=SOUTH), headers=headers)
    assert problem_in(given) == "not-allowed"
    changed = desk.call("PUT", path, offices.north, json=body(child(1, age=9)), headers=headers)
    assert changed.json()["version"] == 2
    assert desk.call("GET", path, offices.north).json()["office"] == NORTH
    moved = desk.call("PUT", path, json=body(child(1), office=SOUTH), headers={"If-Match": '"2"'})
    assert moved.json()["version"] == 3
    assert desk.call("GET", path, offices.north).status_code == 404
    assert desk.call("GET", path, offices.south).status_code == 200


def test_a_case_number_of_another_office_is_refused_without_its_ref(offices: Offices) -> None:
    answer = offices.report(offices.north, 2)
    assert (answer.status_code, problem_in(answer)) == (409, "case-exists")
    assert "ref" not in answer.json()
    assert offices.other not in answer.text


def test_an_export_holds_ones_own_office(offices: Offices, desk: Desk) -> None:
    secret = desk.member(Role.CUSTODIAN, office=NORTH)
    text = desk.call("GET", "/v1/export?format=jsonl", secret).text
    assert ("C-1" in text, "C-2" in text) == (True, False)


def test_an_import_is_of_the_office_that_handed_it_in(offices: Offices, desk: Desk) -> None:
    text = "record_id,name,age\nC-2,Gopal Soren,9\nC-7,Rina Tudu,7\n"
    sent = desk.call(
        "POST", "/v1/imports", offices.north, files={"file": ("a.csv", text)},
        data={"kind": "missing", "source": "police"},
    )  # fmt: skip
    path = f"/v1/imports/{sent.json()['name']}"
    desk.run_imports()
    rows = desk.call("GET", f"{path}/rows", offices.north).json()["items"]
    assert [(row["outcome"], row["ref"] is None) for row in rows] == [("rejected", True), ("created", False)]
    assert desk.call("GET", f"/v1/records/{rows[1]['ref']}", offices.north).json()["office"] == NORTH
    assert desk.call("GET", f"/v1/records/{offices.other}", offices.south).json()["version"] == 1
    assert desk.call("GET", path, offices.south).status_code == 404
    assert desk.call("GET", f"{path}/rows", offices.south).status_code == 404
    assert desk.call("GET", "/v1/imports", offices.south).json()["items"] == []
    assert len(desk.call("GET", "/v1/imports", offices.north).json()["items"]) == 1
    assert desk.call("GET", path).status_code == 200


def test_a_session_tells_its_office(offices: Offices, desk: Desk) -> None:
    assert desk.call("GET", "/v1/sessions/current", offices.north).json()["office"] == NORTH
    assert desk.call("GET", "/v1/sessions/current").json()["office"] is None
