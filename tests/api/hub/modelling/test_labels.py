"""Which decisions are labels, and that what does not say whether it is the child is none."""

import numpy as np
import pytest
from sqlalchemy import update

from api.hub.modelling.labels import MATCH, OTHER_CHILD, Judged, judged_pairs, verdict_of
from api.hub.storage import candidates as candidate_rows
from api.hub.storage import decisions, tables
from api.hub.storage.judged import Judgement
from api.wire.life import REASONS, DecisionWord
from tests.api.hub.modelling.judging import Station

NO_LABEL = {"identity_known", "false_report", "family_says_no", "other"}
TO_VERIFIED: tuple[DecisionWord, ...] = ("possible", "release", "accept", "verify")


def told(station: Station) -> Judged:
    with station.database.read() as conn:
        return judged_pairs(conn, station.partition.id)


def test_every_reason_is_a_label_or_said_to_be_none() -> None:
    reasons = {reason for word in ("reject", "decline", "disprove") for reason in REASONS[word]}
    assert reasons == OTHER_CHILD | NO_LABEL
    assert not OTHER_CHILD & NO_LABEL


@pytest.mark.parametrize("reason", sorted(NO_LABEL | OTHER_CHILD))
def test_a_reason_decides_whether_a_rejection_is_a_label(reason: str) -> None:
    verdict = verdict_of(Judgement(1, 2, 3, 4, "disprove", reason))
    assert verdict is (False if reason in OTHER_CHILD else None)


@pytest.mark.parametrize("word", sorted(MATCH))
def test_a_verified_pair_is_a_match_whatever_its_reason(word: DecisionWord) -> None:
    assert verdict_of(Judgement(1, 2, 3, 4, word, None)) is True


def test_settled_pairs_are_told_with_what_they_were_judged_on(station: Station) -> None:
    station.judged(0, 0, *TO_VERIFIED, weight=41_500)
    station.judged(1, 1, *TO_VERIFIED, "reunite")
    station.judged(2, 3, "reject", reason="sex_differs", weight=7_250)
    station.judged(4, 5, "possible", "release", "decline", reason="found_elsewhere")
    found = told(station)
    assert found.missing.tolist() == [station.missing[at] for at in (0, 1, 2, 4)]
    assert found.found.tolist() == [station.found[at] for at in (0, 1, 3, 5)]
    assert found.weight.tolist() == [41.5, 25.0, 7.25, 25.0]
    assert found.match.tolist() == [True, True, False, False]
    assert set(found.model.tolist()) == {station.partition.model_id}


def test_a_closed_case_is_what_it_was_before(station: Station) -> None:
    station.judged(0, 0, *TO_VERIFIED, "reunite", "close", reason="child_died")
    station.judged(1, 2, *TO_VERIFIED, "disprove", "close", reason="done")  # the disproof's reason is not known
    assert told(station).match.tolist() == [True]
    with station.database.write() as conn:
        conn.execute(update(tables.decisions).where(tables.decisions.c.decision == "disprove").values(
            reason="dna_differs"
        ))  # fmt: skip
    assert told(station).match.tolist() == [True, False]


@pytest.mark.parametrize("words", [(), ("possible",), ("reject", "reopen"), ("possible", "release", "accept")])
def test_open_pairs_are_no_labels(station: Station, words: tuple[DecisionWord, ...]) -> None:
    station.judged(0, 0, *words, reason="other_child")
    assert len(told(station)) == 0


def test_a_judgement_after_a_reopening_is_the_one_that_counts(station: Station) -> None:
    station.judged(0, 0, "reject", "reopen", *TO_VERIFIED)
    station.judged(1, 1, "reject", "reopen", "reject", reason="age_differs")
    assert told(station).match.tolist() == [True, False]


def test_pairs_of_erased_records_and_of_other_partitions_are_not_told(station: Station) -> None:
    erased, reasonless = station.judged(0, 0, *TO_VERIFIED), station.judged(1, 2, "reject", reason="sex_differs")
    elsewhere = station.hub.open_partition("south").id
    station.judged(2, 2, *TO_VERIFIED, partition_id=elsewhere)
    with station.database.write() as conn:
        row = candidate_rows.by_id(conn, erased)
        assert row is not None
        candidate_rows.empty(conn, [row], station.hub.now)
        decisions.empty(conn, [reasonless])
    assert len(told(station)) == 0
    with station.database.read() as conn:
        assert judged_pairs(conn, elsewhere).match.tolist() == [True]


def test_without_decisions_there_are_arrays_all_the_same(station: Station) -> None:
    found = told(station)
    assert [getattr(found, name).dtype for name in ("missing", "weight", "match")] == [np.int64, np.float64, np.bool_]
