"""What differs from the last run, and how much may."""

from typing import Any

import pytest

from api.hub.reporting.drifting import drift
from matcher.views import Kind
from tests.api.hub.reporting.nights import Night
from tests.api.hub.reporting.samples import full, older


def flagged(current: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """What is flagged."""
    found = drift(current, before)
    assert found is not None
    return [figure["what"] for figure in found["figures"] if figure["flagged"]]


def test_the_first_run_drifts_from_nothing() -> None:
    assert drift(full(), None) is None


def test_the_same_run_does_not_drift() -> None:
    assert flagged(full(), full()) == []


@pytest.mark.parametrize(("now", "before", "expected"), [
    (900, 1000, []), (899, 1000, ["missing"]), (1500, 1000, []), (1501, 1000, ["missing"]), (5, 1, []),
    (0, 19, []), (0, 20, ["missing"]), (20, 0, ["missing"]), (0, 0, []),
])  # fmt: skip
def test_records_may_fall_by_a_tenth_and_grow_by_half(now: int, before: int, expected: list[str]) -> None:
    assert flagged({"missing": now}, {"missing": before}) == expected


def test_candidates_of_each_verdict_may_halve_and_double() -> None:
    before = {"candidates": {"probable": 100, "possible": 100, "weak": 100}}
    now = {"candidates": {"probable": 49, "possible": 200, "weak": 201}}
    assert flagged(now, before) == ["probable", "weak"]


def test_a_rate_is_held_against_that_of_a_run_of_the_same_mode_that_took_its_time() -> None:
    before = {"mode": "full", "seconds": 600.0, "rate": 10_000.0}
    slow = {**before, "rate": 4_000.0}
    assert flagged(slow, before) == ["rate"]
    for changes in ({"mode": "incremental"}, {"seconds": 59.0}, {"rate": 5_000.0}, {"rate": 1e9}):
        assert flagged({**slow, **changes}, before) == []


def test_older_runs_are_compared_by_what_they_have() -> None:
    found = drift(full(), older(model=2))
    assert found is not None
    assert found["same_model"] is False
    assert [figure["what"] for figure in found["figures"]] == ["missing", "found", "probable", "possible", "weak"]


def test_what_the_run_does_not_say_is_counted(quiet: Night) -> None:
    only = quiet.partner("only")
    missing = quiet.records(only, Kind.MISSING, 30)
    [found] = quiet.records(only, Kind.FOUND)
    for report in missing:
        quiet.candidate(report, found, weight=20_000)
    first = {"run": 1, "missing": 30, "found": 1, "collected": quiet.collected()}
    for report in missing:
        quiet.withdraw(report)
    again = quiet.collected(first, run={"model": 1})["drift"]
    figures = {figure["what"]: (figure["now"], figure["before"], figure["flagged"]) for figure in again["figures"]}
    assert figures == {"missing": (0, 30, True), "found": (1, 1, False), "best_bits": (20.0, 20.0, False)}
