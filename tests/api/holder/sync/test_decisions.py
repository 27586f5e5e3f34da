"""Decisions on their way to the hub: nothing lost, and nothing twice."""

from typing import Any

import pytest

from api.holder.reviewing.decisions import Choice, Decisions
from api.holder.staff.sessions import Principal
from api.holder.storage.tables import audit, decisions
from api.holder.sync.decisions import REFUSALS, DecisionsErrand
from api.wire.problems import ProblemError
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import Gateway

NAME = "c" * 22
SYSTEM = Principal(1, "session:mira", frozenset())


def proposed(gateway: Gateway, hub: FakeHub, name: str = NAME, **more: Any) -> str:
    ref = gateway.report(len(gateway.rows(decisions)) + len(gateway.inbox()) + 1, "found")
    hub.propose(name, ref, **more)
    gateway.pull_all()
    return ref


def decide(gateway: Gateway, choice: Choice, name: str = NAME) -> str:
    service = Decisions(gateway.database, gateway.vault, gateway.clock, lambda: None)
    return str(service.decide("custodian", name, choice, SYSTEM)["id"])


def send(gateway: Gateway) -> bool:
    return DecisionsErrand(gateway.database, gateway.clock).run(gateway.line.client())


def states(gateway: Gateway) -> list[str]:
    return [row["state"] for row in gateway.rows(decisions)]


def test_a_decision_arrives_once_and_the_inbox_follows_the_receipt(gateway: Gateway, hub: FakeHub) -> None:
    proposed(gateway, hub)
    name = decide(gateway, Choice("reject", 1, "sex_differs", "Seen by the doctor"))
    for _ in range(2):
        assert not send(gateway)
    (sent,) = hub.decisions
    assert (sent.id, sent.decision, sent.revision, sent.reason) == (name, "reject", 1, "sex_differs")
    assert "doctor" not in sent.model_dump_json()
    assert states(gateway) == ["taken"]
    row = gateway.inbox()[NAME]
    assert (row["state"], row["revision"], row["due_at"]) == ("rejected", 2, None)
    assert len(gateway.desk.told) == 1


def test_a_decision_whose_answer_was_lost_is_sent_again_under_the_same_name(gateway: Gateway, hub: FakeHub) -> None:
    proposed(gateway, hub)
    decide(gateway, Choice("possible", 1))
    hub.dies_after_storing = True
    with pytest.raises(ProblemError):
        send(gateway)
    assert states(gateway) == ["waiting"]
    gateway.restart()
    send(gateway)
    assert (len(hub.decisions), len(hub.decided), states(gateway)) == (1, 1, ["taken"])
    assert gateway.inbox()[NAME]["state"] == "possible"


def test_a_kill_between_the_answer_and_its_note_loses_nothing(
    gateway: Gateway, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(gateway, hub)
    decide(gateway, Choice("possible", 1))
    with monkeypatch.context() as patched:
        patched.setattr(DecisionsErrand, "_note_taken", _killed)
        with pytest.raises(KeyboardInterrupt):
            send(gateway)
    # The candidate went on at the hub before the gateway came back, and the old receipt must not undo that.
    hub.propose(NAME, hub.notices[0].found_ref, state="contact", revision=6)
    gateway.restart()
    gateway.pull_all()
    send(gateway)
    assert (len(hub.decisions), states(gateway)) == (1, ["taken"])
    row = gateway.inbox()[NAME]
    assert (row["state"], row["revision"]) == ("contact", 6)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_page_asked_for_before_the_decision_does_not_undo_it(gateway: Gateway, hub: FakeHub) -> None:
    ref = proposed(gateway, hub)
    decide(gateway, Choice("possible", 1))
    send(gateway)
    hub.propose(NAME, ref, revision=1)
    gateway.pull_all()
    assert gateway.inbox()[NAME]["state"] == "possible"
    assert len(gateway.desk.told) == 1


@pytest.mark.parametrize("kind", sorted(REFUSALS))
def test_what_the_hub_refuses_is_noted_with_its_sentence_and_not_sent_again(
    gateway: Gateway, hub: FakeHub, kind: str
) -> None:
    proposed(gateway, hub)
    decide(gateway, Choice("possible", 1))
    hub.refuses_decisions["possible"] = ProblemError(kind, "The hub says why.")
    send(gateway)
    send(gateway)
    (row,) = gateway.rows(decisions)
    assert (row["state"], row["detail"]) == ("refused", "The hub says why.")
    assert hub.requests.count(f"POST /v1/candidates/{NAME}/decisions") == 1
    assert gateway.inbox()[NAME]["state"] == "proposed"
    (_, leaf) = gateway.rows(audit.leaves)
    assert '"what":"decision-refused"' in leaf["content"]
    assert decide(gateway, Choice("reject", 1, "other"))


def test_a_refusal_of_everything_stops_the_lane_and_loses_nothing(gateway: Gateway, hub: FakeHub) -> None:
    proposed(gateway, hub)
    decide(gateway, Choice("possible", 1))
    for problem in (ProblemError("partner-suspended", "No."), ProblemError("failed", "No.")):
        hub.problem = problem
        with pytest.raises(ProblemError):
            send(gateway)
    hub.problem, hub.down = None, True
    with pytest.raises(ProblemError):
        send(gateway)
    hub.down = False
    assert states(gateway) == ["waiting"]
    send(gateway)
    assert states(gateway) == ["taken"]


def test_one_refused_decision_is_in_no_others_way(gateway: Gateway, hub: FakeHub) -> None:
    other = "d" * 22
    proposed(gateway, hub)
    proposed(gateway, hub, other)
    decide(gateway, Choice("reject", 1, "other"))
    decide(gateway, Choice("possible", 1), other)
    hub.refuses_decisions["reject"] = ProblemError("candidate-changed", "It changed.")
    send(gateway)
    assert states(gateway) == ["refused", "taken"]


def test_a_candidate_withdrawn_while_the_decision_was_on_its_way_stays_withdrawn(
    gateway: Gateway, hub: FakeHub
) -> None:
    ref = proposed(gateway, hub)
    decide(gateway, Choice("possible", 1))
    hub.propose(NAME, ref, state="withdrawn")
    gateway.pull_all()
    hub.refuses_decisions["possible"] = ProblemError("candidate-withdrawn", "It is withdrawn.")
    send(gateway)
    assert (states(gateway), gateway.inbox()[NAME]["state"]) == (["refused"], "withdrawn")
    with pytest.raises(ProblemError) as caught:
        decide(gateway, Choice("possible", 2))
    assert caught.value.kind == "candidate-withdrawn"


def test_the_desk_is_told_when_the_other_side_brought_a_candidate_on(gateway: Gateway, hub: FakeHub) -> None:
    ref = proposed(gateway, hub, state="released", revision=3)
    assert gateway.desk.told == []
    hub.propose(NAME, ref, state="accepted", revision=4)
    gateway.pull_all()
    assert gateway.desk.told == []
    hub.propose(NAME, ref, state="contact", revision=5)
    gateway.pull_all()
    assert len(gateway.desk.told) == 1
