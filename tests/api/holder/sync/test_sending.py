"""The outbox from the intake to the hub and back: nothing lost, nothing twice, whatever breaks on the way."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from api.holder.storage.tables import records
from api.holder.sync.backoff import LONGEST
from api.wire.problems import ProblemError
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway


def test_every_record_arrives_and_is_counted(gateway: Gateway, hub: FakeHub) -> None:
    refs = [gateway.report(n, "found" if n % 2 else "missing") for n in range(7)]
    assert gateway.sync.status()["summary"] == "0 of 7 arrived"
    gateway.send_all()
    assert set(hub.held) == set(refs)
    status = gateway.sync.status()
    assert (status["summary"], status["waiting"], status["problem"]) == ("7 of 7 arrived", 0, None)
    assert status["last_contact"] is not None


def test_nothing_of_a_record_but_codes_travels(gateway: Gateway, hub: FakeHub) -> None:
    seen = bytearray()
    hub.spoil = lambda answer: answer
    plain = hub.answer

    def listening(request: httpx.Request) -> httpx.Response:
        seen.extend(request.read() + str(request.url).encode() + str(request.headers).encode())
        return plain(request)

    hub.answer = listening  # type: ignore[method-assign]
    gateway.restart()
    gateway.report(1, name="Canarywala", record_id="FIR-CANARY", home_village="Canarypur")
    gateway.send_all()
    assert len(hub.held) == 1
    assert b"anary" not in seen
    assert b"CANARY" not in seen


def test_three_days_offline_lose_nothing_and_keep_the_order(gateway: Gateway, hub: FakeHub, clock: FakeClock) -> None:
    hub.down = True
    refs, attempts = [], []
    for hour in range(72):
        refs.append(gateway.report(hour))
        for _ in range(6):
            before = len(hub.requests)
            gateway.send_all()
            attempts.append(len(hub.requests) - before)
            clock.advance(minutes=10)
    status = gateway.sync.status()
    assert (status["waiting"], status["arrived"]) == (72, 0)
    assert status["oldest_waiting"].startswith("2026-11-02T06:00")
    assert status["problem"]["kind"] == "hub-unreachable"
    assert sum(attempts) == 72 * 6  # every ten minutes: never more than five minutes of pause are left
    hub.down = False
    gateway.restart()
    gateway.send_all()
    assert [ref for submission in hub.submissions for _, ref, _ in submission] == refs
    assert gateway.sync.status()["summary"] == "72 of 72 arrived"
    assert gateway.sync.status()["problem"] is None


def test_pauses_double_up_to_five_minutes_and_end_with_a_success(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    gateway.report(1)
    hub.down = True
    pauses = []
    for _ in range(11):
        gateway.sync.step_out()
        due = gateway.sync.out.backoff.not_before
        assert due is not None
        pauses.append((due - clock()).total_seconds())
        clock.now = due - timedelta(seconds=0.5)
        before = len(hub.requests)
        gateway.sync.step_out()
        assert len(hub.requests) == before
        clock.now = due
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    hub.down = False
    gateway.sync.step_out()
    assert gateway.sync.out.backoff.not_before is None


def test_a_clock_that_was_set_back_does_not_stretch_the_pause(gateway: Gateway, hub: FakeHub, clock: FakeClock) -> None:
    gateway.report(1)
    hub.down = True
    for _ in range(12):
        gateway.sync.step_out()
        clock.advance(minutes=6)
    clock.advance(days=-2)
    hub.down = False
    gateway.send_all()
    assert gateway.counts().arrived == 1
    assert timedelta(minutes=5) == LONGEST


def test_a_hub_that_dies_between_storing_and_answering_has_everything_once(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    refs = [gateway.report(n) for n in range(3)]
    hub.dies_after_storing = True
    gateway.send_all()
    assert set(hub.held) == set(refs)
    assert gateway.counts().waiting == 3
    stored = {ref: replace(held) for ref, held in hub.held.items()}
    clock.advance(seconds=2)
    gateway.restart()
    gateway.send_all()
    assert hub.held == stored
    assert gateway.counts().arrived == 3
    assert len(hub.submissions) == 2


def test_one_refused_item_does_not_cost_the_others_and_tells_the_clerk(gateway: Gateway, hub: FakeHub) -> None:
    refs = [gateway.report(n) for n in range(4)]
    hub.refuses[refs[2]] = ("too-fine", "The birth interval is finer than it may be.")
    gateway.send_all()
    assert gateway.sync.status()["summary"] == "3 of 4 arrived"
    row = gateway.outbox_row(refs[2])
    assert (row["state"], row["reason"]) == ("refused", "too-fine")
    assert row["detail"] == "The birth interval is finer than it may be."
    del hub.refuses[refs[2]]
    gateway.change(refs[2], 2, 1, age=10)
    gateway.send_all()
    assert gateway.sync.status()["summary"] == "4 of 4 arrived"


def test_a_record_that_holds_nothing_to_compare_is_told_and_not_sent(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1, name=None, age=None, home_village=None)
    other = gateway.report(2)
    gateway.send_all()
    row = gateway.outbox_row(ref)
    assert (row["state"], row["reason"], row["ever_sent"]) == ("refused", "nothing-to-compare", False)
    assert "add a name" in row["detail"]
    assert set(hub.held) == {other}


def test_a_damaged_record_holds_up_no_other(gateway: Gateway, hub: FakeHub) -> None:
    first, second = gateway.report(1), gateway.report(2)
    row = gateway.outbox_row(first)
    with gateway.database.write() as conn:
        conn.execute(records.update().where(records.c.id == row["record_id"]).values(sealed=b"\1" + bytes(60)))
    gateway.send_all()
    assert gateway.outbox_row(first)["reason"] == "damaged"
    assert set(hub.held) == {second}


def test_a_change_while_the_old_version_is_in_flight_is_sent_too(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)

    def officer_saves() -> None:
        if hub.submissions and gateway.version_of(ref) == 1:
            gateway.change(ref, 1, 1, age=11)

    hub.before_answer = officer_saves
    gateway.sync.step_out()
    row = gateway.outbox_row(ref)
    assert (row["version"], row["state"]) == (2, "waiting")
    gateway.send_all()
    assert [version for submission in hub.submissions for _, _, version in submission] == [1, 2]
    assert hub.held[ref].version == 2
    assert gateway.counts().arrived == 1


def test_a_withdrawal_while_the_record_is_in_flight_reaches_the_hub(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)

    def officer_withdraws() -> None:
        if hub.submissions and gateway.version_of(ref) == 1:
            gateway.intake.withdraw(ref, "found_by_us", [1], "clerk")

    hub.before_answer = officer_withdraws
    gateway.send_all()
    assert hub.held[ref].state == "active"
    gateway.send_all()
    assert hub.held[ref].state == "withdrawn"


def test_a_withdrawal_after_a_lost_answer_reaches_the_hub(gateway: Gateway, hub: FakeHub, clock: FakeClock) -> None:
    ref = gateway.report(1)
    hub.dies_after_storing = True
    gateway.send_all()
    gateway.intake.withdraw(ref, "duplicate", [1], "clerk")
    clock.advance(minutes=1)
    gateway.send_all()
    assert hub.held[ref].state == "withdrawn"


def test_a_record_withdrawn_before_it_was_ever_sent_leaves_no_trace(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.intake.withdraw(ref, "entered_in_error", [1], "clerk")
    gateway.send_all()
    assert gateway.outbox_row(ref) is None
    assert hub.held == {}


def test_an_erasure_reaches_the_hub(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    gateway.intake.erase(ref, "admin")
    gateway.send_all()
    assert hub.held[ref].state == "erased"
    assert gateway.sync.status()["summary"] == "1 of 1 arrived"


@pytest.mark.parametrize(
    "kind",
    ["key-mismatch", "profile-mismatch", "epoch-closed", "unknown-domain", "partner-pending", "partner-suspended",
     "not-ready", "storage-full"],
)  # fmt: skip
def test_a_problem_of_the_whole_batch_keeps_everything_and_shows_the_hubs_sentence(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, kind: str
) -> None:
    gateway.report(1)
    gateway.report(2)
    hub.problem = ProblemError(kind, "Do this and that.")
    for _ in range(3):
        gateway.send_all()
        clock.advance(minutes=6)
    problem = gateway.sync.status()["problem"]
    assert (problem["kind"], problem["detail"]) == (kind, "Do this and that.")
    assert problem["since"] == "2026-11-02T06:00:00+00:00"
    assert gateway.counts().waiting == 2
    hub.problem = None
    gateway.send_all()
    assert gateway.sync.status()["summary"] == "2 of 2 arrived"
    assert gateway.sync.status()["problem"] is None


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_wrong_is_told_of(gateway: Gateway, hub: FakeHub, clock: FakeClock, minutes: int) -> None:
    gateway.report(1)
    clock.off = timedelta(minutes=minutes)
    gateway.send_all()
    problem = gateway.sync.status()["problem"]
    assert problem["kind"] == "stale-request"
    assert "600 seconds" in problem["detail"]
    assert "clock" in problem["detail"]
    clock.off = timedelta(0)
    clock.advance(minutes=20)
    gateway.send_all()
    assert gateway.counts().arrived == 1
