"""Inbox, status and knock; and that nothing outside of the inbox tells of a candidate."""

import asyncio
from typing import Any

import httpx
import pytest

from api.holder.storage import inbox, outbox
from api.holder.storage.outbox import Settlement
from api.wire.candidates import CandidateLevel, CandidateNotice
from api.wire.problems import ProblemError
from api.wire.signing import SignedMessage
from tests.api.holder.desk import START, Desk
from tests.api.service.requests_to import problem_in

TOKEN = "metrics-token"


def notice(ref: str, number: int = 1, state: str = "proposed") -> CandidateNotice:
    levels = [CandidateLevel(what="child", level="close"), CandidateLevel(what="home", level="agrees")]
    return CandidateNotice(
        candidate=f"{number:022}", found_ref=ref, found_version=1, partner="west-bengal-police", verdict="probable",
        levels=levels, state=state, revision=1, since=START, due_at=START,
    )  # fmt: skip


def receive(desk: Desk, *notices: CandidateNotice) -> None:
    with desk.database.write() as conn:
        assert inbox.store(conn, [inbox.of_custodian(each) for each in notices], desk.clock()) == 0


def test_a_candidate_stands_beside_the_own_record(desk: Desk) -> None:
    ref = desk.create(1, kind="found").json()["ref"]
    receive(desk, notice(ref))
    page = desk.call("GET", "/v1/inbox", desk.custodian).json()
    assert page["next"] is None
    (item,) = page["items"]
    assert (item["verdict"], item["partner"], item["state"]) == ("probable", "west-bengal-police", "proposed")
    assert item["levels"] == [{"what": "child", "level": "close"}, {"what": "home", "level": "agrees"}]
    assert (item["own"]["ref"], item["own"]["record"]["name"]) == (ref, "Salma Khatun")
    assert desk.call("GET", f"/v1/inbox/{item['candidate']}", desk.custodian).json() == item
    assert problem_in(desk.call("GET", "/v1/inbox/zqxw", desk.custodian)) == "no-such-resource"
    assert item.keys().isdisjoint({"weight", "probability", "score"})


def test_the_inbox_goes_on_where_its_page_ended_and_is_filtered(desk: Desk) -> None:
    ref = desk.create(1, kind="found").json()["ref"]
    receive(desk, *(notice(ref, n, "withdrawn" if n == 2 else "proposed") for n in range(5)))
    first = desk.call("GET", "/v1/inbox", desk.custodian, params={"limit": 3}).json()
    rest = desk.call("GET", "/v1/inbox", desk.custodian, params={"limit": 3, "after": first["next"]}).json()
    assert [int(each["candidate"]) for each in first["items"] + rest["items"]] == [4, 3, 2, 1, 0]
    assert rest["next"] is None
    only = desk.call("GET", "/v1/inbox", desk.custodian, params={"state": "withdrawn"}).json()["items"]
    assert [int(each["candidate"]) for each in only] == [2]


def test_whoever_takes_reports_and_whoever_administers_sees_no_candidate(desk: Desk) -> None:
    ref = desk.create(1, kind="found").json()["ref"]
    receive(desk, notice(ref))
    for secret in (desk.intake, desk.admin):
        for path in ("/v1/inbox", f"/v1/inbox/{1:022}", "/v1/inbox/none"):
            answer = desk.call("GET", path, secret)
            assert (answer.status_code, problem_in(answer)) == (403, "not-allowed")


def test_an_erased_record_takes_its_candidates_along(desk: Desk) -> None:
    ref = desk.create(1, kind="found").json()["ref"]
    receive(desk, notice(ref))
    desk.call("DELETE", f"/v1/records/{ref}", desk.admin)
    assert desk.call("GET", "/v1/inbox", desk.custodian).json()["items"] == []
    with desk.database.write() as conn:  # the hub's word that it is gone may come afterwards
        assert inbox.store(conn, [inbox.of_custodian(notice(ref, state="withdrawn"))], desk.clock()) == 1
    assert desk.call("GET", "/v1/inbox", desk.custodian).json()["items"] == []


def everything_but_the_inbox(desk: Desk, ref: str) -> list[Any]:
    reads = [
        desk.call("GET", "/v1/records"),
        desk.call("GET", f"/v1/records/{ref}"),
        desk.call("POST", "/v1/records/search", json={"name": "Salma"}),
        desk.call("GET", f"/v1/records/{ref}/changes", desk.admin),
        desk.call("GET", "/v1/sync", desk.admin),
        desk.call("GET", "/readyz", ""),
        desk.call("GET", "/v1/export", desk.custodian),
    ]
    return [(each.status_code, each.headers.get("etag"), each.text) for each in reads]


def metrics_of(desk: Desk) -> list[str]:
    text = desk.call("GET", "/metrics", TOKEN).text
    return [line for line in text.splitlines() if "seconds" not in line and "_created" not in line]


def test_nothing_but_the_inbox_differs_when_there_is_a_candidate(desk: Desk, tmp_path: Any) -> None:
    desk = Desk(desk.database, tmp_path, metrics_token=TOKEN)
    ref = desk.create(1, kind="found").json()["ref"]
    before, metrics = everything_but_the_inbox(desk, ref), metrics_of(desk)
    receive(desk, notice(ref))
    for _ in range(3):
        assert desk.call("POST", "/v1/hub/knock", "", json={"format": 1}).status_code == 204
    twin = Desk(desk.database, tmp_path, metrics_token=TOKEN)
    assert everything_but_the_inbox(twin, ref) == before
    assert [line for line in metrics_of(desk) if "/metrics" not in line] == [
        line for line in metrics if "/metrics" not in line
    ]


def test_a_receipt_says_the_same_whatever_the_hub_knows(desk: Desk) -> None:
    first = desk.create(1, kind="found").json()
    receive(desk, notice(first["ref"]))
    second = desk.create(2, kind="found").json()
    assert first | {"ref": ""} == second | {"ref": ""}


@pytest.mark.parametrize(("arrived", "words"), [(True, "arrived"), (False, "refused")])
def test_sharing_follows_the_receipts(desk: Desk, arrived: bool, words: str) -> None:
    ref = desk.create().json()["ref"]
    with desk.database.write() as conn:
        (row,) = outbox.due(conn, 10)
        settlement = Settlement(row.record_id, 1, "put", arrived, None if arrived else "x", "Mend it.")
        assert outbox.settle(conn, [settlement], desk.clock()) == 1
    shown = desk.call("GET", f"/v1/records/{ref}").json()
    assert (shown["sharing"], shown["refused_because"]) == (words, None if arrived else "Mend it.")


# --- knock ----------------------------------------------------------------------------------------------------------


def test_a_knock_is_handed_on_as_it_came_in(desk: Desk) -> None:
    answer = desk.call(
        "POST", "/v1/hub/knock?a=%41&b", "", content=b'{"format": 1}', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 204
    (message,) = desk.sync.knocks
    assert (message.method, message.target, message.body) == ("POST", "/v1/hub/knock?a=%41&b", b'{"format": 1}')
    assert message.headers["content-type"] == "application/json"


def test_a_knock_that_is_not_the_hubs_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(message: SignedMessage) -> None:
        raise ProblemError("bad-signature", "It was not the hub that signed.")

    monkeypatch.setattr(desk.sync, "knocked", refuse)
    answer: httpx.Response = desk.call("POST", "/v1/hub/knock", "", json={})
    assert (answer.status_code, problem_in(answer)) == (401, "bad-signature")


# --- the application ------------------------------------------------------------------------------------------------


def test_the_application_lives_is_described_and_ends(desk: Desk) -> None:
    assert desk.call("GET", "/healthz", "").json() == {"status": "ok"}
    not_ready = desk.call("GET", "/readyz", "")
    assert (not_ready.status_code, not_ready.json()["reasons"]) == (503, ["imports are not worked on"])
    described = desk.call("GET", "/v1/openapi.json", "").json()
    assert {"/v1/records", "/v1/imports", "/v1/inbox", "/v1/sync", "/v1/hub/knock"} <= described["paths"].keys()
    assert "ReporterBody" in described["components"]["schemas"]
    assert problem_in(desk.call("GET", "/v2/records")) == "wrong-version"


def test_workers_run_while_the_application_does(desk: Desk) -> None:
    async def live() -> None:
        async with desk.app.router.lifespan_context(desk.app):
            assert desk.gateway.worker.is_alive()

    asyncio.run(live())
    assert not desk.gateway.worker.is_alive()
