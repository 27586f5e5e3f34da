"""Recall by group, and what explains a gap."""

import numpy as np
import pytest

from benchmarks.common.parity import RARER, TOO_FEW, Causes, labels_of, parity, wilson


def _groups(hits: list[bool], labels: list[str], causes: list[Causes]) -> dict[str, object]:
    return {group.name: group for group in parity(np.array(hits), {"kind": labels}, causes)}


def test_a_gap_that_comes_from_the_mix_of_causes_is_explained() -> None:
    # Named children are all found, unnamed ones half of the time, whichever group they are in.
    causes = [{"name": "own"}] * 300 + [{"name": "staff"}] * 100 + [{"name": "own"}] * 100 + [{"name": "staff"}] * 300
    hits = [True] * 300 + [True, False] * 50 + [True] * 100 + [True, False] * 150
    groups = _groups(hits, ["a"] * 400 + ["b"] * 400, causes)
    under = groups["kind: b"]
    assert under.recall == pytest.approx(250 / 400)
    assert under.gap == pytest.approx(-0.125)
    assert under.expected == pytest.approx(250 / 400)
    assert under.reweighted == pytest.approx(0.75)
    assert under.explained
    assert under.explanation == "name: staff, 75% of the group, 50% of all"
    assert groups["kind: a"].explanation == ""


def test_a_gap_that_no_cause_brings_is_not_explained() -> None:
    causes = [{"name": "own"}] * 800
    under = _groups([True] * 400 + [True, False] * 200, ["a"] * 400 + ["b"] * 400, causes)["kind: b"]
    assert under.expected == pytest.approx(0.75)
    assert under.reweighted == pytest.approx(0.5)
    assert not under.explained


def test_a_few_pairs_tell_nothing() -> None:
    under = _groups([True] * 98 + [True, False], ["a"] * 98 + ["b"] * 2, [{"name": "own"}] * 100)["kind: b"]
    assert under.explained
    assert under.explanation == TOO_FEW


def test_groups_without_common_causes_are_not_weighted_to_a_mix() -> None:
    causes = [{"name": "own"}] * 90 + [{"name": "staff"}] * 10
    assert _groups([True] * 100, ["a"] * 90 + ["b"] * 10, causes)["kind: b"].reweighted is None


def test_wilson_keeps_to_the_published_interval() -> None:
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)
    assert wilson(0, 0) == (0.0, 1.0)


def test_rare_labels_stand_together_and_flags_are_groups() -> None:
    columns = (
        "sex", "age_band", "script_pair", "country", "cross_border", "moved_state", "disability", "name_type",
        "lag_band", "duplicate_report", "transferred",
    )
    line = {"missing_id": "M1", "found_id": "F1", **dict.fromkeys(columns, "x"), "typo": "no"}
    facts = [line | {"script_pair": pair} for pair in ["latin-latin"] * 30 + ["latin-odia"] * 3 + ["odia-odia"] * 2]
    labels = labels_of(facts)
    assert labels["script_pair"][30:] == [RARER] * 5
    assert labels["another_script"] == ["no"] * 30 + ["yes"] * 3 + ["no"] * 2
    assert labels["typo"] == ["no"] * 35
    assert "missing_id" not in labels
