"""Dates in Nepal's and Bangladesh's calendars, against days whose date is known."""

from datetime import date

import pytest

from encoder.synthetic.calendars import bangla, bikram_sambat, local_date


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2015, 4, 14), (2072, 1, 1)), (date(2000, 4, 13), (2057, 1, 1)), (date(2008, 4, 12), (2064, 12, 30))],
)
def test_bikram_sambat(day: date, expected: tuple[int, int, int]) -> None:
    assert bikram_sambat(day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2013, 4, 14), (1420, 1, 1)),  # Pohela Boishakh
        (date(2014, 2, 21), (1420, 11, 9)),  # 21 February fell on 9 Falgun before the reform of 2019
        (date(2020, 2, 21), (1426, 11, 8)),  # and on 8 Falgun, as in 1952, after it
        (date(2020, 12, 16), (1427, 9, 1)),
        (date(2021, 4, 13), (1427, 12, 30)),
    ],
)
def test_bangla(day: date, expected: tuple[int, int, int]) -> None:
    assert bangla(day) == expected


def test_every_day_of_forty_years_has_a_date() -> None:
    for ordinal in range(date(1994, 1, 1).toordinal(), date(2026, 12, 31).toordinal()):
        day = date.fromordinal(ordinal)
        assert bikram_sambat(day) is not None
        assert 1 <= bangla(day)[2] <= 31


def test_prefixes() -> None:
    assert local_date(date(2015, 4, 14), "Nepal") == "BS:2072-01-01"
    assert local_date(date(2013, 4, 14), "Bangladesh") == "BN:1420-01-01"
    assert local_date(date(2013, 4, 14), "India") == "2013-04-14"
    assert local_date(date(1950, 1, 1), "Nepal") == "1950-01-01"
