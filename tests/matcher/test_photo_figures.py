"""Figures of scores against their definitions, pair by pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.photo_figures import (
    Scored,
    ScoredPairs,
    accepts,
    auc,
    equal_error,
    interval,
    mate_ranks,
    ratio_cost,
    scored,
)

# Few distinct values, so that ties are common.
values = st.lists(st.integers(-3, 3), min_size=1, max_size=12).map(lambda v: np.array(v, np.float64))


@given(values, values)
def test_the_auc_is_the_share_of_pairs_won(genuine: np.ndarray, impostor: np.ndarray) -> None:
    won = [1.0 if g > i else 0.5 if g == i else 0.0 for g in genuine for i in impostor]
    assert auc(scored(genuine, impostor)) == pytest.approx(np.mean(won))
    assert auc(scored(impostor, genuine)) == pytest.approx(1 - np.mean(won))


@given(values, values, st.sampled_from([0.0, 0.01, 0.1, 0.25, 0.5]))
def test_accepts_are_those_of_the_best_threshold_that_keeps_to_the_bound(
    genuine: np.ndarray, impostor: np.ndarray, bound: float
) -> None:
    allowed = [t for t in impostor if np.mean(impostor > t) <= bound]
    assert accepts(scored(genuine, impostor), bound) == pytest.approx(max(np.mean(genuine > t) for t in allowed))


@given(values, values)
def test_the_equal_error_lies_between_the_rates_on_both_sides(genuine: np.ndarray, impostor: np.ndarray) -> None:
    error = equal_error(scored(genuine, impostor))
    cuts = [*np.unique(np.concatenate([genuine, impostor])), np.inf]
    rates = [(np.mean(genuine < cut), np.mean(impostor >= cut)) for cut in cuts]
    assert min(max(pair) for pair in rates) + 1e-12 >= error >= max(min(pair) for pair in rates) - 1e-12


def test_figures_of_scores_that_part_or_say_nothing() -> None:
    low, high = np.arange(100.0), np.arange(100.0, 150)
    apart, same = scored(high, low), scored(low, low)
    assert (auc(apart), accepts(apart, 0.01), equal_error(apart)) == (1, 1, 0)
    assert auc(same) == 0.5
    assert accepts(same, 0.1) == pytest.approx(0.1)
    assert equal_error(same) == pytest.approx(0.5, abs=0.01)


def test_the_cost_is_one_bit_for_nothing_and_rises_with_what_misleads() -> None:
    nothing = np.zeros(5)
    assert ratio_cost(scored(nothing, nothing)) == pytest.approx(1)
    sure = np.full(4, 10.0)
    assert ratio_cost(scored(sure, -sure)) < 0.001
    assert ratio_cost(scored(-sure, sure)) > 10
    # By hand: log2(1 + 1/4) and log2(1 + 1/2), halved.
    told = ratio_cost(scored(np.log([4.0]), np.log([0.5])))
    assert told == pytest.approx((np.log2(1.25) + np.log2(1.5)) / 2)


@given(values, values, st.data())
def test_weights_count_as_copies(genuine: np.ndarray, impostor: np.ndarray, data: st.DataObject) -> None:
    def times(n: int) -> np.ndarray:
        drawn = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n).filter(any))
        return np.array(drawn, np.float64)

    of_genuine, of_impostor = times(len(genuine)), times(len(impostor))
    weighted = Scored(genuine, impostor, of_genuine, of_impostor)
    copied = scored(np.repeat(genuine, of_genuine.astype(int)), np.repeat(impostor, of_impostor.astype(int)))
    for figure in (auc, equal_error, ratio_cost, lambda s: accepts(s, 0.1)):
        assert figure(weighted) == pytest.approx(figure(copied))


def test_nothing_of_one_kind_has_no_figures() -> None:
    for genuine, impostor in ((np.ones(0), np.ones(2)), (np.ones(2), np.ones(0))):
        with pytest.raises(ValueError, match="genuine and impostor"):
            scored(genuine, impostor)


def test_mates_stand_behind_strangers_of_equal_score_and_not_behind_one_another() -> None:
    score = np.array([5.0, 4.0, 4.0, 1.0, 0.5])
    assert mate_ranks(score, np.array([True, True, False, False, True])).tolist() == [1, 2, 3]
    assert mate_ranks(score[:2], np.array([True, True])).tolist() == [1, 1]


def test_an_interval_is_wider_where_few_people_stand_behind_the_pairs() -> None:
    rng = np.random.default_rng(3)

    def pairs(people: int, each: int) -> ScoredPairs:
        person = np.repeat(np.arange(people), each)
        level = rng.normal(size=people)[person]
        first = np.concatenate([person, person])
        second = np.concatenate([person, (person + 1) % people])
        return ScoredPairs(np.concatenate([level + 1, rng.normal(size=len(person))]), first, second)

    few, many = pairs(8, 50), pairs(200, 2)
    spans = [interval(each, auc, np.random.default_rng(1), 60) for each in (few, many)]
    for (low, high), each in zip(spans, (few, many), strict=True):
        assert low <= auc(each.scored()) <= high
    assert spans[0][1] - spans[0][0] > 1.5 * (spans[1][1] - spans[1][0])
    assert interval(few, auc, np.random.default_rng(1), 60) == spans[0]


def test_pairs_of_one_person_have_no_interval() -> None:
    alone = ScoredPairs(np.ones(3), np.zeros(3, np.int64), np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="no draw"):
        interval(alone, auc, np.random.default_rng(1), 5)
