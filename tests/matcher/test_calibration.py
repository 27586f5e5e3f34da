"""Probabilities of candidates that compete, and how far stated and observed shares lie apart."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.calibration import expected_error, probabilities
from matcher.curve import Curve
from matcher.defaults import default_model
from matcher.tables import UNITS_PER_BIT
from matcher.views import View
from tests.matcher.builders import profile_of

MODEL = default_model(profile_of({View.CHILD: 64}))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(-400_000, 400_000)), max_size=40),
    st.floats(0.001, 0.999), st.lists(st.floats(0, 3), min_size=1, max_size=9), st.integers(0, 10**7),
)  # fmt: skip
def test_shares_of_a_list(candidates: list[tuple[int, int]], matched: float, rises: list[float], records: int) -> None:
    probe = np.array([p for p, _ in candidates], dtype=np.int64)
    weight = np.array([w for _, w in candidates], dtype=np.int32)
    model = replace(MODEL, matched=matched, curve=Curve(np.arange(len(rises)) * 2.0, np.cumsum(rises)))
    share = probabilities(probe, weight, model, records)
    assert share.shape == probe.shape
    assert ((share >= 0) & (share <= 1)).all()
    for one in set(probe.tolist()):
        mine = probe == one
        assert share[mine].sum() <= 1 + 1e-9
        order = np.argsort(weight[mine], kind="stable")
        assert (np.diff(share[mine][order]) >= 0).all()


def test_weak_candidates_leave_the_probability_to_nobody() -> None:
    share = probabilities(np.zeros(2, np.int64), np.array([-5000, -9000], np.int32), MODEL, 10_000)
    assert share.sum() < 0.001


def test_a_strong_candidate_takes_it_and_two_share_it() -> None:
    strong = 40 * UNITS_PER_BIT
    alone = probabilities(np.zeros(1, np.int64), np.array([strong], np.int32), MODEL, 1000)
    assert alone[0] > 0.999
    both = probabilities(np.zeros(2, np.int64), np.array([strong, strong], np.int32), MODEL, 1000)
    assert both.tolist() == pytest.approx([0.5, 0.5], abs=0.001)


def test_bayes_over_the_list_is_calibrated() -> None:
    """Lists made by the model's own rules: what is stated is what is observed."""
    rng = np.random.default_rng(6)
    probes, records, matched = 20_000, 20, 0.6
    levels_m, levels_u = np.array([0.7, 0.2, 0.1]), np.array([0.05, 0.15, 0.8])
    true = np.zeros((probes, records), dtype=np.bool_)
    has = np.flatnonzero(rng.random(probes) < matched)
    true[has, rng.integers(0, records, len(has))] = True
    level = np.where(true, rng.choice(3, true.shape, p=levels_m), rng.choice(3, true.shape, p=levels_u))
    weight = np.round(np.log2(levels_m / levels_u)[level] * UNITS_PER_BIT).astype(np.int32).reshape(-1)
    model = replace(MODEL, matched=matched)
    share = probabilities(np.repeat(np.arange(probes), records), weight, model, records)
    assert expected_error(share, true.reshape(-1)) < 0.005
    skewed = probabilities(np.repeat(np.arange(probes), records), weight, replace(model, matched=0.05), records)
    assert expected_error(skewed, true.reshape(-1)) > 0.01


def test_expected_error() -> None:
    rng = np.random.default_rng(9)
    share = rng.random(200_000)
    assert expected_error(share, rng.random(200_000) < share) < 0.01
    assert expected_error(np.ones(10), np.zeros(10, dtype=np.bool_)) == 1
    assert expected_error(np.full(10, 0.75), np.arange(10) < 5) == pytest.approx(0.25)
    assert expected_error(np.zeros(0), np.zeros(0, dtype=np.bool_)) == 0
