"""Numbers as people read them."""

import pytest

from api.hub.reporting import words


@pytest.mark.parametrize(("number", "text"), [
    (0, "0"), (999_999, "999,999"), (1_000_000, "1.0 million"), (61_400_000_000, "61.4 billion"),
    (24e12, "24.0 trillion"), (1_711_000.4, "1.7 million"),
])  # fmt: skip
def test_large_numbers_get_a_name(number: float, text: str) -> None:
    assert words.short(number) == text


@pytest.mark.parametrize(("seconds", "text"), [
    (0.04, "0.0 s"), (59.4, "59.4 s"), (59.96, "1 min 00 s"), (754.2, "12 min 34 s"), (3599.7, "1 h 00 min"),
    (11_100, "3 h 05 min"),
])  # fmt: skip
def test_durations_have_two_units(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


@pytest.mark.parametrize(("number", "text"), [
    (0.2, "today"), (1.0, "1 day"), (2.5, "2.5 days"), (10.4, "10 days"), (31.2, "31 days"), (0.9, "0.9 days"),
])  # fmt: skip
def test_days(number: float, text: str) -> None:
    assert words.days(number) == text


def test_shares_of_nothing_and_moments_that_never_were_are_dashes() -> None:
    assert (words.share(1, 8), words.share(0, 0)) == ("12.5 %", "-")
    assert (words.moment(None), words.day(None)) == ("-", "-")
    assert words.moment("2026-11-21T22:30:00+00:00") == "21 November 2026, 22:30 UTC"
    assert words.day("2026-11-01T22:30:00+00:00") == "1 Nov 2026"
