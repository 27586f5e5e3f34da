"""Decisions on a candidate: what is taken and what it brings, and every refusal."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from api.hub.registry import membership
from api.hub.storage.partner_tables import audit
from api.hub.storage.tables import candidates, decisions, nonces
from api.service.audit.entries import read_content
from api.wire.life import STEPS, CandidateState, DecisionWord
from api.wire.names import new_ref
from tests.api.hub.disclosure.pairs import ORDER, Pair
from tests.api.hub.gateways import Exchange, erase, withdraw
from tests.api.service.requests_to import problem_in


def leaves(exchange: Exchange) -> list[Any]:
    return [read_content(row["content"])[1] for row in exchange.rows(audit.leaves)]


def test_a_decision_brings_its_state_a_revision_a_deadline_a_row_and_a_leaf(pair: Pair) -> None:
    before = pair.row
    pair.exchange.clock.advance(hours=1)
    decision = pair.decision("possible")
    answer = pair.send(pair.custodian, decision)
    assert answer.json() == {"id": decision["id"], "candidate": pair.name, "state": "possible", "revision": 2}
    now, after = pair.exchange.clock(), pair.row
    assert (after["state"], after["revision"], after["since"]) == ("possible", 2, now)
    assert after["due_at"] == now + timedelta(hours=pair.exchange.settings.release_hours)
    assert after["sequence"] > before["sequence"]
    (taken,) = pair.exchange.rows(decisions)
    assert (taken["decision"], taken["state"], taken["revision"]) == ("possible", "possible", 2)
    last = leaves(pair.exchange)[-1]
    assert (last.what, last.by, last.about, last.facts["revision"]) == ("candidate-possible", "khulna", pair.name, 2)


def test_the_whole_way_to_a_reunion(pair: Pair) -> None:
    pair.brought_to("closed")
    words = [leaf.what for leaf in leaves(pair.exchange) if leaf.about == pair.name]
    assert words == [
        "candidate-possible", "candidate-release", "candidate-accept", "contact-exchanged", "candidate-verify",
        "candidate-reunite", "candidate-close",
    ]  # fmt: skip
    assert (pair.row["revision"], pair.row["due_at"], pair.row["reason"]) == (8, None, "done")


def test_the_same_decision_again_gets_the_same_receipt_and_nothing_happens_twice(pair: Pair) -> None:
    decision = pair.decision("possible")
    first = pair.send(pair.custodian, decision)
    stood = pair.row, pair.exchange.rows(decisions), pair.exchange.rows(audit.leaves)
    pair.exchange.clock.advance(minutes=1)
    again = pair.send(pair.custodian, decision)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (pair.row, pair.exchange.rows(decisions), pair.exchange.rows(audit.leaves)) == stood
    pair.disagree()
    assert pair.send(pair.custodian, decision).content == first.content


def test_other_content_under_the_same_id_is_refused(pair: Pair) -> None:
    decision = pair.decision("possible")
    pair.send(pair.custodian, decision)
    other = {**decision, "decision": "reject", "reason": "sex_differs", "revision": 2}
    assert problem_in(pair.send(pair.custodian, other)) == "idempotency-key-reused"
    assert problem_in(pair.send(pair.custodian, decision, new_ref())) == "idempotency-key-reused"
    # Another partner's ids are its own.
    assert problem_in(pair.send(pair.reporter, decision)) == "no-such-resource"


def test_what_the_caller_may_not_know_of_is_answered_like_what_is_not_there(pair: Pair) -> None:
    stranger = pair.exchange.partner("punjab")
    nothing = pair.send(pair.custodian, pair.decision("possible"), new_ref())
    assert problem_in(nothing) == "no-such-resource"
    for gateway, word in [(stranger, "possible"), (pair.reporter, "accept"), (pair.reporter, "possible")]:
        answer = pair.decide(gateway, word)
        assert (answer.status_code, answer.content) == (nothing.status_code, nothing.content)
    for odd in ("x", "%20", "A" * 200):
        assert pair.send(pair.custodian, pair.decision("possible"), odd).content == nothing.content
    pair.decide(pair.custodian, "possible")
    assert pair.decide(pair.reporter, "accept").content == nothing.content
    assert pair.row["revision"] == 2


def test_without_an_agreement_nothing_is_decided(pair: Pair) -> None:
    pair.disagree()
    assert problem_in(pair.decide(pair.custodian, "possible")) == "no-agreement"
    pair.agree()
    assert pair.decide(pair.custodian, "possible").status_code == 200
    with pair.exchange.database.write() as conn:
        membership.suspend(conn, "bengal", pair.exchange.clock())
    assert problem_in(pair.release()) == "no-agreement"


def test_a_suspended_partner_decides_nothing(pair: Pair) -> None:
    pair.exchange.set_state("khulna", "suspended")
    used = pair.exchange.count(nonces)
    assert problem_in(pair.decide(pair.custodian, "possible")) == "partner-suspended"
    assert pair.exchange.count(nonces) == used
    pair.exchange.set_state("khulna", "active")
    assert pair.decide(pair.custodian, "possible").status_code == 200


@pytest.mark.parametrize("way", [withdraw, erase])
@pytest.mark.parametrize("side", ["missing", "found"])
def test_a_candidate_of_a_record_that_is_gone_is_withdrawn_at_once(pair: Pair, way: Any, side: str) -> None:
    gateway = pair.reporter if side == "missing" else pair.custodian
    gateway.submit(way(getattr(pair, side), 2))
    assert pair.row["state"] == "proposed"
    assert problem_in(pair.decide(pair.custodian, "possible")) == "candidate-withdrawn"
    (notice,) = pair.seen(pair.custodian, "candidates")
    assert (notice["state"], notice["due_at"]) == ("withdrawn", None)
    pair.take_back()
    assert (pair.row["state"], pair.row["revision"]) == ("withdrawn", 2)
    (notice,) = pair.seen(pair.custodian, "candidates")
    assert bool(notice["levels"]) is (way is withdraw)
    assert problem_in(pair.decide(pair.custodian, "possible")) == "candidate-withdrawn"


def test_what_was_verified_goes_on_when_the_report_is_closed(pair: Pair) -> None:
    pair.brought_to("verified")
    pair.reporter.submit(withdraw(pair.missing, 2))
    pair.take_back()
    assert pair.row["state"] == "verified"
    assert pair.decide(pair.custodian, "reunite").status_code == 200
    assert pair.decide(pair.custodian, "close", reason="done").status_code == 200


def test_what_was_rejected_is_not_opened_again_without_its_records(pair: Pair) -> None:
    pair.brought_to("rejected")
    pair.reporter.submit(withdraw(pair.missing, 2))
    pair.take_back()
    assert pair.row["state"] == "rejected"
    assert problem_in(pair.decide(pair.custodian, "reopen")) == "candidate-withdrawn"


def test_a_decision_on_an_earlier_revision_is_refused_and_told_the_present_one(pair: Pair) -> None:
    early = pair.decision("reject", reason="sex_differs")
    pair.decide(pair.custodian, "possible")
    answer = pair.send(pair.custodian, early)
    assert problem_in(answer) == "candidate-changed"
    assert (answer.json()["state"], answer.json()["revision"]) == ("possible", 2)
    assert problem_in(pair.decide(pair.custodian, "verify", revision=9)) == "candidate-changed"


@pytest.mark.parametrize("state", ["proposed", "possible", "rejected", "released", "contact", "verified", "disproved"])
def test_only_the_steps_of_the_table_are_taken(exchange: Exchange, state: CandidateState) -> None:
    pair = Pair(exchange).brought_to(state)
    for word in get_args(DecisionWord):
        for side, gateway in (("custodian", pair.custodian), ("reporter", pair.reporter)):
            if (side in STEPS[word].side and state in STEPS[word].origins) or (
                side == "reporter" and pair.row["released_at"] is None
            ):
                continue
            answer = pair.decide(gateway, word, reason="other")
            assert problem_in(answer) == "decision-out-of-order", (word, side)
    assert pair.row["state"] == state


def test_some_decisions_need_a_reason_out_of_their_list(pair: Pair) -> None:
    for reason in ({}, {"reason": "dna_differs"}, {"reason": "no_idea"}):
        answer = pair.decide(pair.custodian, "reject", **reason)
        assert problem_in(answer) == "reason-required"
        assert "sex_differs" in answer.json()["reasons"]
    assert pair.decide(pair.custodian, "reject", reason="sex_differs").status_code == 200
    row = pair.row
    assert (row["reason"], row["judged_weight"], row["judged_found_version"]) == ("sex_differs", 12_345, 1)
    assert problem_in(pair.decide(pair.custodian, "reopen", reason="other")) == "invalid-body"
    assert pair.decide(pair.custodian, "reopen").status_code == 200
    assert (pair.row["state"], pair.row["reason"]) == ("proposed", None)


def test_what_does_not_fit_the_schema_is_refused_before_anything_else(pair: Pair) -> None:
    for change in (
        {"order": "O" * 100_000}, {"reason": "r" * 10_000}, {"reason": "Because!"}, {"revision": 0},
        {"decision": "win"}, {"signatures": pair.signed(*pair.officers, pair.officers[0])}, {"name": "Amina"},
        {"id": "short"},
    ):  # fmt: skip
        answer = pair.decide(pair.custodian, "possible", **change)
        assert problem_in(answer) == "invalid-body"
        assert "Amina" not in answer.text
    assert pair.exchange.count(decisions) == 0


def test_order_and_signatures_belong_to_releases_only(pair: Pair) -> None:
    assert problem_in(pair.decide(pair.custodian, "possible", order=ORDER)) == "invalid-body"
    signed = pair.signed(*pair.officers)
    assert problem_in(pair.decide(pair.custodian, "possible", signatures=signed)) == "invalid-body"


def test_an_organisation_decides_on_both_sides_of_its_own_pair(exchange: Exchange) -> None:
    pair = Pair(exchange, custodian="bengal").brought_to("verified")
    assert len(pair.seen(pair.reporter, "candidates")) == len(pair.seen(pair.reporter, "releases")) == 1
    assert pair.exchange.count(candidates) == 1
