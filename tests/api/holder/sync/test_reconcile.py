"""The own records against what the hub holds, after a restore of either side."""

from typing import Any

import pytest

from api.holder.storage.tables import outbox, records
from api.holder.sync.reconcile import Comparison, reconcile
from api.wire.problems import ProblemError
from tests.api.holder.sync.fake_hub import FakeHub, Held
from tests.api.holder.sync.gateways import Gateway


def compare(gateway: Gateway) -> Comparison:
    return reconcile(gateway.database, gateway.vault, gateway.line.client(), clock=gateway.clock)


def forget(gateway: Gateway, ref: str, **values: Any) -> None:
    """Set a record back, as a restore does; its outbox row knows nothing of the time after."""
    with gateway.database.write() as conn:
        conn.execute(records.update().where(records.c.ref == ref).values(**values))


def test_sides_that_agree_cause_no_traffic(gateway: Gateway, hub: FakeHub) -> None:
    for n in range(5):
        gateway.report(n)
    withdrawn = gateway.report(5)
    gateway.send_all()
    gateway.intake.withdraw(withdrawn, "duplicate", [1], "clerk")
    gateway.send_all()
    found = compare(gateway)
    assert (found.here, found.at_hub) == (6, 6)
    assert (found.queued, found.raised, found.held, found.unknown, found.damaged) == (0, 0, 0, 0, 0)
    assert gateway.counts().waiting == 0


def test_what_a_restored_hub_lacks_or_has_older_is_sent_again(gateway: Gateway, hub: FakeHub) -> None:
    refs = [gateway.report(n) for n in range(5)]
    gateway.send_all()
    older = hub.held[refs[0]]
    gateway.change(refs[0], 0, 1, age=12)
    gateway.send_all()
    hub.held[refs[0]] = Held(1, "active", older.digest)
    del hub.held[refs[3]], hub.held[refs[4]]
    found = compare(gateway)
    assert (found.queued, found.unknown) == (3, 0)
    gateway.send_all()
    assert {ref: held.version for ref, held in hub.held.items()} == dict(zip(refs, (2, 1, 1, 1, 1), strict=True))
    assert compare(gateway).queued == 0


def test_a_withdrawal_that_a_restored_hub_forgot_is_sent_again(gateway: Gateway, hub: FakeHub) -> None:
    withdrawn, erased = gateway.report(1), gateway.report(2)
    gateway.send_all()
    before = dict(hub.held)
    gateway.intake.withdraw(withdrawn, "found_by_us", [1], "clerk")
    gateway.intake.erase(erased, "admin")
    gateway.send_all()
    hub.held = before
    assert compare(gateway).queued == 2
    gateway.send_all()
    assert (hub.held[withdrawn].state, hub.held[erased].state) == ("withdrawn", "erased")


def test_a_restored_gateway_sends_its_records_under_versions_above_the_hubs(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    hub.held[ref] = Held(6, "active", "another content")
    assert compare(gateway).raised == 1
    gateway.send_all()
    assert (hub.held[ref].version, hub.held[ref].state) == (7, "active")
    assert hub.held[ref].item is not None
    assert gateway.version_of(ref) == 7
    gateway.change(ref, 1, 7, age=12)
    gateway.send_all()
    assert hub.held[ref].version == 8
    assert compare(gateway).raised == 0


def test_a_restored_gateway_is_told_that_the_hub_is_ahead(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    hub.held[ref] = Held(6, "active", "another content")
    gateway.change(ref, 1, 1, age=12)
    gateway.send_all()
    row = gateway.outbox_row(ref)
    assert (row["state"], row["reason"]) == ("refused", "outdated")
    assert "sync --check" in row["detail"]
    compare(gateway)
    gateway.send_all()
    assert gateway.counts().arrived == 1


def test_another_content_under_the_same_version_is_sent_under_the_next(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    hub.held[ref] = Held(1, "active", "another content")
    gateway.send_all()
    assert gateway.outbox_row(ref)["reason"] == "version-conflict"
    assert compare(gateway).raised == 1
    gateway.send_all()
    assert hub.held[ref].version == 2


@pytest.mark.parametrize(("state", "reason"), [("withdrawn", "withdrawn-at-hub"), ("erased", "erased-at-hub")])
def test_what_was_taken_back_after_the_backup_is_not_shared_again(
    gateway: Gateway, hub: FakeHub, state: str, reason: str
) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    hub.held[ref] = Held(4, state)
    assert compare(gateway).held == 1
    gateway.send_all()
    row = gateway.outbox_row(ref)
    assert (row["state"], row["reason"]) == ("refused", reason)
    assert hub.held[ref].state == state
    assert compare(gateway).held == 1


def test_a_clerk_can_share_again_what_was_withdrawn(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    hub.held[ref] = Held(4, "withdrawn")
    compare(gateway)
    gateway.change(ref, 1, 4, age=12)
    gateway.send_all()
    assert (hub.held[ref].version, hub.held[ref].state) == (5, "active")


def test_records_at_the_hub_that_are_not_here_are_counted(gateway: Gateway, hub: FakeHub) -> None:
    gateway.report(1)
    gateway.send_all()
    hub.held["z" * 22] = Held(1, "active")
    found = compare(gateway)
    assert (found.unknown, found.at_hub, found.here) == (1, 2, 1)


def test_an_outbox_that_was_lost_is_rebuilt(gateway: Gateway, hub: FakeHub) -> None:
    gateway.report(1)
    gateway.send_all()
    with gateway.database.write() as conn:
        conn.execute(outbox.delete())
    assert compare(gateway).queued == 1
    gateway.send_all()
    assert gateway.sync.status()["summary"] == "1 of 1 arrived"


def test_a_damaged_record_is_counted_and_stops_nothing(gateway: Gateway, hub: FakeHub) -> None:
    first, second = gateway.report(1), gateway.report(2)
    gateway.send_all()
    forget(gateway, first, sealed=b"\1" + bytes(60))
    hub.held[first].version = hub.held[second].version = 3
    found = compare(gateway)
    assert (found.damaged, found.raised) == (1, 1)


def test_a_hub_that_stops_answering_leaves_everything_as_it_was(gateway: Gateway, hub: FakeHub) -> None:
    for n in range(4):
        gateway.report(n)
    gateway.send_all()
    hub.held.clear()
    hub.problem = ProblemError("partner-suspended", "Ask.")
    with pytest.raises(ProblemError):
        compare(gateway)
    assert gateway.counts().waiting == 0
