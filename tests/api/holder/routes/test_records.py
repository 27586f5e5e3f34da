"""Intake over HTTP: receipts, versions, retries, searching, erasing; what cannot be taken says what to do."""

import json
import threading
from typing import Any

import httpx
import pytest

from api.holder.storage import outbox
from api.holder.storage.tables import idempotency, records
from tests.api.holder.desk import Desk, body, child
from tests.api.holder.routes.asked import counted, put, sent
from tests.api.service.requests_to import problem_in

# --- creating -------------------------------------------------------------------------------------------------------


def test_a_new_record_gets_a_receipt_and_waits_for_the_hub(desk: Desk) -> None:
    answer = desk.create()
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt == {
        "ref": receipt["ref"], "version": 1, "state": "active", "kind": "missing", "sharing": "waiting", "problems": [],
    }  # fmt: skip
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/v1/records/{receipt['ref']}"
    assert sent(desk) == [(1, "put")]
    assert desk.sync.changes == 1


def test_what_came_is_given_back_as_it_came(desk: Desk) -> None:
    record = child(aliases=["Mina", "মিনা"], height_cm=120.5, sealed_by_court=False, phones="73 1;73 2")
    ref = desk.call("POST", "/v1/records", json=body(record, office="Amdanga")).json()["ref"]
    shown = desk.call("GET", f"/v1/records/{ref}").json()
    assert shown["office"] == "Amdanga"
    assert shown["record"] == record | {
        "age": "8", "height_cm": "120.5", "sealed_by_court": "false", "phones": ["73 1", "73 2"],
    }  # fmt: skip
    again = put(desk, ref, shown["record"], office="Amdanga")
    assert again.json()["version"] == 1  # what was read can be written, and changes nothing


def test_unknown_and_dropped_fields_are_told(desk: Desk) -> None:
    answer = desk.create(shoe_size=34, sex="zqxw", full_name=None)
    assert answer.status_code == 201
    told = {(each["field"], each["severity"]) for each in answer.json()["problems"]}
    assert told == {(None, "note"), ("sex", "field dropped")}
    shown = desk.call("GET", f"/v1/records/{answer.json()['ref']}").json()
    assert shown["record"]["sex"] == "zqxw"  # kept as text: a later normaliser may know the word


def test_a_name_that_matches_nothing_is_told(desk: Desk) -> None:
    told = desk.create(mother_name="🙂").json()["problems"]
    assert {(each["field"], each["severity"]) for each in told} == {("mother_name", "note")}


@pytest.mark.parametrize(
    ("fields", "field", "severity"),
    [
        ({"date_of_birth": "2018-01-01"}, "date_of_birth", "note"),
        ({"date_of_birth": "2099-05-31"}, "date_of_birth", "field dropped"),
        ({"date_of_birth": "2027-05-31", "event_date": None, "age": None}, "date_of_birth", "field dropped"),
        ({"date_of_birth": "12 Aug"}, "date_of_birth", "field dropped"),
        ({"date_of_birth": "8 years"}, "date_of_birth", "note"),
        ({"event_date": "2027-10-01"}, "event_date", "note"),
        ({"date_of_birth": "2012-05-31"}, "age", "note"),
        ({"age": 20, "age_basis": "document"}, "age", "note"),
        ({"age": "grown"}, "age", "field dropped"),
        ({"name": "Meena2 Hansda"}, "name", "note"),
        ({"name": "Late Smt."}, "name", "note"),
    ],
)
def test_what_a_clerk_could_mend_is_told_and_stored(
    desk: Desk, fields: dict[str, Any], field: str, severity: str
) -> None:
    answer = desk.create(**fields)
    assert answer.status_code == 201
    told = answer.json()["problems"]
    assert [(each["field"], each["severity"]) for each in told] == [(field, severity)]
    assert not any(str(value) in each["message"] for each in told for value in fields.values() if value != 20)


@pytest.mark.parametrize("nothing", ["unknown", "N/A", "नामालूम", "."])
def test_words_for_nothing_are_stored_and_need_no_problem(desk: Desk, nothing: str) -> None:
    fields = dict.fromkeys(("name", "date_of_birth", "age", "event_date", "father_name", "home_village"), nothing)
    answer = desk.create(**fields)
    assert (answer.status_code, answer.json()["problems"]) == (201, [])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"record_id": ""}, "record_id"),
        ({"record_id": "unknown"}, "record_id"),
        ({"kind": None}, "kind"),
        ({"kind": "lost"}, "kind"),
        ({"nicknames": ["A;B"]}, "nicknames"),
        ({"name": ["A"]}, "name"),
        ({"name": {"first": "A"}}, "name"),
        ({"nicknames": [["A"]]}, "nicknames"),
        ({"name": "A\0B"}, "name"),
        ({"name": "A\ud800"}, "name"),
        ({"full_name": "A B"}, "name"),
        ({f"x{n}": 1 for n in range(300)}, None),
    ],
)
def test_a_record_that_cannot_be_taken_names_the_field(desk: Desk, fields: dict[str, Any], field: str | None) -> None:
    sends = json.dumps(body(child(**fields))).encode()
    answer = desk.call("POST", "/v1/records", content=sends, headers={"Content-Type": "application/json"})
    assert (answer.status_code, problem_in(answer)) == (422, "invalid-record")
    rejected = [each for each in answer.json()["problems"] if each["severity"] == "row rejected"]
    assert field in [each["field"] for each in rejected]
    assert counted(desk, records) == 0


def test_not_a_number_is_refused(desk: Desk) -> None:
    sends = json.dumps(body(child(age=float("nan")))).encode()
    answer = desk.call("POST", "/v1/records", content=sends, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sealed_by_court": True}, "kept here: a court sealed it"),
        ({"sealed_by_court": "perhaps"}, "kept here: a court sealed it"),
        ({"consent_sharing": "no"}, "kept here: there is no consent to share it"),
        ({"expires_on": "2026-11-01"}, "kept here: its expiry date has passed"),
        ({"expires_on": "2026-11-02"}, "waiting"),
        ({"consent_sharing": True}, "waiting"),
    ],
)
def test_what_the_hub_must_not_have_is_kept_here(desk: Desk, fields: dict[str, Any], words: str) -> None:
    assert desk.create(**fields).json()["sharing"] == words
    assert len(sent(desk)) == (words == "waiting")


def test_a_record_that_was_sent_and_is_then_sealed_is_withdrawn_from_the_hub(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    with desk.database.write() as conn:
        outbox.mark_sending(conn, outbox.due(conn, 10))
    assert put(desk, ref, child(sealed_by_court=True)).json()["sharing"] == "kept here: a court sealed it"
    assert sent(desk) == [(2, "withdraw")]
    again = desk.call("PUT", f"/v1/records/{ref}", desk.custodian, json=body(child()), headers={"If-Match": '"2"'})
    assert again.json()["sharing"] == "waiting"
    assert sent(desk) == [(3, "put")]


# --- the same request again -----------------------------------------------------------------------------------------


def test_the_same_case_and_content_without_a_key_gives_the_record_that_is_there(desk: Desk) -> None:
    first, again = desk.create(), desk.create()
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert "location" not in again.headers
    assert counted(desk, records) == 1


def test_the_same_case_with_other_content_names_the_record(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    answer = desk.create(name="Gopal Soren")
    assert (answer.status_code, problem_in(answer), answer.json()["ref"]) == (409, "case-exists", ref)


def test_a_missing_and_a_found_record_may_share_a_case_number(desk: Desk) -> None:
    assert desk.create().status_code == desk.create(kind="found").status_code == 201


@pytest.mark.parametrize("key", ["2b9e-1", '"2b9e-1"'])
def test_a_retry_with_its_key_gets_the_first_answer(desk: Desk, key: str) -> None:
    first = desk.create(headers={"Idempotency-Key": key})
    put(desk, first.json()["ref"], child(age=9))
    again = desk.create(headers={"Idempotency-Key": "2b9e-1"})
    assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), first.headers["etag"])
    assert counted(desk, records) == 1


def test_a_key_that_comes_with_another_body_is_refused(desk: Desk) -> None:
    desk.create(1, headers={"Idempotency-Key": "k"})
    answer = desk.create(2, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, problem_in(answer)) == (422, "idempotency-key-reused")


def test_another_token_has_keys_of_its_own(desk: Desk) -> None:
    desk.create(1, headers={"Idempotency-Key": "k"})
    other = desk.call("POST", "/v1/records", desk.custodian, json=body(child(2)), headers={"Idempotency-Key": "k"})
    assert other.status_code == 201


def test_an_answer_is_forgotten_after_thirty_days(desk: Desk) -> None:
    desk.create(1, headers={"Idempotency-Key": "k"})
    desk.clock.advance(days=31)
    desk.create(2, headers={"Idempotency-Key": "l"})
    assert counted(desk, idempotency) == 1


@pytest.mark.parametrize("key", ["", '""', "x" * 256])
def test_a_key_that_is_none(desk: Desk, key: str) -> None:
    assert desk.create(headers={"Idempotency-Key": key}).status_code == 400


def test_a_retried_change_is_made_once(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    headers = {"If-Match": '"1"', "Idempotency-Key": "k"}
    answers = [
        desk.call("PUT", f"/v1/records/{ref}", json=body(child(age=9)), headers=headers) for _ in range(2)
    ]
    assert [each.json()["version"] for each in answers] == [2, 2]
    assert [each.status_code for each in answers] == [200, 200]


def test_requests_at_the_same_moment_store_one_record(desk: Desk) -> None:
    answers: list[httpx.Response] = []
    barrier = threading.Barrier(4)

    def send() -> None:
        barrier.wait()
        answers.append(desk.create(headers={"Idempotency-Key": "k"}))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["ref"] for each in answers}) == 1
    assert counted(desk, records) == 1
