"""How much of the planted truth is among the candidates."""

import pytest

from api.cli.demo_candidates import Proposal, best, recall, true_pairs


def proposal(missing: str, found: str, bits: float) -> Proposal:
    return Proposal(f"{missing}-{found}", "a", "b", (missing, found), bits, 0.5, "weak", ())


def test_recall_counts_by_the_place_among_the_report_s_own_candidates() -> None:
    proposed = [
        *(proposal("m1", f"f{number}", 20.0 - number) for number in range(12)),
        proposal("m2", "f1", 3.0),
        proposal("m2", "f2", 2.0),
    ]
    assert recall(proposed, {("m2", "f1"), ("m1", "f0")}) == {1: 1.0, 10: 1.0}
    assert recall(proposed, {("m2", "f2"), ("m1", "f9")}) == {1: 0.0, 10: 1.0}
    assert recall(proposed, {("m1", "f10"), ("m2", "f1")}) == {1: 0.5, 10: 0.5}


def test_a_pair_that_is_not_proposed_is_missed() -> None:
    assert recall([proposal("m1", "f1", 1.0)], {("m1", "f1"), ("m2", "f2")}) == {1: 0.5, 10: 0.5}
    assert recall([], {("m1", "f1")}) == {1: 0.0, 10: 0.0}
    assert recall([], set()) == {1: 0.0, 10: 0.0}


@pytest.mark.parametrize("held", [set(), {"r1"}, {"r2"}])
def test_pairs_of_which_an_office_keeps_a_side_are_left_out(held: set[str]) -> None:
    truth, refs = [("M1", "F1"), ("M2", "F2")], {"M1": "r1", "F1": "r2", "M2": "r3"}
    assert true_pairs(truth, refs, held) == set()
    assert true_pairs(truth, refs, {"r1", "r2", "r3"}) == {("r1", "r2")}


def test_the_best_have_the_most_evidence() -> None:
    proposed = [proposal("m1", "f1", 1.0), proposal("m2", "f2", 3.0), proposal("m3", "f3", 2.0)]
    assert [each.bits for each in best(proposed, 2)] == [3.0, 2.0]
