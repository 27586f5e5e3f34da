"""sealed_by_court: a sealed record exists for those alone who may read sealed ones, and never at the hub."""

import pytest
from sqlalchemy import insert, select

from api.holder.staff.roles import SYSTEM_SCOPES, Role
from api.holder.storage import outbox
from api.holder.storage.tables import inbox, records
from tests.api.holder.desk import START, Desk, body, child
from tests.api.holder.routes.asked import put, sent
from tests.api.service.requests_to import problem_in


def sealed(desk: Desk, number: int = 1, kind: str = "found") -> str:
    report = body(child(number, kind, sealed_by_court=True), "shelter")
    return str(desk.call("POST", "/v1/records", desk.custodian, json=report).json()["ref"])


@pytest.mark.parametrize("path", ["", "/withdraw"])
def test_a_sealed_record_answers_like_one_that_does_not_exist(desk: Desk, path: str) -> None:
    ref = sealed(desk)
    method, sends = ("POST", {"reason": "other"}) if path else ("GET", None)
    answers = [desk.call(method, f"/v1/records/{each}{path}", json=sends) for each in (ref, "A" * 22)]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    assert desk.call("GET", f"/v1/records/{ref}", desk.custodian).json()["record"]["record_id"] == "C-1"


def test_no_list_search_or_export_counts_it(desk: Desk) -> None:
    ref = sealed(desk)
    open_ref = desk.create(2).json()["ref"]
    for secret in (desk.intake, desk.member(Role.REPORTER), desk.token(SYSTEM_SCOPES)):
        page = desk.call("GET", "/v1/records", secret, params={"limit": 1}).json()
        assert ([each["ref"] for each in page["items"]], page["next"]) == ([open_ref], None)
        for wanted in ({"case_number": "C-1"}, {"name": "Salma"}):
            assert desk.call("POST", "/v1/records/search", secret, json=wanted).json()["items"] == []
    assert "C-1" not in desk.call("GET", "/v1/export", desk.token(SYSTEM_SCOPES)).text
    assert "C-1" in desk.call("GET", "/v1/export", desk.custodian).text
    assert [each["ref"] for each in desk.call("GET", "/v1/records", desk.custodian).json()["items"]] == [open_ref, ref]


def test_whoever_seals_a_record_sees_it_no_more_and_cannot_unseal_it(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    assert put(desk, ref, child(sealed_by_court=True)).json()["sharing"] == "kept here: a court sealed it"
    assert problem_in(put(desk, ref, child(), 2)) == "no-such-resource"
    answer = desk.create(name="Gopal Soren")
    assert (problem_in(answer), "ref" in answer.json()) == ("case-exists", False)


def test_an_import_does_not_touch_what_its_author_may_not_see(desk: Desk) -> None:
    ref = sealed(desk, 1, "missing")
    form = {"kind": "missing", "source": "police"}
    text = "record_id,name,age\nC-1,Gopal Soren,9\n"
    job = desk.call("POST", "/v1/imports", files={"file": ("a.csv", text)}, data=form).json()["name"]
    desk.run_imports()
    (row,) = desk.call("GET", f"/v1/imports/{job}/rows").json()["items"]
    assert (row["outcome"], row["ref"]) == ("rejected", None)
    assert desk.call("GET", f"/v1/records/{ref}", desk.custodian).json()["version"] == 1


def test_a_record_sealed_later_is_withdrawn_from_the_hub_and_stays_sealed_when_its_day_passes(desk: Desk) -> None:
    ref = desk.create(expires_on="2026-12-01").json()["ref"]
    with desk.database.write() as conn:
        outbox.mark_sending(conn, outbox.due(conn, 10))
    put(desk, ref, child(sealed_by_court=True, expires_on="2026-12-01"))
    assert sent(desk) == [(2, "withdraw")]
    desk.clock.advance(days=60)
    with desk.database.read() as conn:
        assert conn.execute(select(records.c.kept_because)).scalar_one() == "sealed_by_court"


def test_erasing_and_following_reach_a_sealed_record_and_show_nothing_of_it(desk: Desk) -> None:
    ref = sealed(desk)
    auditor = desk.member(Role.AUDITOR)
    assert [each["what"] for each in desk.call("GET", f"/v1/records/{ref}/changes", auditor).json()["items"]] == [
        "created"
    ]
    answer = desk.call("DELETE", f"/v1/records/{ref}", desk.admin)
    assert (answer.status_code, answer.json()["state"]) == (200, "erased")
    assert "C-1" not in answer.text


def test_candidates_of_a_sealed_record_are_hidden_with_it(desk: Desk) -> None:
    ref = sealed(desk)
    with desk.database.write() as conn:
        record_id = conn.execute(select(records.c.id).where(records.c.ref == ref)).scalar_one()
        conn.execute(insert(inbox).values(
            candidate="B" * 22, side="custodian", record_id=record_id, own_version=1, partner="khulna",
            verdict="probable", levels="[]", state="withdrawn", revision=1, since=START, received_at=START,
            changed_at=START,
        ))  # fmt: skip
    officer = desk.member(Role.OFFICER)
    assert desk.call("GET", "/v1/inbox", officer).json() == {"items": [], "next": None}
    answers = [desk.call("GET", f"/v1/inbox/{name * 22}", officer) for name in "BC"]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    assert [each["candidate"] for each in desk.call("GET", "/v1/inbox", desk.custodian).json()["items"]] == ["B" * 22]
    assert desk.call("GET", "/v1/inbox/" + "B" * 22, desk.custodian).status_code == 200
