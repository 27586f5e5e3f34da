"""What is collected of a hub: counted by the database, the same on both, and nothing that points at a record."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from api.hub.reporting.candidate_counts import CandidateCounts, judged
from api.hub.reporting.queries import CandidateGroup
from api.hub.storage import matched, tables
from matcher.views import Kind
from tests.api.hub.reporting.nights import Night

EVERY_VIEW = 8


def world(night: Night) -> tuple[list[int], list[int]]:
    """Missing reports of two countries, and found records at two offices and none."""
    police, shelters, desk = night.partner("police"), night.partner("shelters"), night.partner("desk", "BD")
    night.agree(police, shelters)
    night.agree(desk, shelters)
    missing = night.records(police, Kind.MISSING, 2) + night.records(desk, Kind.MISSING, 1)
    found = [night.records(shelters, Kind.FOUND, 1, office_mark=mark)[0] for mark in ("m" * 22, "a" * 22, None)]
    return missing, found


def test_candidates_are_counted_by_whole_bits_verdict_and_corridor(night: Night) -> None:
    (first, second, third), found = world(night)
    night.candidate(first, found[0], weight=12_999, verdict="possible")
    night.candidate(second, found[0], weight=12_000, verdict="probable")
    night.candidate(third, found[1], weight=-1, verdict="weak")
    night.candidate(third, found[2], weight=-1_000, verdict="weak", state="possible")
    night.candidate(first, found[1], weight=90_000, verdict="weak", state="withdrawn")
    collected = night.collected()
    assert collected["weights"] == [
        {"bit": -1, "probable": 0, "possible": 0, "weak": 1}, {"bit": 12, "probable": 1, "possible": 1, "weak": 0},
    ]  # fmt: skip
    assert collected["corridors"] == [
        {"missing": "IN", "found": "IN", "probable": 1, "possible": 1, "weak": 0, "bits": [[12, 2]]},
        {"missing": "BD", "found": "IN", "probable": 0, "possible": 0, "weak": 1, "bits": [[-1, 1]]},
    ]
    with night.database.read() as conn:
        told = {(row.missing, row.found, row.verdict): row.pairs for row in matched.corridors(conn, night.partition.id)}
    assert told == {
        (row["missing"], row["found"], verdict): row[verdict] for row in collected["corridors"]
        for verdict in ("probable", "possible", "weak") if row[verdict]
    }  # fmt: skip
    assert collected["best"] == {"reports": 3, "mean_bits": pytest.approx((12.999 + 12.0 - 0.001) / 3, abs=1e-3)}


def test_another_partition_counts_for_itself(night: Night) -> None:
    (first, *_), found = world(night)
    night.candidate(first, found[0])
    other, night.partition = night.partition, night.open_partition("south")
    collected = night.collected()
    assert collected["weights"] == collected["corridors"] == collected["worklists"]["rows"] == []
    assert {row["word"] for row in collected["freshness"]} == {"elsewhere"}
    night.partition = other
    assert night.collected()["weights"] != []


def test_deciles_tell_what_was_stated_and_what_people_decided(night: Night) -> None:
    missing, found = world(night)
    pairs = [(m, f) for m in missing for f in found]
    stated = iter(pairs)
    night.candidate(*next(stated), probability=0.95)
    night.candidate(*next(stated), probability=1.0)
    for state in ("verified", "rejected", "disproved"):
        night.candidate(*next(stated), probability=0.9, state=state)
    reunited = night.candidate(*next(stated), probability=0.9, state="closed")
    night.decided(reunited, "reunite")
    night.candidate(*next(stated), probability=0.9, state="closed")
    night.candidate(*next(stated), probability=0.9, state="released")
    # Its record was erased: what was stated of it is gone.
    night.candidate(*next(stated), probability=0.0, weight=0, levels="[]", state="rejected")
    lowest, *_, highest = night.collected()["calibration"]
    assert (lowest["candidates"], lowest["decided"]) == (0, 0)
    assert (highest["from"], highest["to"]) == (0.9, 1.0)
    assert (highest["candidates"], highest["expected"]) == (2, pytest.approx(1.95))
    assert (highest["decided"], highest["stated"], highest["matches"]) == (5, pytest.approx(4.5), 2)
    assert highest["word"] == "too-few"


def test_worklists_number_the_offices_as_their_first_records_came(night: Night) -> None:
    missing, found = world(night)
    late = night.ago(1)
    for report in missing:
        night.candidate(report, found[1], due_at=late)
    night.candidate(missing[0], found[0], state="possible", due_at=late)
    night.candidate(missing[1], found[0], state="released", due_at=late)
    night.candidate(missing[0], found[2], due_at=night.now.replace(year=2027))
    worklists = night.collected()["worklists"]
    assert [(row["office"], row["review"], row["release"], row["overdue"]) for row in worklists["rows"]] == [
        (2, 3, 0, 3), (0, 1, 0, 0), (1, 0, 1, 1),
    ]  # fmt: skip
    assert {row["partner"] for row in worklists["rows"]} == {"shelters"}
    totals = {what: worklists[what] for what in ("offices", "review", "release", "overdue")}
    assert totals == {"offices": 3, "review": 4, "release": 1, "overdue": 4}


def test_no_ref_name_or_mark_is_collected(night: Night) -> None:
    missing, found = world(night)
    for report in missing:
        night.candidate(report, found[0])
    with night.database.write() as conn:
        conn.execute(update(tables.records).values(officer_mark="o" * 22, case_mark="c" * 22))
    text = json.dumps(night.collected())
    with night.database.read() as conn:
        secrets: list[Any] = [*conn.execute(select(tables.records.c.ref)).scalars()]
        secrets += conn.execute(select(tables.candidates.c.name)).scalars()
    for secret in [*secrets, *(letter * 22 for letter in "maoc")]:
        assert secret not in text


@given(st.lists(st.builds(
    CandidateGroup, st.sampled_from(["IN", "BD"]), st.sampled_from(["IN", "NP"]), st.integers(-5, 60),
    st.integers(0, 9), st.sampled_from(["probable", "possible", "weak"]),
    st.sampled_from(["proposed", "open", "match", "other", "gone"]), st.integers(1, 1000), st.floats(0, 1000),
)))  # fmt: skip
def test_every_proposed_candidate_is_counted_once_in_each_list(groups: list[CandidateGroup]) -> None:
    counts = CandidateCounts(groups)
    total = sum(group.candidates for group in groups if group.fate == "proposed")
    verdicts = ("probable", "possible", "weak")
    assert sum(row[verdict] for row in counts.weights() for verdict in verdicts) == total
    assert sum(row[verdict] for row in counts.corridors() for verdict in verdicts) == total
    assert sum(pairs for row in counts.corridors() for _, pairs in row["bits"]) == total
    assert sum(row["candidates"] for row in counts.calibration()) == total
    assert sum(counts.verdicts().values()) == total


@pytest.mark.parametrize(("decided", "stated", "matches", "word"), [
    (29, 29.0, 0, "too-few"), (100, 50.0, 50, "agrees"), (100, 50.0, 65, "agrees"),
    (100, 50.0, 66, "claims-too-little"), (100, 50.0, 34, "claims-too-much"), (100, 100.0, 100, "agrees"),
    (100, 100.0, 98, "claims-too-much"), (100, 100.1, 100, "agrees"),
])  # fmt: skip
def test_matches_may_differ_by_three_deviations(decided: int, stated: float, matches: int, word: str) -> None:
    assert judged(decided, stated, matches) == word
