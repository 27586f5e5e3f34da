"""What the hub lets go of when its time has come, and what it keeps."""

import json
from typing import Any

import pytest

from api.hub.retention.purging import TASKS, run
from api.hub.storage import audit as log
from api.hub.storage.kinship_tables import kindred, links
from api.hub.storage.partner_tables import audit, closed_cases, messages
from api.hub.storage.purging import Limits
from api.hub.storage.tables import candidates, decisions, records
from api.wire.names import new_ref
from tests.api.hub.gateways import START, body_of, erase, put
from tests.api.hub.retention.cases import Case, Cases

ORDER = "o" * 43


def held(cases: Cases, case: Case, side: str) -> tuple[Any, str]:
    chosen = (cases.custodian, case.found_ref) if side == "found" else (cases.reporter, case.missing_ref)
    gateway, ref = chosen
    assert gateway.send("PUT", f"/v1/holds/{ref}", body_of({"order": ORDER})).status_code == 200
    return chosen


def leaves(cases: Cases, what: str) -> list[dict[str, Any]]:
    found = [json.loads(row["content"]) for row in cases.exchange.rows(audit.leaves)]
    return [leaf for leaf in found if leaf["what"] == what]


def counted(cases: Cases) -> dict[tuple[str, str, str, str], int]:
    key = ("outcome", "quarter", "missing_country", "found_country")
    return {tuple(row[name] for name in key): row["cases"] for row in cases.exchange.rows(closed_cases)}


# --- codes ------------------------------------------------------------------------------------------------------------


def test_codes_of_a_withdrawn_record_go_after_their_days_and_its_state_stays(cases: Cases) -> None:
    case = cases.add("proposed")
    cases.withdraw(case, missing=False)
    before = cases.exchange.record(case.found_ref)
    cases.sweep(days=179)
    assert cases.codes() == {case.found_ref: True, case.missing_ref: True}
    cases.sweep(days=1)
    row = cases.exchange.record(case.found_ref)
    assert (row["state"], row["version"], row["codes"], row["sex"], row["event"]) == ("withdrawn", 2, None, None, None)
    assert row["sequence"] > before["sequence"]  # the index has to hear of it
    assert cases.codes()[case.missing_ref]
    again = cases.exchange.rows(records)
    cases.sweep(days=1)
    assert cases.exchange.rows(records) == again


def test_codes_of_an_expired_record_go_by_its_own_day(cases: Cases) -> None:
    today = (START.date() - START.date().replace(year=1970, month=1, day=1)).days
    ref, later = new_ref(), new_ref()
    cases.custodian.submit(put(ref, expires_on=today + 1), put(later, expires_on=today + 30))
    with cases.exchange.database.write() as conn:
        conn.execute(records.update().values(state="expired"))
    cases.sweep(days=182)
    assert cases.codes() == {ref: False, later: True}


def test_a_withdrawal_repeated_and_a_record_sent_anew_after_the_purge(cases: Cases) -> None:
    case = cases.add()
    cases.withdraw(case)
    cases.sweep(days=200)
    refs = [("withdraw", 2, "unchanged"), ("withdraw", 1, "outdated"), ("put", 2, "version-conflict")]
    for action, version, outcome in refs:
        item = put(case.found_ref, version) if action == "put" else {
            "action": action, "ref": case.found_ref, "version": version,
        }  # fmt: skip
        assert cases.custodian.outcomes(item) == [outcome]
    assert cases.custodian.outcomes(put(case.found_ref, 3)) == ["stored"]
    cases.sweep(days=400)
    assert cases.codes()[case.found_ref]


# --- cases ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words", "outcome"),
    [
        ("rejected", ["reject"], "rejected"),
        ("withdrawn", [], "withdrawn"),
        ("disproved", ["decline"], "disproved"),
        ("closed", ["possible", "release", "verify", "reunite", "close"], "reunited"),
        ("closed", ["decline", "close"], "disproved"),
        ("closed", [], "closed"),
    ],
)
def test_a_case_that_is_over_is_counted_and_gone(cases: Cases, state: str, words: list[str], outcome: str) -> None:
    case = cases.add(state, *words)
    cases.withdraw(case, missing=False)
    cases.sweep(days=29)
    assert cases.names() == {case.name}
    cases.sweep(days=1)
    for table in (candidates, decisions, messages):
        assert cases.exchange.count(table) == 0
    assert counted(cases) == {(outcome, "2026-4", "IN", "BD"): 1}
    assert [(leaf["by"], leaf["about"], leaf["why"]) for leaf in leaves(cases, "case-purged")] == [
        ("hub", None, outcome)
    ]
    cases.sweep(days=30)
    assert counted(cases) == {(outcome, "2026-4", "IN", "BD"): 1}


@pytest.mark.parametrize("state", ["rejected", "disproved", "closed", "withdrawn"])
def test_while_both_records_are_active_what_was_judged_is_remembered(cases: Cases, state: str) -> None:
    case = cases.add(state)
    cases.sweep(days=4000)
    assert cases.names() == {case.name}
    assert counted(cases) == {}


@pytest.mark.parametrize("state", ["proposed", "possible", "released", "accepted", "contact", "verified", "reunited"])
def test_a_case_that_is_not_over_stays_as_long_as_a_record_has_codes(cases: Cases, state: str) -> None:
    case = cases.add(state)
    cases.withdraw(case)
    cases.sweep(days=179)
    assert cases.names() == {case.name}
    cases.sweep(days=1)
    assert cases.names() == set()
    assert counted(cases) == {("reunited" if state == "reunited" else "closed", "2026-4", "IN", "BD"): 1}


def test_many_cases_are_counted_together(cases: Cases) -> None:
    made = [cases.add(state, seed=at) for at, state in enumerate(["rejected", "rejected", "withdrawn"])]
    stays = cases.add("rejected", seed=3)
    cases.withdraw(*made, found=False)
    cases.sweep(days=31)
    assert counted(cases) == {("rejected", "2026-4", "IN", "BD"): 2, ("withdrawn", "2026-4", "IN", "BD"): 1}
    assert cases.names() == {stays.name}


def test_killed_in_the_middle_a_step_counts_nothing_and_the_next_one_counts_once(
    cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.withdraw(cases.add("rejected"))

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(log, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            cases.sweep(days=31)
    assert (len(cases.names()), counted(cases)) == (1, {})
    cases.sweep()
    assert counted(cases) == {("rejected", "2026-4", "IN", "BD"): 1}


def test_a_case_that_came_to_life_between_the_look_and_the_step_stays(cases: Cases) -> None:
    case = cases.add("rejected")
    cases.withdraw(case)
    cases.exchange.clock.advance(days=31)
    limits = Limits.at(cases.exchange.clock(), 180, 30)
    cases.custodian.submit(put(case.found_ref, 3))
    cases.reporter.submit(put(case.missing_ref, 3, kind="missing"))
    with cases.exchange.database.write() as conn:
        run(conn, TASKS[1], limits, [case.id], cases.exchange.clock())
    assert cases.names() == {case.name}


# --- holds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["found", "missing"])
def test_a_hold_on_either_record_keeps_both_and_the_case(cases: Cases, side: str) -> None:
    case, other = cases.add("rejected"), cases.add("rejected", seed=1)
    gateway, ref = held(cases, case, side)
    cases.withdraw(case, other)
    cases.sweep(days=400)
    assert cases.names() == {case.name}
    assert {name for name, there in cases.codes().items() if there} == {case.found_ref, case.missing_ref}
    gateway.send("DELETE", f"/v1/holds/{ref}")
    cases.sweep()
    assert cases.names() == set()
    assert set(cases.codes().values()) == {False}


# --- links and what is left -------------------------------------------------------------------------------------------


def test_links_of_nothing_go_and_links_of_what_is_there_stay(cases: Cases) -> None:
    first, second, third = (cases.add("rejected", seed=at) for at in range(3))
    cases.relate(first.found_id, second.found_id, "joined")
    cases.relate(second.found_id, third.found_id, "withdrawn")
    cases.withdraw(second)
    cases.sweep(days=31)
    assert [row["state"] for row in cases.exchange.rows(links)] == ["joined"]
    assert cases.exchange.count(kindred) == 2
    cases.sweep(days=150)
    assert [row["state"] for row in cases.exchange.rows(links)] == ["joined"]
    assert cases.exchange.count(kindred) == 0
    cases.withdraw(first)
    cases.sweep(days=180)
    assert cases.exchange.count(links) == 0


def test_a_record_that_nothing_needs_keeps_ref_version_and_state(cases: Cases) -> None:
    case = cases.add("rejected")
    cases.withdraw(case)
    cases.sweep(days=180)
    row = cases.exchange.record(case.found_ref)
    assert row["photo_age"] == 0
    kept = {name for name, value in row.items() if value not in (None, 0)}
    assert kept == {
        "id", "partition_id", "partner_id", "ref", "version", "state", "digest", "sequence", "received_at"
    }  # fmt: skip
    sequences = [each["sequence"] for each in cases.exchange.rows(records)]
    cases.sweep(days=1)
    assert [each["sequence"] for each in cases.exchange.rows(records)] == sequences


@pytest.mark.parametrize("erased", [False, True])
def test_of_a_case_nothing_stays_but_the_count_and_the_tombstones(cases: Cases, erased: bool) -> None:
    case = cases.add("closed", "release", "reunite", "close")
    if erased:
        assert cases.custodian.outcomes(erase(case.found_ref, 2)) == ["erased"]
    cases.withdraw(case, found=not erased)
    cases.sweep(days=400)
    everything = cases.everything_but("records")
    assert all(text not in everything for text in (case.name, case.found_ref, case.missing_ref, ORDER))
    assert sum(counted(cases).values()) == 1
    stones = {row["ref"]: row for row in cases.exchange.rows(records)}
    assert set(stones) == {case.found_ref, case.missing_ref}
    assert all(row["codes"] is row["kind"] is row["case_mark"] is None for row in stones.values())
