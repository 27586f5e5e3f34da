"""/v1/records: changing, withdrawing and erasing."""

import threading

import httpx
import pytest
from sqlalchemy import select

from api.holder.storage import outbox
from api.holder.storage.tables import changes, idempotency, records, search_terms
from api.holder.storage.tables import outbox as outbox_table
from tests.api.holder.desk import Desk, body, child
from tests.api.holder.routes.asked import counted, put, sent
from tests.api.service.requests_to import problem_in

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
