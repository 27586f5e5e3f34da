"""What a reporter is told: nothing before the release, and what becomes of the candidate from then on."""

from typing import Any

import pytest
from sqlalchemy import event

from api.hub.registry import membership
from api.hub.storage.tables import candidates
from api.wire.names import new_ref
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import Exchange, propose, put, withdraw
from tests.api.service.requests_to import problem_in

NOTHING = {"items": [], "next": 0, "more": False}


def releases(pair: Pair) -> dict[str, Any]:
    return dict(pair.reporter.get("/v1/releases").json())


@pytest.mark.parametrize("state", ["proposed", "possible", "rejected"])
def test_before_the_release_a_reporter_is_told_nothing_by_any_question(exchange: Exchange, state: str) -> None:
    pair = Pair(exchange).brought_to(state)
    questions = ["/v1/releases", "/v1/candidates", "/v1/holdings", "/v1/policy", "/v1/officers"]
    told = [pair.reporter.get(question).content for question in questions]
    refused = pair.decide(pair.reporter, "accept").content
    with exchange.database.write() as conn:
        name = pair.name
        conn.execute(candidates.update().values(released_at=None, reporter_id=pair.row["custodian_id"]))
    assert [pair.reporter.get(question).content for question in questions] == told
    assert pair.send(pair.reporter, pair.decision("accept"), name).content == refused
    assert releases(pair) == NOTHING


def test_from_the_release_on_the_reporter_sees_it_without_a_word_of_the_child(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("released")
    (notice,) = releases(pair)["items"]
    assert notice == {
        "candidate": pair.name, "missing_ref": pair.missing, "missing_version": 1, "partner": "khulna",
        "verdict": "probable", "state": "released", "revision": 3, "since": "2026-11-21T10:00:00Z",
        "due_at": "2026-11-24T10:00:00Z",
        "levels": [{"what": "child", "level": "agrees"}, {"what": "home", "level": "not known"}],
    }  # fmt: skip
    assert pair.found not in pair.reporter.get("/v1/releases").text
    assert pair.seen(pair.custodian, "releases") == []


def test_a_withdrawal_after_the_release_is_told_to_both(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("released")
    after = releases(pair)["next"]
    pair.custodian.submit(withdraw(pair.found, 2))
    assert {notice["state"] for notice in releases(pair)["items"]} == {"withdrawn"}
    told = pair.take_back()
    assert told == {exchange.known("bengal").id, exchange.known("khulna").id}
    (notice,) = pair.seen(pair.reporter, "releases", after)
    assert (notice["state"], notice["revision"]) == ("withdrawn", 4)
    assert problem_in(pair.decide(pair.reporter, "accept")) == "candidate-withdrawn"


def test_before_the_release_a_withdrawal_is_no_news_to_the_reporter(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("possible")
    pair.custodian.submit(withdraw(pair.found, 2))
    assert pair.take_back() == {exchange.known("khulna").id}
    assert releases(pair) == NOTHING


def test_knocks_reach_the_reporter_from_the_release_on_only(exchange: Exchange) -> None:
    pair = Pair(exchange)
    bengal, khulna = exchange.known("bengal").id, exchange.known("khulna").id
    pair.decide(pair.custodian, "possible")
    pair.decide(pair.custodian, "reject", reason="other")
    pair.decide(pair.custodian, "reopen")
    pair.decide(pair.custodian, "possible")
    assert exchange.knocks.told == []
    pair.release()
    assert exchange.knocks.told == [bengal]
    accepted = pair.decision("accept")
    pair.send(pair.reporter, accepted)
    assert exchange.knocks.told == [bengal, khulna]
    pair.send(pair.reporter, accepted)
    assert exchange.knocks.told == [bengal, khulna]


def test_without_an_agreement_releases_are_hidden_and_come_back_with_all_that_happened(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("released")
    pair.disagree()
    assert releases(pair) == NOTHING
    pair.custodian.submit(withdraw(pair.found, 2))
    pair.take_back()
    pair.agree()
    assert [notice["state"] for notice in releases(pair)["items"]] == ["withdrawn"]
    with exchange.database.write() as conn:
        membership.suspend(conn, "khulna", exchange.clock())
    assert releases(pair) == NOTHING


def test_a_pair_that_is_proposed_anew_is_to_its_reporter_as_when_it_last_heard_of_it(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("disproved")
    questions = [pair.decision("disprove", reason="other"), pair.decision("accept", revision=2)]
    before = [pair.send(pair.reporter, question).content for question in questions]
    pair.set_row(state="proposed", revision=5, released_at=None)
    assert [pair.send(pair.reporter, question).content for question in questions] == before
    assert releases(pair) == NOTHING


def test_a_pair_that_was_withdrawn_and_is_proposed_anew_stays_withdrawn_to_its_reporter(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("accepted")
    pair.set_row(state="withdrawn", revision=5)
    before = pair.decide(pair.reporter, "disprove", reason="other")
    assert problem_in(before) == "candidate-withdrawn"
    for state in ("proposed", "possible", "withdrawn"):
        pair.set_row(state=state, revision=6, released_at=None)
        assert pair.decide(pair.reporter, "disprove", reason="other").content == before.content


def test_pages_of_releases_follow_each_other(exchange: Exchange) -> None:
    pair = Pair(exchange)
    names = []
    for at in range(5):
        found = new_ref()
        pair.custodian.submit(put(found, seed=10 + at))
        with exchange.database.write() as conn:
            now = exchange.clock()
            ids = pair.id_of(pair.missing), pair.id_of(found)
            names.append(propose(conn, *ids, state="released", released_at=now))
    after, seen = 0, []
    for _ in range(3):
        page = pair.reporter.get(f"/v1/releases?after={after}&limit=2").json()
        seen += [notice["candidate"] for notice in page["items"]]
        after = page["next"]
        assert page["more"] == (len(seen) < 5)
    assert seen == names
    assert problem_in(pair.custodian.get(f"/v1/releases?after={after}")) == "invalid-query"


def test_the_intake_does_the_same_for_a_report_with_candidates_and_for_one_without(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("released")
    lonely = new_ref()
    pair.reporter.submit(put(lonely, kind="missing", seed=3))
    said: list[str] = []

    def listen(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    engine = exchange.database._engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        work = []
        for ref in (pair.missing, lonely):
            said.clear()
            pair.reporter.submit(withdraw(ref, 2))
            work.append(list(said))
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert work[0] == work[1]
    assert not [statement for statement in said if "candidates" in statement]
