"""Intake over HTTP: receipts, versions, retries, searching, erasing; what cannot be taken says what to do."""

import json
import threading
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api.holder.storage import outbox
from api.holder.storage.tables import changes, idempotency, records, search_terms
from api.holder.storage.tables import outbox as outbox_table
from api.service.storage_errors import StorageFullError, StorageUnavailableError
from tests.api.holder.desk import Desk, body, child
from tests.api.service.requests_to import problem_in


def counted(desk: Desk, table: Any) -> int:
    with desk.database.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def sent(desk: Desk) -> list[tuple[int, str]]:
    with desk.database.read() as conn:
        return [(row.version, row.action) for row in outbox.due(conn, 100)]


def put(desk: Desk, ref: str, record: dict[str, Any], version: int | None = 1, **more: Any) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return desk.call("PUT", f"/v1/records/{ref}", json=body(record, **more), headers=headers)


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
    assert [each["field"] for each in desk.create(mother_name="🙂").json()["problems"]] == ["mother_name"]


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
    assert put(desk, ref, child(), 2).json()["sharing"] == "waiting"
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


# --- changing -------------------------------------------------------------------------------------------------------


def test_two_officers_edit_one_record_and_the_second_is_told(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    assert put(desk, ref, child(age=9)).json()["version"] == 2
    second = put(desk, ref, child(name="Mina Hansda"))
    assert (second.status_code, problem_in(second), second.json()["version"]) == (412, "version-changed", 2)
    assert second.headers["etag"] == '"2"'
    shown = desk.call("GET", f"/v1/records/{ref}").json()["record"]
    assert (shown["age"], shown["name"]) == ("9", child()["name"])


def test_two_officers_at_the_same_moment(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    answers: list[httpx.Response] = []
    barrier = threading.Barrier(3)

    def send(age: int) -> None:
        barrier.wait()
        answers.append(put(desk, ref, child(age=age)))

    threads = [threading.Thread(target=send, args=(age,)) for age in (9, 10, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.status_code for each in answers) == [200, 412, 412]


@pytest.mark.parametrize("if_match", [None, "*", "1", 'W/"1"', ""])
def test_a_change_has_to_name_its_version(desk: Desk, if_match: str | None) -> None:
    ref = desk.create().json()["ref"]
    headers = {} if if_match is None else {"If-Match": if_match}
    answer = desk.call("PUT", f"/v1/records/{ref}", json=body(child(age=9)), headers=headers)
    assert (answer.status_code, problem_in(answer)) == (428, "version-required")


def test_a_put_replaces_everything_but_a_reporter_that_it_does_not_name(desk: Desk) -> None:
    reporter = {"name": "Anil Das", "phone": "73000", "relation": "uncle", "undisclosed": True}
    report = body(child(eyes="brown"), office="Amdanga", reporter=reporter)
    ref = desk.call("POST", "/v1/records", json=report).json()["ref"]
    put(desk, ref, child())
    shown = desk.call("GET", f"/v1/records/{ref}", desk.custodian).json()
    assert "eyes" not in shown["record"]
    assert shown["office"] is None
    assert shown["reporter"] == reporter
    put(desk, ref, child(), 2, reporter=None)
    assert desk.call("GET", f"/v1/records/{ref}", desk.custodian).json()["reporter"] is None


def test_a_reporter_is_shown_to_those_alone_who_may_know(desk: Desk) -> None:
    report = body(child(), reporter={"name": "Anil Das"})
    ref = desk.call("POST", "/v1/records", json=report).json()["ref"]
    assert "reporter" not in desk.call("GET", f"/v1/records/{ref}").json()
    assert "reporter" not in desk.call("GET", "/v1/records").json()["items"][0]
    assert desk.call("GET", f"/v1/records/{ref}", desk.custodian).json()["reporter"]["name"] == "Anil Das"


def test_a_kind_never_changes_and_a_case_number_may(desk: Desk) -> None:
    ref = desk.create(1).json()["ref"]
    desk.create(2)
    assert problem_in(put(desk, ref, child(1, kind="found"))) == "invalid-record"
    assert problem_in(put(desk, ref, child(1, record_id="C-2"))) == "case-exists"
    assert put(desk, ref, child(1, record_id="C-3")).json()["version"] == 2
    assert desk.create(1).status_code == 201


def test_a_change_of_what_is_not_there(desk: Desk) -> None:
    assert problem_in(put(desk, "A" * 22, child())) == "no-such-resource"


# --- withdrawing and erasing ----------------------------------------------------------------------------------------


def withdraw(desk: Desk, ref: str, reason: str = "found_by_us", **headers: str) -> httpx.Response:
    return desk.call("POST", f"/v1/records/{ref}/withdraw", json={"reason": reason}, headers=headers)


def test_a_withdrawn_record_stays_readable_and_cannot_be_changed(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    answer = withdraw(desk, ref)
    assert answer.json() | {"sharing": ""} == {
        "ref": ref, "version": 2, "state": "withdrawn", "kind": "missing", "sharing": "", "problems": [],
    }  # fmt: skip
    assert sent(desk) == []  # it was never sent, so the hub need not hear of it
    assert withdraw(desk, ref).json()["version"] == 2
    assert problem_in(put(desk, ref, child(age=9), 2)) == "record-withdrawn"
    assert problem_in(desk.create(age=9)) == "case-exists"
    assert desk.create().json()["state"] == "withdrawn"
    shown = desk.call("GET", f"/v1/records/{ref}").json()
    assert (shown["withdrawn_because"], shown["record"]["name"]) == ("found_by_us", child()["name"])


def test_a_withdrawal_may_name_its_version_and_needs_a_known_reason(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    assert problem_in(withdraw(desk, ref, **{"If-Match": '"7"'})) == "version-changed"
    assert problem_in(withdraw(desk, ref, "zqxw")) == "invalid-body"
    assert withdraw(desk, ref, **{"If-Match": '"1"'}).status_code == 200


def test_erasing_leaves_dates_only(desk: Desk) -> None:
    report = body(child(), reporter={"name": "Anil Das"})
    ref = desk.call("POST", "/v1/records", json=report, headers={"Idempotency-Key": "k"}).json()["ref"]
    with desk.database.write() as conn:
        outbox.mark_sending(conn, outbox.due(conn, 10))
    assert desk.call("DELETE", f"/v1/records/{ref}").status_code == 403
    answer = desk.call("DELETE", f"/v1/records/{ref}", desk.admin)
    assert (answer.json()["state"], answer.json()["sharing"]) == ("erased", "erased")
    assert counted(desk, search_terms) == counted(desk, idempotency) == 0
    with desk.database.read() as conn:
        row = conn.execute(select(records)).one()
        assert (row.sealed, row.case_index, row.expires_on, row.source) == (None, None, None, "other")
        assert [each.what for each in conn.execute(select(changes).order_by(changes.c.id))] == ["created", "erased"]
        assert conn.execute(select(outbox_table.c.action)).scalar_one() == "erase"
    shown = desk.call("GET", f"/v1/records/{ref}").json()
    assert shown.keys().isdisjoint({"record", "reporter"})
    assert problem_in(withdraw(desk, ref)) == problem_in(put(desk, ref, child(), 2)) == "record-withdrawn"
    assert desk.call("DELETE", f"/v1/records/{ref}", desk.admin).json()["version"] == 2
    assert desk.create().status_code == 201  # the case number is free


def test_the_list_of_changes_says_who_and_when(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    put(desk, ref, child(age=9))
    items = desk.call("GET", f"/v1/records/{ref}/changes", desk.custodian).json()["items"]
    assert [(each["version"], each["what"], each["by"]) for each in items] == [
        (1, "created", "system:test"), (2, "updated", "system:test"),
    ]  # fmt: skip
    assert desk.call("GET", f"/v1/records/{ref}/changes").status_code == 403


# --- searching ------------------------------------------------------------------------------------------------------


def found(desk: Desk, **query: Any) -> list[str]:
    answer = desk.call("POST", "/v1/records/search", json=query)
    assert answer.status_code == 200, answer.text
    return [each["record"]["record_id"] for each in answer.json()["items"]]


def test_a_record_is_found_by_its_case_number_exactly(desk: Desk) -> None:
    desk.create(1, record_id="Cas-\u00e91")
    desk.create(2)
    assert found(desk, case_number=" Cas-e\u03011 ") == ["Cas-\u00e91"]  # composed or not is one number
    assert found(desk, case_number="Cas") == []
    assert found(desk, case_number="C-2", kind="missing") == ["C-2"]
    assert found(desk, case_number="C-2", kind="found") == []


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("সালমা খাতুন", ["C-1"]), ("salma", ["C-1"]), ("Khatun", ["C-1"]), ("Karim", ["C-2", "C-1"]),
        ("meena", []), ("Salma Karim", ["C-1"]), ("Salma Murmu", []), ("unknown", []), ("🙂", []),
    ],
)  # fmt: skip
def test_a_record_is_found_by_a_name_in_any_script(desk: Desk, name: str, cases: list[str]) -> None:
    desk.create(1)
    desk.create(2)
    assert found(desk, name=name) == cases


def test_a_changed_name_is_found_and_the_old_one_no_more(desk: Desk) -> None:
    ref = desk.create(1).json()["ref"]
    put(desk, ref, child(1, name="Gopal Soren"))
    assert (found(desk, name="Salma"), found(desk, name="Gopal")) == ([], ["C-1"])


def test_a_list_goes_on_where_its_page_ended(desk: Desk) -> None:
    for number in range(5):
        desk.create(number)
    seen, after = [], None
    while True:
        query = {"limit": 2} | ({} if after is None else {"after": after})
        page = desk.call("GET", "/v1/records", params=query).json()
        seen += [each["record"]["record_id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == ["C-4", "C-3", "C-2", "C-1", "C-0"]


def test_a_list_is_filtered(desk: Desk) -> None:
    desk.create(1)
    desk.call("POST", "/v1/records", json=body(child(2, kind="found"), "shelter"))
    assert found(desk, kind="found") == found(desk, source="shelter") == ["C-2"]
    assert found(desk, state="withdrawn") == []


# --- requests that cannot be answered -------------------------------------------------------------------------------


def test_who_may_not_and_who_is_not_there(desk: Desk) -> None:
    answer = desk.call("GET", "/v1/records", "")
    assert (answer.status_code, problem_in(answer), answer.headers["www-authenticate"]) == (
        401, "not-signed-in", "Bearer",
    )  # fmt: skip
    assert problem_in(desk.call("GET", "/v1/records", "milap_zqxw")) == "not-signed-in"
    answer = desk.call("GET", "/v1/records", desk.admin)
    assert (answer.status_code, problem_in(answer)) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("content", "kind", "problem"),
    [
        (b"{", "application/json", "not-json"),
        (b"[" * 100_000, "application/json", None),
        (b"\xff", "application/json", None),
        (b"[]", "application/json", "invalid-body"),
        (b'{"record": {}, "source": "zqxw"}', "application/json", "invalid-body"),
        (b'{"record": {}, "source": "police", "x": 1}', "application/json", "invalid-body"),
        (b'{"record": {}, "source": "police", "office": "\\ud800"}', "application/json", "invalid-body"),
        (b"record_id=1", "text/csv", "unsupported-media-type"),
        (b'{"a": "' + b"x" * 2**20 + b'"}', "application/json", "too-large"),
    ],
)
def test_a_body_that_is_none(desk: Desk, content: bytes, kind: str, problem: str | None) -> None:
    answer = desk.call("POST", "/v1/records", content=content, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500
    assert problem_in(answer) == (problem or problem_in(answer))
    assert "zqxw" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "sends"),
    [
        ("GET", "/v1/records/%00", None),
        ("GET", "/v1/records/%ff", None),
        ("GET", "/v1/records?after=99999999999999999999", None),
        ("GET", "/v1/records?after=-1", None),
        ("GET", "/v1/records?limit=0", None),
        ("GET", "/v1/imports/%00/rows", None),
        ("POST", "/v1/records/search", {"name": "zqxw", "after": 10**30}),
        ("POST", "/v1/records/search", {"name": "A\0"}),
        ("POST", "/v1/sessions", {"login": "a\0b", "password": "zqxw"}),
        ("DELETE", "/v1/tokens/99999999999999999999", None),
        ("PATCH", "/v1/staff/%00", {"title": "A"}),
    ],
)
def test_parameters_that_no_database_takes(desk: Desk, method: str, path: str, sends: dict[str, Any] | None) -> None:
    secret = desk.admin if path.startswith(("/v1/tokens", "/v1/staff")) else desk.intake
    answer = desk.call(method, path, secret, json=sends)
    assert answer.status_code == 422
    assert problem_in(answer) in ("invalid-query", "invalid-body")
    assert "zqxw" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [(StorageFullError("full"), 507), (StorageUnavailableError("locked", retryable=False), 503)],
)
def test_a_database_that_fails_half_way_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("api.holder.storage.outbox.queue", fail)
        assert desk.create(headers={"Idempotency-Key": "k"}).status_code == status
    for table in (records, search_terms, changes, idempotency):
        assert counted(desk, table) == 0
    assert desk.create(headers={"Idempotency-Key": "k"}).status_code == 201
