"""From desk to desk through a real hub: delivered once, receipted, and safe against cuts and restarts."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from api.holder.mailing.noted import mail_status
from api.holder.mailing.sending import AGAIN_AFTER
from api.holder.storage.tables import audit, messages
from api.hub.storage.partner_tables import messages as hub_messages
from api.wire.problems import ProblemError
from tests.api.holder.mailing.organisations import Correspondence, Organisation

CANARY = "canary-4711 Meena of Kendpur"


def test_a_message_arrives_and_its_sender_learns_of_it(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, CANARY)
    assert mail.reporter.states() == ["waiting"]
    mail.reporter.turn()
    assert mail.reporter.states() == ["sent"]
    mail.custodian.turn()
    (shown,) = mail.custodian.messages()
    assert (shown["text"], shown["by"], shown["state"]) == (CANARY, mail.reporter.name, "received")
    mail.reporter.turn()
    assert mail.reporter.states() == ["delivered"]


def test_answers_go_back_in_their_order(mail: Correspondence) -> None:
    for text in ("one", "two", "three"):
        mail.custodian.write(mail.candidate, text)
    mail.turns(2)
    assert mail.reporter.texts("in") == ["one", "two", "three"]
    assert mail.custodian.states() == ["delivered"] * 3


def test_the_hub_never_has_the_text_and_loses_the_envelope_with_the_receipt(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, CANARY)
    mail.reporter.turn()
    exchange = mail.pair.exchange
    (row,) = exchange.rows(hub_messages)
    assert row["envelope"] is not None
    bodies = b"".join(body for _, _, body in mail.reporter.wire.requests)
    assert b"canary" not in bodies
    assert "canary" not in str(exchange.rows(hub_messages))
    if exchange.database.dialect == "sqlite":
        for file in Path(exchange.settings.data).glob("milap.sqlite*"):
            assert b"canary-4711" not in file.read_bytes()
    mail.custodian.turn()
    (row,) = exchange.rows(hub_messages)
    assert row["envelope"] is None
    assert row["receipt"] is not None


def test_the_gateways_database_has_no_text_in_clear(mail: Correspondence, tmp_path: Path) -> None:
    mail.reporter.write(mail.candidate, CANARY)
    mail.turns(2)
    for name in (mail.reporter.name, mail.custodian.name):
        for file in tmp_path.glob(f"{name}.db*"):
            assert b"canary-4711" not in file.read_bytes()


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("what", ["/v1/messages", "/receipt", "/v1/receipts", "/v1/cards/me"])
def test_wherever_the_line_is_cut_each_message_arrives_once(strangers: Correspondence, what: str, done: bool) -> None:
    cuts = [2]

    def cut(method: str, path: str, after: bool) -> bool:
        hit = path.endswith(what) and after is done and cuts[0] > 0
        cuts[0] -= hit
        return hit

    parties = (strangers.reporter, strangers.custodian)
    for each in parties:
        each.wire.fails = cut
    for _ in range(4):
        for each in parties:
            each.try_turn()
            each.restart()
    strangers.confirm()
    strangers.reporter.write(strangers.candidate, "one")
    cuts[0] = 2
    for _ in range(6):
        for each in parties:
            each.try_turn()
            each.restart()
    assert strangers.custodian.texts("in") == ["one"]
    assert strangers.reporter.states() == ["delivered"]
    assert len(strangers.pair.exchange.rows(hub_messages)) == 1


def test_what_is_sent_again_is_the_same_bytes(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, "one")
    mail.reporter.wire.fails = lambda method, path, done: method == "POST" and done
    mail.reporter.try_turn()
    mail.reporter.restart()
    mail.reporter.try_turn()
    sent = [body for method, path, body in mail.reporter.wire.requests if (method, path) == ("POST", "/v1/messages")]
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_a_message_is_shown_only_once_its_receipt_has_reached_the_hub(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, "one")
    mail.reporter.turn()
    mail.custodian.wire.fails = lambda method, path, done: path.endswith("/receipt")
    mail.custodian.try_turn()
    assert len(mail.custodian.rows(messages)) == 1
    assert mail.custodian.messages() == []
    mail.custodian.wire.fails = lambda method, path, done: False
    mail.custodian.turn()
    assert mail.custodian.texts("in") == ["one"]


def test_a_hub_that_lost_a_receipt_gets_it_again_and_nothing_is_shown_twice(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, "one")
    mail.reporter.turn()
    (before,) = mail.pair.exchange.rows(hub_messages)
    mail.custodian.turn()
    with mail.pair.exchange.database.write() as conn:
        conn.execute(update(hub_messages).values(receipt=None, envelope=before["envelope"]))
    mail.custodian.restart()
    mail.turns(2)
    assert mail.custodian.texts("in") == ["one"]
    assert mail.reporter.states() == ["delivered"]


def test_a_sender_restored_from_before_its_sealing_sends_anew_rather_than_losing_anything(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, "one")
    mail.reporter.turn()
    with mail.reporter.database.write() as conn:
        conn.execute(update(messages).values(state="waiting", envelope=None, cards=None))
    mail.reporter.restart()
    mail.turns(2)
    mail.turns(2)
    assert mail.reporter.states() == ["delivered"]
    assert set(mail.custodian.texts("in")) == {"one"}


def test_a_message_that_comes_before_its_candidate_waits_for_it(mail: Correspondence) -> None:
    mail.custodian.sees("possible")
    mail.reporter.write(mail.candidate, "one")
    mail.turns(2)
    assert mail.custodian.rows(messages) == []
    mail.custodian.sees("released")
    mail.turns(2)
    assert mail.custodian.texts("in") == ["one"]


def test_without_an_agreement_a_message_waits_until_there_is_one_again(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, "one")
    mail.pair.disagree()
    mail.turns()
    assert mail.reporter.states() == ["waiting"]
    mail.pair.agree()
    mail.pair.exchange.clock.now += AGAIN_AFTER
    mail.turns(2)
    assert mail.custodian.texts("in") == ["one"]


@pytest.mark.parametrize(
    ("state", "kind"),
    [("possible", "decision-out-of-order"), ("withdrawn", "candidate-withdrawn"), ("closed", "decision-out-of-order")],
)
def test_nothing_is_written_about_candidates_in_other_states(mail: Correspondence, state: str, kind: str) -> None:
    mail.custodian.sees(state)
    with pytest.raises(ProblemError) as refused:
        mail.custodian.write(mail.candidate, "one")
    assert refused.value.kind == kind


def test_nothing_is_written_about_candidates_that_are_not_here(mail: Correspondence) -> None:
    with pytest.raises(ProblemError) as refused:
        mail.custodian.write("A" * 22, "one")
    assert refused.value.kind == "no-such-resource"


@pytest.mark.parametrize("text", ["", " \n", "x" * 10_001, "a\x00b", "a\x1bb", "\ud800"])
def test_texts_that_are_none_are_refused(mail: Correspondence, text: str) -> None:
    with pytest.raises(ProblemError) as refused:
        mail.custodian.write(mail.candidate, text)
    assert refused.value.kind == "invalid-body"


@pytest.mark.parametrize("text", ["𠮷" * 10_000, '"' * 10_000, "\n" * 9_999 + "x"])
def test_the_longest_texts_fit_through_the_hub(mail: Correspondence, text: str) -> None:
    mail.custodian.write(mail.candidate, text)
    mail.turns(2)
    assert mail.reporter.texts("in") == [text]


def test_who_wrote_and_what_arrived_is_in_the_audit_log_without_its_text(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, CANARY)
    mail.turns(2)
    written, received = (str(each.rows(audit.leaves)) for each in (mail.reporter, mail.custodian))
    assert "message-written" in written
    assert "message-received" in received
    assert "canary" not in written + received


def test_the_status_counts_and_tells_no_candidate(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, "one")
    with mail.reporter.database.read() as conn:
        found = mail_status(conn)
    assert found["waiting"] == 1
    assert mail.candidate not in str(found)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_messages_with_random_cuts_arrive_exactly_once(mail: Correspondence, data: st.DataObject) -> None:
    parties: list[Organisation] = [mail.reporter, mail.custodian]
    before = mail.custodian.texts("in")
    text = f"number {len(before)}"
    mail.reporter.write(mail.candidate, text)
    for each in parties:
        cuts = data.draw(st.sets(st.integers(0, 12), max_size=5))
        count = [0]

        def cut(method: str, path: str, done: bool, cuts: set[int] = cuts, count: list[int] = count) -> bool:
            count[0] += 1
            return count[0] - 1 in cuts

        each.wire.fails = cut
    for _ in range(4):
        for each in parties:
            each.try_turn()
            each.restart()
    for each in parties:
        each.wire.fails = lambda method, path, done: False
    mail.turns(2)
    assert mail.custodian.texts("in") == [*before, text]
    assert set(mail.reporter.states()) == {"delivered"}
