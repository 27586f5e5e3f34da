"""The share of true pairs above all but a few false ones, against hand-made matrices."""

import numpy as np
import pytest

from benchmarks.common.true_rates import (
    bootstrap,
    grid_of_families,
    grid_of_pairs,
    grid_of_rows,
    interval,
    score,
    true_rate,
)


def test_a_true_pair_that_ties_with_the_threshold_loses() -> None:
    grid = grid_of_rows(3)
    matrix = np.array([[0.9, 0.5, 0.1], [0.1, 0.5, 0.2], [0.0, 0.3, 0.6]])
    assert true_rate(score(matrix, grid, 10_000), 10_000) == pytest.approx(2 / 3)


def test_the_threshold_is_the_false_score_of_that_rank() -> None:
    # Six false pairs; at one in three two of them may score as high, so the second best is the threshold.
    grid = grid_of_rows(3)
    matrix = np.array([[0.65, 0.9, 0.6], [0.1, 0.75, 0.2], [0.0, 0.3, 0.55]])
    scored = score(matrix, grid, 3)
    assert true_rate(scored, 3) == pytest.approx(2 / 3)
    assert true_rate(scored, 6) == 0


def test_an_empty_form_fails_even_where_no_false_pair_is_near() -> None:
    matrix = np.full((2, 2), -np.inf)
    matrix[0, 0] = 0.4
    assert true_rate(score(matrix, grid_of_rows(2), 10_000), 10_000) == 0.5


def test_pairs_that_share_a_spelling_are_no_false_pairs() -> None:
    left, right, grid = grid_of_pairs(["क", "क", "ख", "ग"], ["ka", "kaa", "ka", "ga"])
    assert (left, right) == (["क", "ख", "ग"], ["ka", "kaa", "ga"])
    related = {(place // 3, place % 3) for place in grid.related.tolist()}
    # ख shares `ka` with क, so `kaa` is no false spelling of it.
    assert related == {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2)}
    assert grid.falses == 4


def test_each_pair_of_a_family_counts_once() -> None:
    forms, grid = grid_of_families([("a", "b", "c"), ("d",), ("e", "c")])
    assert forms == ["a", "b", "c", "d", "e"]
    assert set(zip(grid.rows.tolist(), grid.columns.tolist(), strict=True)) == {(0, 1), (0, 2), (1, 2), (2, 4)}
    assert grid.falses == 10 - 4


def test_the_bootstrap_surrounds_the_rate_and_repeats_with_its_seed() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.random((200, 200)) * 0.6
    matrix[np.diag_indices(200)] = rng.random(200)
    scored = score(matrix, grid_of_rows(200), 1000)
    rates = [bootstrap(scored, 1000, np.random.default_rng(2), 200) for _ in range(2)]
    low, high = interval(rates[0])
    assert (rates[0] == rates[1]).all()
    assert low < true_rate(scored, 1000) < high
    assert 0.02 < high - low < 0.3


def test_a_form_in_no_true_pair_still_counts_among_the_false_ones_of_a_resample() -> None:
    _, grid = grid_of_families([("a", "b"), *((str(i),) for i in range(30))])
    matrix = np.zeros((32, 32))
    matrix[0, 1] = 0.5
    matrix[2:, 2:] = 0.7
    rates = bootstrap(score(matrix, grid, 10_000), 10_000, np.random.default_rng(3), 20)
    assert rates.max() == 0
