"""How far two models lie apart: nothing for the same model, and the words where their bounds say."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.curve import Curve
from matcher.defaults import default_model
from matcher.drift import DRIFTED, SHIFTED, Change, Drift, divergence, drift
from matcher.errors import ModelError
from matcher.model import Evidence, LinkageModel
from matcher.profile import PROFILES
from matcher.views import View
from tests.matcher.builders import profile_of

MODEL = default_model(profile_of({View.CHILD: 256, View.BIRTH: 128, View.HOME: 256}))
BARE = default_model(profile_of({View.CHILD: 256}))

shares = arrays(np.float64, 6, elements=st.floats(0, 1))


def reweighed(model: LinkageModel, view: View, bits: float) -> LinkageModel:
    """The model with every weight of a view moved by so many bits, m and u as they are."""
    at = model.profile.position(view)
    views = list(model.views)
    views[at] = replace(views[at], weight=views[at].weight + bits)
    return replace(model, views=tuple(views))


def still(**changes: float) -> Drift:
    """A drift of one comparison in which nothing moved but what is given."""
    parts = {name: changes.get(name, 0.0) for name in ("largest", "mean", "m", "u")}
    rest = {name: changes.get(name, 0.0) for name in ("prior", "curve", "curve_mean")}
    return Drift({"child": Change(**parts)}, **rest)


@pytest.mark.parametrize("model", [MODEL, BARE, *map(default_model, PROFILES.values())])
def test_a_model_is_steady_against_itself(model: LinkageModel) -> None:
    found = drift(model, model)
    assert found.word == "steady"
    assert (found.prior, found.curve, found.curve_mean) == (0.0, 0.0, 0.0)
    assert set(found.comparisons) == {p.view.value for p in model.profile.views} | {"sex", "lag"}
    for change in found.comparisons.values():
        assert vars(change) == pytest.approx(dict.fromkeys(("largest", "mean", "m", "u"), 0.0), abs=1e-12)


def test_a_moved_view_shows_in_that_view_alone() -> None:
    found = drift(MODEL, reweighed(MODEL, View.HOME, -1.25))
    assert found.comparisons["home"].mean == pytest.approx(1.25)
    assert found.comparisons["home"].largest == pytest.approx(1.25)
    assert found.comparisons["home"].m == found.comparisons["home"].u == 0.0
    assert found.comparisons["child"].largest == 0.0
    assert found.word == "shifted"


def test_the_mean_goes_by_where_true_pairs_lie() -> None:
    m = np.zeros_like(MODEL.lag.m)
    m[0], m[1] = 0.75, 0.25
    before = replace(MODEL, lag=Evidence(m, MODEL.lag.u, np.zeros_like(m)))
    moved = replace(before, lag=replace(before.lag, weight=np.array([1.0, -3.0, 9.0, 9.0, 9.0])))
    change = drift(before, moved).comparisons["lag"]
    assert (change.mean, change.largest) == (pytest.approx(0.75 * 1 + 0.25 * 3), 9.0)


def test_birth_is_judged_by_the_table_that_weighs_it() -> None:
    assert drift(MODEL, reweighed(MODEL, View.BIRTH, 2.0)).comparisons["birth"].largest == 0.0
    moved = replace(MODEL, birth=replace(MODEL.birth, weight=MODEL.birth.weight + 2.0))
    assert drift(MODEL, moved).comparisons["birth"].mean == pytest.approx(2.0)


def test_the_prior_is_told_in_bits_of_log_odds() -> None:
    found = drift(replace(MODEL, matched=0.5), replace(MODEL, matched=0.2))
    assert found.prior == pytest.approx(-2.0)
    assert found.word == "drifted"


def test_curves_are_compared_between_their_knots_and_beyond() -> None:
    bent = replace(MODEL, curve=Curve(np.array([0.0, 10.0]), np.array([0.0, 4.0])))
    assert drift(MODEL, bent).curve == pytest.approx(6.0)
    assert drift(bent, MODEL).curve == pytest.approx(6.0)
    # Of 71 points ten lie below 0, where both are the same, and forty above 10, where they are 6 bits apart.
    assert drift(MODEL, bent).curve_mean == pytest.approx((sum(0.3 * at for at in range(21)) + 40 * 6.0) / 71)


@pytest.mark.parametrize("name", list(SHIFTED))
def test_each_bound_is_inclusive(name: str) -> None:
    assert still(**{name: SHIFTED[name] * 0.999}).word == "steady"
    assert still(**{name: SHIFTED[name]}).word == "shifted"
    assert still(**{name: DRIFTED[name] * 0.999}).word == "shifted"
    assert still(**{name: DRIFTED[name]}).word == "drifted"


def test_the_largest_change_of_a_weight_or_of_the_curve_decides_nothing() -> None:
    assert still(largest=30.0, curve=30.0).word == "steady"


def test_a_prior_that_falls_counts_like_one_that_rises() -> None:
    assert still(prior=-DRIFTED["prior"]).word == "drifted"


def test_models_of_two_profiles_are_not_compared() -> None:
    with pytest.raises(ModelError, match="of one profile"):
        drift(MODEL, BARE)


def test_the_document_is_json_with_the_word() -> None:
    document = drift(MODEL, replace(MODEL, matched=0.9)).document()
    assert json.loads(json.dumps(document)) == document
    assert document["word"] == "drifted"
    assert document["comparisons"]["lag"] == {"largest": 0.0, "mean": 0.0, "m": 0.0, "u": 0.0}


@given(shares, shares)
def test_divergence_is_symmetric_and_between_nothing_and_a_bit(p: np.ndarray, q: np.ndarray) -> None:
    assert 0 <= divergence(p, q) <= 1
    assert divergence(p, q) == pytest.approx(divergence(q, p), abs=1e-9)
    assert divergence(p, p * 3) == pytest.approx(0, abs=1e-9)


def test_divergence_of_known_distributions() -> None:
    one, other = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert divergence(one, other) == pytest.approx(1.0)
    # Entropy of (3/4, 1/4), less half of the entropy of (1/2, 1/2): Lin (1991), equation 4.1.
    assert divergence(one, np.array([0.5, 0.5])) == pytest.approx(0.8112781244591328 - 0.5)
    assert divergence(np.zeros(3), np.zeros(3)) == 0.0
