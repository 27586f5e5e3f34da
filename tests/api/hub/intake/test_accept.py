"""One submission, one transaction: what is stored, queued and taken back."""

import base64

import pytest
from sqlalchemy import select

from api.hub.matching.taking_back import TakingBack
from api.hub.storage.tables import candidates, partitions, pending, records
from api.wire.names import new_ref
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22
from tests.api.hub.gateways import EPOCH, KEY_CHECK, Exchange, erase, propose, put, withdraw
from tests.api.service.requests_to import problem_in


def test_a_record_is_stored_as_it_came_and_waits_for_its_match(exchange: Exchange) -> None:
    number = exchange.partition()
    bengal, ref = exchange.partner("bengal"), new_ref()
    item = put(ref, kind="missing", seed=4, expires_on=21_000)
    assert bengal.outcomes(item) == ["stored"]
    stored = exchange.record(ref)
    assert stored["codes"] == base64.b64decode(item["rows"][0]["code"])
    assert (stored["partition_id"], stored["kind"], stored["state"]) == (number, 0, "active")
    assert (stored["birth_first"], stored["event"], stored["expires_on"]) == (15_000, 20_000, 21_000)
    waiting = {"record_id": stored["id"], "partition_id": number, "sequence": stored["sequence"]}
    assert exchange.rows(pending) == [waiting]


def test_every_change_takes_a_new_number_and_the_queue_follows(exchange: Exchange) -> None:
    exchange.partition()
    bengal, refs = exchange.partner("bengal"), [new_ref() for _ in range(3)]
    bengal.submit(*(put(ref, seed=at) for at, ref in enumerate(refs)))
    first = sorted(row["sequence"] for row in exchange.rows(records))
    assert len(set(first)) == 3
    bengal.submit(put(refs[0], 2, seed=7), put(refs[1], seed=1), withdraw(refs[2], 2))
    by_ref = {row["ref"]: row["sequence"] for row in exchange.rows(records)}
    assert min(by_ref[refs[0]], by_ref[refs[2]]) > max(first)
    assert by_ref[refs[1]] in first
    waiting = {row["record_id"]: row["sequence"] for row in exchange.rows(pending)}
    assert waiting == {exchange.record(ref)["id"]: by_ref[ref] for ref in refs[:2]}


def test_a_large_mixed_submission(exchange: Exchange) -> None:
    exchange.partition()
    bengal, refs = exchange.partner("bengal"), [new_ref() for _ in range(500)]
    assert set(bengal.outcomes(*(put(ref, seed=at) for at, ref in enumerate(refs)))) == {"stored"}
    again = [
        (put(ref, 2, seed=at), erase(ref, 2), withdraw(ref, 2), put(ref, seed=at))[at % 4]
        for at, ref in enumerate(refs)
    ]
    assert bengal.outcomes(*again) == ["stored", "erased", "withdrawn", "unchanged"] * 125
    states = [row["state"] for row in exchange.rows(records)]
    assert {state: states.count(state) for state in set(states)} == {"active": 250, "withdrawn": 125, "erased": 125}
    assert exchange.count(pending) == 250


def take_back(exchange: Exchange) -> None:
    """What the matcher does after the fact."""
    for partition in exchange.rows(partitions):
        TakingBack(exchange.database).step(partition["id"], exchange.clock())


def test_removals_take_candidates_back_with_new_numbers(exchange: Exchange) -> None:
    exchange.partition()
    bengal, refs = exchange.partner("bengal"), [new_ref() for _ in range(4)]
    bengal.submit(*(put(ref, kind=("missing", "found")[at > 0], seed=at) for at, ref in enumerate(refs)))
    ids = [exchange.record(ref)["id"] for ref in refs]
    with exchange.database.write() as conn:
        names = [propose(conn, ids[0], found) for found in ids[1:]]
    bengal.submit(withdraw(refs[1], 2), erase(refs[2], 2))
    take_back(exchange)
    found = {row["name"]: row for row in exchange.rows(candidates)}
    assert [found[name]["state"] for name in names] == ["withdrawn", "withdrawn", "proposed"]
    assert [found[name]["levels"] == "[]" for name in names] == [False, True, False]
    assert sorted(found[name]["sequence"] for name in names[:2]) == [4, 5]
    bengal.submit(erase(refs[0], 2))
    take_back(exchange)
    with exchange.database.read() as conn:
        left = conn.execute(select(candidates.c.levels, candidates.c.weight, candidates.c.probability)).all()
    assert {tuple(row) for row in left} == {("[]", 0, 0.0)}


def test_a_tombstone_of_a_ref_that_was_never_sent(exchange: Exchange) -> None:
    exchange.partition()
    bengal, gone, back = exchange.partner("bengal"), new_ref(), new_ref()
    assert bengal.outcomes(erase(gone, 1), withdraw(back, 2)) == ["erased", "withdrawn"]
    assert bengal.outcomes(put(gone, 2), put(back, 1), put(back, 3)) == ["ref-erased", "outdated", "stored"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"domain": "elsewhere"}, "unknown-domain"),
        ({"epoch": "2020-01"}, "unknown-epoch"),
        ({"epoch": "closed"}, "epoch-closed"),
        ({"profile": "local-1999-01"}, "profile-mismatch"),
        ({"profile": NETWORK_2026_11_22.name, "profile_digest": NETWORK_2026_11_22.digest.hex()}, "profile-mismatch"),
        ({"profile_digest": "0" * 64}, "profile-mismatch"),
        ({"key_check": "f" * 16}, "key-mismatch"),
    ],
)
def test_submissions_that_fit_no_partition_are_refused_whole_with_what_to_do(
    exchange: Exchange, changes: dict[str, str], kind: str
) -> None:
    exchange.partition()
    closed = exchange.partition(epoch="closed")
    with exchange.database.write() as conn:
        conn.execute(partitions.update().where(partitions.c.id == closed).values(state="closed"))
    answer = exchange.partner("bengal").submit(put(new_ref()), **changes)
    assert problem_in(answer) == kind
    assert exchange.count(records) == 0
    assert exchange.matcher.changes == 0


def test_the_stewards_first_upload_fixes_the_key(exchange: Exchange) -> None:
    steward, other = exchange.partner("steward"), exchange.partner("other")
    exchange.partition(key_check=None, steward="steward")
    assert problem_in(other.submit(put(new_ref()), key_check="f" * 16)) == "key-mismatch"
    assert steward.outcomes(put(new_ref())) == ["stored"]
    assert [row["key_check"] for row in exchange.rows(partitions)] == [KEY_CHECK]
    assert problem_in(steward.submit(put(new_ref()), key_check="f" * 16)) == "key-mismatch"
    assert other.outcomes(put(new_ref())) == ["stored"]


def test_a_closed_epoch_still_takes_withdrawals_and_erasures(exchange: Exchange) -> None:
    number = exchange.partition()
    bengal, first, second = exchange.partner("bengal"), new_ref(), new_ref()
    bengal.submit(put(first), put(second))
    with exchange.database.write() as conn:
        conn.execute(partitions.update().where(partitions.c.id == number).values(state="closed"))
    assert bengal.outcomes(withdraw(first, 2), erase(second, 2), "nonsense") == ["withdrawn", "erased", "invalid-item"]
    assert problem_in(bengal.submit(put(new_ref()))) == "epoch-closed"


@pytest.mark.parametrize("arrives_in", [EPOCH, "2026-12"])
def test_a_withdrawal_in_one_epoch_ends_matching_in_all_of_them(exchange: Exchange, arrives_in: str) -> None:
    for domain, epoch in (("in-north", EPOCH), ("in-north", "2026-12"), ("bd-south", EPOCH)):
        exchange.partition(domain, epoch)
    bengal, ref, stays = exchange.partner("bengal"), new_ref(), new_ref()
    bengal.submit(put(ref), put(stays))
    bengal.submit(put(ref, 2), epoch="2026-12")
    bengal.submit(put(other := new_ref()), domain="bd-south")
    with exchange.database.write() as conn:
        missing = exchange.record(stays)["id"]
        names = [propose(conn, missing, row["id"]) for row in exchange.rows(records) if row["ref"] == ref]
    assert bengal.outcomes(withdraw(ref, 3), epoch=arrives_in) == ["withdrawn"]
    shown = sorted((row["state"], row["version"]) for row in exchange.rows(records) if row["ref"] == ref)
    assert shown == [("withdrawn", 3)] * 2
    take_back(exchange)
    assert {row["name"]: row["state"] for row in exchange.rows(candidates)} == dict.fromkeys(names, "withdrawn")
    assert {row["record_id"] for row in exchange.rows(pending)} == {missing, exchange.record(other)["id"]}


def test_a_record_that_is_encoded_again_keeps_the_time_it_was_entered_at(exchange: Exchange) -> None:
    for epoch in (EPOCH, "2026-12"):
        exchange.partition(epoch=epoch)
    bengal, ref, begin = exchange.partner("bengal"), new_ref(), exchange.clock()
    bengal.submit(put(ref, officer="O" * 22))
    exchange.clock.advance(days=1)
    bengal.submit(put(ref, officer="P" * 22), epoch="2026-12")
    assert [row["entered_at"] for row in exchange.rows(records)] == [begin] * 2
    assert [row["officer_mark"] for row in exchange.rows(records)] == ["O" * 22, "P" * 22]
    bengal.submit(put(ref, 2), epoch="2026-12")
    exchange.clock.advance(days=1)
    bengal.submit(withdraw(ref, 3), epoch="2026-12")
    times = [row["entered_at"] - begin for row in exchange.rows(records)]
    assert [time.days for time in times] == [0, 1]
    bengal.submit(erase(ref, 3))
    assert {(row["case_mark"], row["officer_mark"], row["office_mark"]) for row in exchange.rows(records)} == {
        (None, None, None)
    }


def test_epochs_and_domains_of_one_ref(exchange: Exchange) -> None:
    for domain, epoch in (("in-north", EPOCH), ("in-north", "2026-12"), ("bd-south", EPOCH)):
        exchange.partition(domain, epoch)
    bengal, ref = exchange.partner("bengal"), new_ref()
    assert bengal.outcomes(put(ref)) == ["stored"]
    assert bengal.outcomes(put(ref, 2), epoch="2026-12") == ["stored"]
    assert bengal.outcomes(put(ref, 3), domain="bd-south") == ["ref-in-other-domain"]
    assert bengal.outcomes(erase(ref, 1), epoch="2026-12") == ["erased"]
    assert [row["codes"] for row in exchange.rows(records)] == [None, None]


def test_an_item_of_another_profiles_size_is_refused_alone(exchange: Exchange) -> None:
    exchange.partition()
    short = put(new_ref())
    short["rows"] = [{**short["rows"][0], "code": base64.b64encode(bytes(8 * LOCAL_2026_11_22.words - 8)).decode()}]
    assert exchange.partner("bengal").outcomes(short, put(new_ref())) == ["bad-code", "stored"]
