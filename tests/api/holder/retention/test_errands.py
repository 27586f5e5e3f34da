"""What the hub is told of holds, and the proofs of erasure that come from it."""

import json
from datetime import date
from typing import Any

import pytest

from api.holder.intake.sight import EVERYTHING
from api.holder.retention.hold_errand import HoldErrand
from api.holder.retention.holds import LegalHolds
from api.holder.retention.proof_errand import ProofErrand
from api.holder.retention.proofs import shown
from api.holder.reviewing.orders import Order, order_mark
from api.holder.storage.restoring import begin_again
from api.holder.storage.tables import records
from api.service.audit.entries import Entry, content
from api.service.audit.merkle import leaf_hash
from api.wire.audit import LeafProof, sign_checkpoint
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from api.wire.retention import Erasure, Hold, HoldList, HoldReceipt, HoldRequest, record_mark
from api.wire.signing import SignedMessage
from tests.api.holder.sync.fake_hub import HUB, PARTNER, FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway

ORDER = Order("High Court at Calcutta", "WPA 1234 of 2026", date(2026, 10, 20))


class Holds:
    """The hub's side of holds."""

    def __init__(self, hub: FakeHub) -> None:
        self.hub, self.held, self.asked = hub, dict[str, str](), list[str]()
        hub.answers["GET /v1/holds"] = self._list

    def of(self, ref: str) -> None:
        """Take holds of a ref."""
        self.hub.answers[f"PUT /v1/holds/{ref}"] = self.hub.answers[f"DELETE /v1/holds/{ref}"] = self._change

    def _list(self, message: SignedMessage) -> HoldList:
        items = [Hold(ref=ref, order=order, placed_at=self.hub.clock()) for ref, order in sorted(self.held.items())]
        return HoldList(items=items)

    def _change(self, message: SignedMessage) -> HoldReceipt:
        ref = message.target.rpartition("/")[2]
        self.asked.append(f"{message.method} {ref}")
        if message.method == "PUT":
            self.held[ref] = HoldRequest.model_validate_json(message.body).order
        else:
            self.held.pop(ref, None)
        return HoldReceipt(ref=ref, held=ref in self.held)


@pytest.fixture
def holds(hub: FakeHub) -> Holds:
    return Holds(hub)


def legal_holds(gateway: Gateway) -> LegalHolds:
    return LegalHolds(gateway.database, gateway.vault, gateway.clock, lambda: None)


def tell(gateway: Gateway) -> None:
    assert HoldErrand(gateway.database, gateway.vault, gateway.clock).run(gateway.line.client()) is False


def sent(gateway: Gateway, holds: Holds, number: int) -> str:
    ref = gateway.report(number)
    gateway.send_all()
    holds.of(ref)
    return ref


def test_the_hub_hears_of_each_hold_once_by_its_mark_and_when_it_is_lifted(gateway: Gateway, holds: Holds) -> None:
    ref, never_sent = sent(gateway, holds, 1), gateway.report(2)
    for one in (ref, never_sent):
        legal_holds(gateway).place(one, ORDER, "clerk", EVERYTHING)
    for _ in range(3):
        tell(gateway)
    assert holds.held == {ref: order_mark(gateway.vault, ORDER)}
    assert holds.asked == [f"PUT {ref}"]
    legal_holds(gateway).lift(ref, "clerk", EVERYTHING)
    for _ in range(2):
        tell(gateway)
    assert (holds.held, holds.asked) == ({}, [f"PUT {ref}", f"DELETE {ref}"])


def test_after_a_lost_answer_and_a_restart_the_hub_is_told_again(gateway: Gateway, hub: FakeHub, holds: Holds) -> None:
    refs = [sent(gateway, holds, number) for number in (1, 2)]
    for ref in refs:
        legal_holds(gateway).place(ref, ORDER, "clerk", EVERYTHING)
    hub.down = True
    with pytest.raises(ProblemError):
        tell(gateway)
    hub.down = False
    gateway.restart()
    tell(gateway)
    assert set(holds.held) == set(refs)


def test_after_a_restore_holds_of_the_hub_that_are_not_here_are_lifted(gateway: Gateway, holds: Holds) -> None:
    here, there = sent(gateway, holds, 1), sent(gateway, holds, 2)
    legal_holds(gateway).place(here, ORDER, "clerk", EVERYTHING)
    holds.held[there] = "x" * 43
    with gateway.database.write() as conn:
        begin_again(conn, gateway.clock())
    tell(gateway)
    assert set(holds.held) == {here}


def test_a_damaged_order_keeps_neither_its_own_hold_nor_the_others_from_standing(
    gateway: Gateway, holds: Holds
) -> None:
    damaged, lost, whole = (sent(gateway, holds, number) for number in (1, 2, 3))
    legal_holds(gateway).place(damaged, ORDER, "clerk", EVERYTHING)
    tell(gateway)
    for ref in (lost, whole):
        legal_holds(gateway).place(ref, ORDER, "clerk", EVERYTHING)
    with gateway.database.write() as conn:
        conn.execute(records.update().where(records.c.ref.in_([damaged, lost])).values(hold_sealed=b"?" * 60))
    tell(gateway)
    assert set(holds.held) == {damaged, whole}


# --- proofs -----------------------------------------------------------------------------------------------------------


def proof(hub: FakeHub, ref: str, key: RequestKey | None = None, origin: str = HUB, **changes: Any) -> Erasure:
    """The proof of an erasure from a log of one leaf."""
    facts: dict[str, Any] = {"what": "record-erased", "by": PARTNER, "about": record_mark(ref), **changes}
    text = content(Entry(at=hub.clock(), **facts), 0)
    checkpoint = sign_checkpoint(origin, 1, leaf_hash(text.encode()), hub.clock(), key or hub.key)
    return Erasure(ref=ref, proof=LeafProof(number=0, content=text, path=(), checkpoint=checkpoint))


def erased(gateway: Gateway, number: int = 1) -> str:
    ref = gateway.report(number)
    gateway.send_all()
    gateway.intake.erase(ref, "clerk")
    gateway.send_all()
    return ref


def known(gateway: Gateway, ref: str) -> dict[str, Any]:
    return shown(gateway.database, gateway.vault, ref, EVERYTHING)


def test_a_proof_is_fetched_once_verified_and_kept(gateway: Gateway, hub: FakeHub) -> None:
    ref = erased(gateway)
    assert (known(gateway, ref)["state"], known(gateway, ref)["proof"]) == ("waiting", None)
    hub.answers[f"GET /v1/erasures/{ref}"] = lambda message: proof(hub, ref)
    errand = ProofErrand(gateway.database, gateway.clock)
    hub.requests.clear()
    for _ in range(3):
        assert errand.run(gateway.line.client()) is False
    assert hub.requests == [f"GET /v1/erasures/{ref}"]
    found = known(gateway, ref)
    assert (found["state"], found["record_mark"]) == ("proved", record_mark(ref))
    assert json.loads(found["proof"]["content"])["about"] == record_mark(ref)


def test_an_erasure_that_has_not_arrived_is_not_asked_for(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    gateway.intake.erase(ref, "clerk")
    hub.requests.clear()
    ProofErrand(gateway.database, gateway.clock).run(gateway.line.client())
    assert hub.requests == []


@pytest.mark.parametrize(
    "changes",
    [
        {"what": "hold-lifted"}, {"by": "somebody"}, {"about": record_mark("z" * 22)}, {"origin": "other-hub"},
        {"key": RequestKey.generate()},
    ],
)  # fmt: skip
def test_a_proof_that_does_not_hold_is_not_kept_and_asked_for_again_in_an_hour(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, changes: dict[str, Any]
) -> None:
    ref = erased(gateway)
    hub.answers[f"GET /v1/erasures/{ref}"] = lambda message: proof(hub, ref, **changes)
    errand = ProofErrand(gateway.database, gateway.clock)
    for _ in range(2):
        errand.run(gateway.line.client())
    assert known(gateway, ref)["state"] == "waiting"
    assert "does not hold" in known(gateway, ref)["problem"]
    assert hub.requests.count(f"GET /v1/erasures/{ref}") == 1
    hub.answers[f"GET /v1/erasures/{ref}"] = lambda message: proof(hub, ref)
    clock.advance(hours=1)
    errand.run(gateway.line.client())
    assert known(gateway, ref)["state"] == "proved"


def test_one_erasure_that_the_hub_does_not_know_does_not_keep_the_others(gateway: Gateway, hub: FakeHub) -> None:
    first, second = erased(gateway, 1), erased(gateway, 2)
    hub.answers[f"GET /v1/erasures/{second}"] = lambda message: proof(hub, second)
    ProofErrand(gateway.database, gateway.clock).run(gateway.line.client())
    assert (known(gateway, first)["state"], known(gateway, second)["state"]) == ("waiting", "proved")
    assert "no proof" in known(gateway, first)["problem"]


def test_a_hub_that_is_down_settles_nothing(gateway: Gateway, hub: FakeHub) -> None:
    ref = erased(gateway)
    hub.down = True
    with pytest.raises(ProblemError):
        ProofErrand(gateway.database, gateway.clock).run(gateway.line.client())
    assert "problem" not in known(gateway, ref)
