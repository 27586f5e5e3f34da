"""Reviewed pairs bend the curve where they are many and agree, and nowhere else."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.curve import FACE_VALUE, Curve
from matcher.defaults import default_model
from matcher.labelled import FADE, KEPT, LEAST_LABELS, Correction, Labels, _corrected, recalibrate
from matcher.model_file import model_from_json, model_to_json
from matcher.profile import LOCAL_2026_11_22
from matcher.reliability import probability_of

PRIOR = -15.0
RISING = Curve(np.arange(5.0, 31.0), np.maximum.accumulate(np.linspace(2, 24, 26)))


def labels(pairs: int, seed: int = 1, shift: float = 0.0, slope: float = 1.0, curve: Curve = RISING) -> Labels:
    """Judged pairs of which the truth is `shift` bits above what the curve says, and spread by `slope` around 16."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(12, 30, pairs)
    truth = 16 + slope * (curve.at(weight) - 16) + shift
    match = rng.random(pairs) < probability_of(truth + PRIOR)
    return Labels(weight, np.full(pairs, PRIOR), match, np.arange(pairs))


def of_each(matches: int, others: int) -> Labels:
    pairs = matches + others
    weight = np.linspace(12, 30, pairs)
    return Labels(weight, np.full(pairs, PRIOR), np.arange(pairs) < matches, np.arange(pairs))


@pytest.mark.parametrize(("matches", "others"), [(0, 0), (LEAST_LABELS - 1, 500), (500, LEAST_LABELS - 1)])
def test_with_too_few_of_either_kind_the_curve_stays(matches: int, others: int) -> None:
    found = recalibrate(RISING, of_each(matches, others))
    assert (found.outcome, found.matches, found.others) == ("too-few", matches, others)
    assert found.curve is RISING
    assert found.before is None


@pytest.mark.parametrize("shift", [-4.0, 3.0])
def test_a_curve_that_is_off_is_set_right(shift: float) -> None:
    found = recalibrate(RISING, labels(1500, shift=shift))
    assert found.outcome == "used"
    assert found.before is not None
    assert found.after is not None
    assert found.after.cost < found.before.cost
    assert found.after.error < found.before.error / 2
    told = found.curve.at(np.array([14.0, 18.0, 22.0])) - RISING.at(np.array([14.0, 18.0, 22.0]))
    assert told == pytest.approx([shift] * 3, abs=1.0)


def test_a_curve_that_is_too_sure_is_flattened() -> None:
    found = recalibrate(RISING, labels(3000, slope=0.5))
    assert found.outcome == "used"
    assert found.correction.slope == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_curve_that_is_right_keeps_telling_the_same(seed: int) -> None:
    found = recalibrate(RISING, labels(2000, seed))
    at = np.linspace(12, 30, 19)
    then, now = (probability_of(curve.at(at) + PRIOR) for curve in (RISING, found.curve))
    assert np.abs(then - now).max() < 0.05
    assert found.before is not None
    assert found.before.error < 0.04


def test_labels_that_do_not_help_are_not_used() -> None:
    # Matches and others in turn, by no order that another missing record's pairs could tell: each fold sees noise.
    rng = np.random.default_rng(3)
    weight = np.full(80, 20.0)
    match = np.arange(80) % 2 == 0
    prior = np.full(80, -float(RISING.at(np.array(20.0)))) + rng.normal(0, 1e-9, 80)
    found = recalibrate(RISING, Labels(weight, prior, match, np.arange(80)))
    assert found.outcome == "no-better"
    assert found.curve is RISING
    assert found.after is not None


def test_few_labels_move_less_than_many() -> None:
    few, many = (recalibrate(RISING, labels(pairs, shift=-5.0)) for pairs in (120, 4000))
    assert few.outcome == many.outcome == "used"
    assert -5.5 < many.correction.shift < few.correction.shift < 0
    assert KEPT > LEAST_LABELS  # so a curve with the fewest labels still counts for more than either kind of them


def test_the_prior_of_each_pair_counts_and_so_do_its_competitors() -> None:
    calm = labels(2000)
    crowded = replace(calm, prior=calm.prior - 6.0)
    assert recalibrate(RISING, crowded).correction.shift == pytest.approx(
        recalibrate(RISING, calm).correction.shift + 6.0, abs=1.0
    )


def test_below_the_lowest_judged_pair_the_correction_fades_out() -> None:
    found = recalibrate(RISING, labels(2000, shift=3.0))
    far = np.array([found.correction.lowest - FADE - RISING.bits[0] + RISING.weight[0] - 1.0, -40.0])
    assert found.curve.at(far) == pytest.approx(RISING.at(far), abs=1e-6)
    above = np.array([31.0, 60.0])
    lifted = found.curve.at(above) - RISING.at(above)
    assert lifted[0] == pytest.approx(lifted[1], abs=1e-6)
    assert lifted[0] == pytest.approx(3.0, abs=1.5)


def test_pairs_of_one_report_are_never_on_both_sides_of_the_validation() -> None:
    # One report's pairs contradict all others: a correction that had seen them would tell them far better.
    good, odd = labels(600), labels(60, seed=2)
    odd = Labels(odd.weight, odd.prior - 12.0, np.ones(60, dtype=np.bool_), np.full(60, 10_000))
    joined = Labels(*(np.concatenate([getattr(part, name) for part in (good, odd)])
                      for name in ("weight", "prior", "match", "group")))  # fmt: skip
    apart = replace(joined, group=np.arange(660))
    together, each = recalibrate(RISING, joined), recalibrate(RISING, apart)
    assert together.after is not None
    assert each.after is not None
    assert together.after.cost > each.after.cost


@given(
    st.floats(0.2, 3.0), st.floats(-15, 15), st.floats(-10, 40), st.floats(0, 30),
    st.lists(st.floats(0, 4), min_size=1, max_size=12), st.floats(-20, 20),
)  # fmt: skip
def test_a_corrected_curve_is_one_that_a_model_takes(
    slope: float, shift: float, lowest: float, wide: float, rises: list[float], start: float
) -> None:
    curve = Curve(np.arange(len(rises)) * 1.0, start + np.cumsum(rises))
    changed = _corrected(curve, Correction(slope, shift, lowest + wide / 2, lowest, lowest + wide))
    model = replace(default_model(LOCAL_2026_11_22), curve=changed)
    again = model_from_json(model_to_json(model)).curve
    at = np.linspace(-80, 120, 401)
    assert (np.diff(again.at(at)) >= -1e-6).all()


def test_face_value_can_be_corrected_too() -> None:
    found = recalibrate(FACE_VALUE, labels(1500, shift=-6.0, curve=FACE_VALUE))
    assert found.outcome == "used"
    assert found.curve.at(np.array([20.0]))[0] == pytest.approx(14.0, abs=1.2)


def test_the_same_labels_give_the_same_curve_and_a_document_without_any_pair() -> None:
    one, two = (recalibrate(RISING, labels(300, shift=2.0)) for _ in range(2))
    assert np.array_equal(one.curve.bits, two.curve.bits)
    document = one.document()
    assert json.loads(json.dumps(document)) == document
    assert set(document) == {"outcome", "matches", "others", "slope", "shift", "centre", "before", "after"}
