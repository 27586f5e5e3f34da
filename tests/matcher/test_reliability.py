"""How stated probabilities held: figures that can be worked out by hand."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reliability import probability_of, ratio_cost, reliability


@given(st.floats(-900, 900))
def test_log_odds_are_bits(bits: float) -> None:
    p = float(probability_of(np.array(bits)))
    assert 0 <= p <= 1
    if abs(bits) < 40:
        assert np.log2(p / (1 - p)) == pytest.approx(bits, abs=1e-2)


def test_stating_the_share_of_matches_costs_one_bit() -> None:
    match = np.array([True] * 3 + [False] * 9)
    assert ratio_cost(np.full(12, np.log2(3 / 9)), match) == pytest.approx(1.0)


def test_the_cost_of_known_ratios() -> None:
    match = np.array([True, False])
    # Ratios 4 and 1/2 at even odds: half of log2(1 + 1/4) and of log2(1 + 1/2).
    assert ratio_cost(np.array([2.0, -1.0]), match) == pytest.approx((np.log2(1.25) + np.log2(1.5)) / 2)


def test_certainty_costs_nothing_when_it_is_right_and_much_when_it_is_wrong() -> None:
    match = np.array([True, False])
    assert ratio_cost(np.array([60.0, -60.0]), match) == pytest.approx(0.0, abs=1e-12)
    assert ratio_cost(np.array([-60.0, 60.0]), match) == pytest.approx(60.0)


def test_the_number_of_each_kind_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    log_odds, match = rng.normal(0, 2, 40), rng.random(40) < 0.4
    often = np.repeat(np.arange(40), np.where(match, 5, 1))
    rate = np.log2(match.mean() / (1 - match.mean()))
    more = np.log2(match[often].mean() / (1 - match[often].mean()))
    assert ratio_cost(log_odds[often] + more - rate, match[often]) == pytest.approx(ratio_cost(log_odds, match))


@pytest.mark.parametrize("match", [True, False])
def test_one_kind_alone_has_no_cost(match: bool) -> None:
    with pytest.raises(ValueError, match="pairs that do not"):
        ratio_cost(np.zeros(3), np.full(3, match))


def test_tenths_hold_every_pair_once() -> None:
    log_odds = np.log2(np.array([0.04, 0.06, 0.55, 0.58]) / (1 - np.array([0.04, 0.06, 0.55, 0.58])))
    found = reliability(np.append(log_odds, 2000.0), np.array([False, False, True, False, True]))
    assert [(t.begin, t.pairs) for t in found.tenths] == [(0.0, 2), (0.5, 2), (0.9, 1)]
    assert [t.stated for t in found.tenths] == pytest.approx([0.05, 0.565, 1.0])
    assert [t.observed for t in found.tenths] == [0.0, 0.5, 1.0]
    assert found.error == pytest.approx((2 * 0.05 + 2 * 0.065) / 5)
    document = found.document()
    assert json.loads(json.dumps(document)) == document
