"""Sealed messages at the hub: between the two sides of a released candidate, each once, until its receipt is there."""

import pytest

from api.hub.mailing import posting
from api.hub.storage.partner_tables import audit, messages
from api.wire.messages import MAX_SEALED_CHARACTERS
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.mailing.letters import SEALED, envelope, give, post, receipt, waiting
from tests.api.service.requests_to import problem_in


def test_a_message_is_passed_on_and_its_receipt_comes_back(pair: Pair) -> None:
    pair.brought_to("released")
    made = envelope(pair, pair.reporter)
    answer = post(pair.reporter, made)
    assert answer.json() == {"id": made.id, "digest": receipt(pair.custodian, made).digest}
    assert waiting(pair.custodian) == [made]
    assert waiting(pair.reporter) == []
    assert pair.exchange.knocks.told[-1] == pair.exchange.known(pair.custodian.name).id
    given = receipt(pair.custodian, made)
    assert give(pair.custodian, made, given).json() == given.model_dump(mode="json")
    assert waiting(pair.custodian) == []
    assert pair.reporter.get("/v1/receipts").json()["items"] == [given.model_dump(mode="json")]
    (row,) = pair.exchange.rows(messages)
    assert row["envelope"] is None


def test_sent_again_it_is_kept_once_and_gets_the_same_answer(pair: Pair) -> None:
    pair.brought_to("released")
    made = envelope(pair, pair.reporter)
    answers = [post(pair.reporter, made).content for _ in range(3)]
    give(pair.custodian, made)
    pair.set_row(state="withdrawn", revision=9)
    assert {*answers, post(pair.reporter, made).content} == {answers[0]}
    assert len(pair.exchange.rows(messages)) == 1
    assert waiting(pair.custodian) == []


def test_another_message_under_the_same_id_is_refused(pair: Pair) -> None:
    pair.brought_to("accepted")
    made = envelope(pair, pair.reporter)
    post(pair.reporter, made)
    for changes in ({"sealed": SEALED + "AA"}, {"kind": "contact"}):
        other = envelope(pair, pair.reporter, id_=made.id, **changes)
        assert problem_in(post(pair.reporter, other)) == "idempotency-key-reused"
    assert post(pair.custodian, envelope(pair, pair.custodian, id_=made.id)).status_code == 200


def test_before_the_release_a_reporter_cannot_tell_a_candidate_from_none(pair: Pair) -> None:
    for state in ("proposed", "possible"):
        pair.brought_to(state) if state != "proposed" else None
        known = post(pair.reporter, envelope(pair, pair.reporter))
        unknown = post(pair.reporter, envelope(pair, pair.reporter, candidate="A" * 22))
        assert known.content == unknown.content
        assert problem_in(known) == "no-such-resource"
    for feed in ("messages", "receipts"):
        assert pair.reporter.get(f"/v1/{feed}").json() == {"items": [], "next": 0, "more": False}


def test_strangers_cannot_write_or_read_about_a_candidate(pair: Pair) -> None:
    pair.brought_to("released")
    stranger = pair.exchange.partner("punjab")
    made = envelope(pair, pair.reporter)
    post(pair.reporter, made)
    assert problem_in(post(stranger, envelope(pair, stranger))) == "no-such-resource"
    assert waiting(stranger) == []
    assert problem_in(give(stranger, made)) == "no-such-resource"
    assert problem_in(give(pair.reporter, made)) == "no-such-resource"


def test_the_recipient_is_the_other_side_and_nobody_else(pair: Pair) -> None:
    pair.brought_to("released")
    pair.exchange.partner("punjab")
    for recipient in ("punjab", "nobody", pair.reporter.name):
        made = envelope(pair, pair.reporter, recipient=recipient)
        assert problem_in(post(pair.reporter, made)) == "unknown-recipient"


def test_the_custodian_cannot_write_before_its_release(pair: Pair) -> None:
    pair.brought_to("possible")
    assert problem_in(post(pair.custodian, envelope(pair, pair.custodian))) == "decision-out-of-order"


@pytest.mark.parametrize("state", ["disproved", "verified", "reunited"])
def test_both_can_write_until_the_candidate_is_closed(pair: Pair, state: str) -> None:
    pair.brought_to(state)
    assert post(pair.custodian, envelope(pair, pair.custodian)).status_code == 200
    assert post(pair.reporter, envelope(pair, pair.reporter)).status_code == 200


@pytest.mark.parametrize(("state", "kind"), [("closed", "decision-out-of-order"), ("withdrawn", "candidate-withdrawn")])
def test_nobody_writes_about_what_is_over(pair: Pair, state: str, kind: str) -> None:
    pair.brought_to("released").set_row(state=state, revision=9)
    assert problem_in(post(pair.reporter, envelope(pair, pair.reporter))) == kind


@pytest.mark.parametrize("state", ["released", "disproved"])
def test_contact_details_go_only_once_the_reporter_has_accepted(pair: Pair, state: str) -> None:
    pair.brought_to(state)
    made = envelope(pair, pair.reporter, kind="contact")
    assert problem_in(post(pair.reporter, made)) == "decision-out-of-order"


def test_without_an_agreement_nothing_is_taken(pair: Pair) -> None:
    pair.brought_to("released")
    pair.disagree()
    assert problem_in(post(pair.reporter, envelope(pair, pair.reporter))) == "no-such-resource"


def test_another_sender_and_another_signature_are_refused(pair: Pair) -> None:
    pair.brought_to("released")
    assert problem_in(post(pair.reporter, envelope(pair, pair.custodian))) == "invalid-body"
    made = envelope(pair, pair.reporter).model_copy(update={"sealed": "AAAA"})
    assert problem_in(post(pair.reporter, made)) == "bad-seal"


def test_a_message_has_at_most_64_kib(pair: Pair) -> None:
    pair.brought_to("released")
    assert post(pair.reporter, envelope(pair, pair.reporter, sealed="A" * MAX_SEALED_CHARACTERS)).status_code == 200
    made = envelope(pair, pair.reporter).model_copy(update={"sealed": "A" * (MAX_SEALED_CHARACTERS + 1)})
    assert problem_in(post(pair.reporter, made)) == "invalid-body"
    made = made.model_copy(update={"sealed": "A" * (MAX_SEALED_CHARACTERS + 2000)})
    assert problem_in(post(pair.reporter, made)) == "too-large"


def test_only_so_many_wait_and_each_side_has_its_own_place(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "MAX_UNDELIVERED", 2)
    pair.brought_to("released")
    made = [envelope(pair, pair.reporter) for _ in range(3)]
    assert [post(pair.reporter, each).status_code for each in made] == [200, 200, 429]
    assert post(pair.custodian, envelope(pair, pair.custodian)).status_code == 200
    give(pair.custodian, made[0])
    assert post(pair.reporter, made[2]).status_code == 200


def test_a_receipt_is_of_its_message_and_signed_by_its_recipient(pair: Pair) -> None:
    pair.brought_to("released")
    made = envelope(pair, pair.reporter)
    post(pair.reporter, made)
    for changes in ({"digest": "A" * 43}, {"sender": "punjab"}, {"recipient": "punjab"}, {"id_": "A" * 22}):
        assert problem_in(give(pair.custodian, made, receipt(pair.custodian, made, **changes))) == "invalid-body"
    signed_by_another = receipt(pair.reporter, made, recipient=pair.custodian.name)
    assert problem_in(give(pair.custodian, made, signed_by_another)) == "bad-seal"
    assert waiting(pair.custodian) == [made]


def test_the_first_receipt_stays(pair: Pair) -> None:
    pair.brought_to("released")
    made = envelope(pair, pair.reporter)
    post(pair.reporter, made)
    first = give(pair.custodian, made).content
    pair.exchange.clock.advance(seconds=5)
    later = receipt(pair.custodian, made, at=pair.exchange.clock())
    assert give(pair.custodian, made, later).content == first
    assert str(pair.exchange.rows(audit.leaves)).count("message-delivered") == 1


def test_the_candidate_comes_to_contact_with_the_second_contact_receipt(pair: Pair) -> None:
    pair.brought_to("accepted")
    note = envelope(pair, pair.reporter)
    first, second = (envelope(pair, side, kind="contact") for side in (pair.reporter, pair.custodian))
    for sender, made in ((pair.reporter, note), (pair.reporter, first), (pair.custodian, second)):
        assert post(sender, made).status_code == 200
    give(pair.custodian, note)
    give(pair.custodian, first)
    assert pair.row["state"] == "accepted"
    give(pair.reporter, second)
    assert pair.row["state"] == "contact"


def test_a_candidate_that_was_disproved_meanwhile_stays_so(pair: Pair) -> None:
    pair.brought_to("accepted")
    made = [envelope(pair, side, kind="contact") for side in (pair.reporter, pair.custodian)]
    for sender, each in zip((pair.reporter, pair.custodian), made, strict=True):
        post(sender, each)
    pair.set_row(state="disproved", revision=9)
    give(pair.custodian, made[0])
    give(pair.reporter, made[1])
    assert pair.row["state"] == "disproved"


def test_feeds_come_in_pages_and_cursors_are_nobody_elses(pair: Pair) -> None:
    pair.brought_to("released")
    made = [envelope(pair, pair.reporter) for _ in range(3)]
    for each in made:
        post(pair.reporter, each)
    page = pair.custodian.get("/v1/messages?limit=2").json()
    assert [item["id"] for item in page["items"]] == [each.id for each in made[:2]]
    assert page["more"]
    assert waiting(pair.custodian, page["next"]) == [made[2]]
    assert problem_in(pair.reporter.get(f"/v1/messages?after={page['next']}")) == "invalid-query"
    assert problem_in(pair.custodian.get(f"/v1/receipts?after={page['next']}")) == "invalid-query"


def test_delivery_is_in_the_audit_log_by_digest(pair: Pair) -> None:
    pair.brought_to("released")
    made = envelope(pair, pair.reporter)
    post(pair.reporter, made)
    give(pair.custodian, made)
    leaves = str(pair.exchange.rows(audit.leaves))
    assert receipt(pair.custodian, made).digest in leaves
    assert SEALED not in leaves
