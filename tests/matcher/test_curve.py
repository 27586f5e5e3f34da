"""The calibration curve: decoys show what unrelated pairs weigh, and the surplus over them is true pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.curve import FACE_VALUE, LEAST_DECOYS, Curve, fit_curve

LEAST = 2.0


def tail(rng: np.random.Generator, count: int, bits_to_halve: float) -> np.ndarray:
    """Weights of unrelated pairs above LEAST: half as many every so many bits."""
    return LEAST + rng.exponential(bits_to_halve / np.log(2), count)


def test_face_value_changes_nothing() -> None:
    weights = np.array([-40.0, 0.0, 3.25, 90.0])
    assert FACE_VALUE.at(weights).tolist() == weights.tolist()


@given(st.lists(st.floats(0, 4), min_size=1, max_size=8), st.lists(st.floats(-200, 200), min_size=2, max_size=20))
def test_a_curve_never_falls(rises: list[float], weights: list[float]) -> None:
    curve = Curve(np.arange(len(rises), dtype=np.float64), np.cumsum(rises))
    bits = curve.at(np.sort(np.array(weights)))
    assert (np.diff(bits) >= -1e-9).all()


def test_few_decoys_are_no_ground_for_a_curve() -> None:
    weights = tail(np.random.default_rng(0), LEAST_DECOYS, 2.0)
    assert fit_curve(weights, weights[1:], 1.0, 100, 1e6, LEAST) is None
    assert fit_curve(weights, weights, 1.0, 100, 1e6, LEAST) is not None


def test_heavy_tails_are_discounted_and_the_matches_counted() -> None:
    """Unrelated weights halve every two bits, not every bit: a weight is worth about half, and no more."""
    rng = np.random.default_rng(1)
    probes, matches = 20_000, 8_000
    unrelated, decoys = tail(rng, 120_000, 2.0), tail(rng, 60_000, 2.0)
    true = rng.normal(28, 4, matches)
    fitted = fit_curve(np.concatenate([unrelated, true]), decoys, 2.0, probes, 1e8, LEAST)
    assert fitted is not None
    assert fitted.matched == pytest.approx(matches / probes, rel=0.1)
    low, high = fitted.curve.at(np.array([20.0, 28.0]))
    density_of_true = np.exp(-2) / np.sqrt(2 * np.pi) / 4
    density_of_unrelated = 120_000 / 1e8 * np.log(2) / 2 * 2 ** -((20 - LEAST) / 2)
    assert low == pytest.approx(np.log2(density_of_true / density_of_unrelated), abs=1.0)
    assert high > low


def test_without_true_pairs_little_is_believed() -> None:
    rng = np.random.default_rng(2)
    fitted = fit_curve(tail(rng, 50_000, 1.5), tail(rng, 50_000, 1.5), 1.0, 10_000, 1e8, LEAST)
    assert fitted is not None
    assert fitted.matched < 0.1
