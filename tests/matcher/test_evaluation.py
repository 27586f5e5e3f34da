"""Figures of a candidate list against counting by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evaluation import RANKS, Ranked, best_f1, evaluate, recall_by_group

LISTS = st.lists(st.tuples(st.booleans(), st.integers(1, 12), st.integers(-3, 3)), max_size=30)


def ranked_of(candidates: list[tuple[bool, int, int]]) -> Ranked:
    """Candidates as (true, rank, score)."""
    return Ranked(
        np.array([c[0] for c in candidates], dtype=np.bool_),
        np.array([c[1] for c in candidates], dtype=np.int32),
        np.array([c[2] for c in candidates], dtype=np.float64),
    )


def slow_f1(candidates: list[tuple[bool, int, int]], truth: int) -> float:
    best = 0.0
    for threshold in {score for _, _, score in candidates}:
        taken = [true for true, _, score in candidates if score >= threshold]
        precision, recall = sum(taken) / len(taken), sum(taken) / truth
        if precision + recall:
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


@given(LISTS, st.integers(0, 10))
def test_against_counting(candidates: list[tuple[bool, int, int]], missed: int) -> None:
    truth = sum(true for true, _, _ in candidates) + missed
    figures = evaluate(ranked_of(candidates), truth)
    assert (figures.pairs, figures.truth) == (len(candidates), truth)
    for k in RANKS:
        upto = [true for true, rank, _ in candidates if rank <= k]
        assert figures.recall[k] == pytest.approx(sum(upto) / max(truth, 1))
        assert figures.precision[k] == pytest.approx(sum(upto) / len(upto) if upto else 0)
    assert list(figures.recall.values()) == sorted(figures.recall.values())
    assert figures.best_f1 == pytest.approx(slow_f1(candidates, truth) if truth else 0)
    if figures.best_f1:
        taken = [true for true, _, score in candidates if score >= figures.best_threshold]
        assert figures.best_precision == pytest.approx(sum(taken) / len(taken))
        assert figures.best_recall == pytest.approx(sum(taken) / truth)


def test_a_threshold_cannot_part_equal_scores() -> None:
    tied = ranked_of([(True, 1, 5), (False, 2, 5), (False, 3, 5)])
    assert best_f1(tied, 1) == pytest.approx((0.5, 5.0, 1 / 3, 1.0))


def test_nothing_to_evaluate() -> None:
    empty = ranked_of([])
    for truth in (0, 4):
        figures = evaluate(empty, truth)
        assert {*figures.recall.values(), *figures.precision.values(), figures.best_f1} == {0.0}
    assert best_f1(ranked_of([(True, 1, 1)]), 0) == (0, 0, 0, 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 14)), max_size=20), st.integers(1, 12))
def test_recall_by_group(truth: list[tuple[str, int]], k: int) -> None:
    ranks = np.array([rank for _, rank in truth], dtype=np.int32)
    groups = recall_by_group(ranks, [group for group, _ in truth], k)
    assert set(groups) == {group for group, _ in truth}
    for group, (total, recall) in groups.items():
        mine = [rank for name, rank in truth if name == group]
        assert total == len(mine)
        assert recall == pytest.approx(sum(0 < rank <= k for rank in mine) / len(mine))
