"""Dates of four calendars against days that history fixes in both, and round trips over whole tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.calendars.calendar import Calendar
from encoder.calendars.interval import DayInterval, day_number, gregorian_date
from encoder.calendars.parse import CALENDARS, parse_date
from encoder.field_errors import DateError
from matcher.errors import InputError


def days(first: str, last: str | None = None) -> DayInterval:
    """The interval between two ISO dates."""
    return DayInterval(day_number(date.fromisoformat(first)), day_number(date.fromisoformat(last or first)))


KNOWN = [
    # Nepal: royal massacre, republic, Gorkha earthquake, constitution, new year 2081: dates known in both calendars.
    ("BS:2058-02-19", "2001-06-01"),
    ("BS:2065-02-15", "2008-05-28"),
    ("BS:2072-01-12", "2015-04-25"),
    ("BS:2072-06-03", "2015-09-20"),
    ("BS:2081-01-01", "2024-04-13"),
    # Bangladesh before the revision of 2019: bdnews24, 16 October 2019: 21 February fell on Falgun 9, new year on
    # 14 April; Victory Day, 16 December, on Poush 2.
    ("BN:1425-11-09", "2019-02-21"),
    ("BN:1425-01-01", "2018-04-14"),
    ("BN:1425-09-02", "2018-12-16"),
    # After it, same source: 16 October 2019 is Ashwin 31, the 17th Kartik 1; the national days stay put.
    ("BN:1426-06-31", "2019-10-16"),
    ("BN:1426-07-01", "2019-10-17"),
    ("BN:1427-11-08", "2021-02-21"),
    ("BN:1427-12-12", "2021-03-26"),
    ("BN:1427-09-01", "2020-12-16"),
    ("BN:1427-01-25", "2020-05-08"),
    ("BN:1426-12-12", "2020-03-26"),
    # Umm al-Qura (Saudi Arabia): Ramadan 1444, Eid al-Fitr 1445, new year 1446.
    ("AH:1444-09-01", "2023-03-23"),
    ("AH:1445-10-01", "2024-04-10"),
    ("AH:1446-01-01", "2024-07-07"),
    ("2012-02-29", "2012-02-29"),
    ("1970-01-01", "1970-01-01"),
]


@pytest.mark.parametrize(("text", "gregorian"), KNOWN)
def test_whole_date_is_the_day_history_says(text: str, gregorian: str) -> None:
    assert parse_date(text) == days(gregorian)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2012", "2012-01-01", "2012-12-31"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2013-02", "2013-02-01", "2013-02-28"),
        ("BS:2081", "2024-04-13", "2025-04-13"),
        ("BN:1426", "2019-04-14", "2020-04-13"),
        ("BN:1426-11", "2020-02-14", "2020-03-14"),
        ("BN:1427-11", "2021-02-14", "2021-03-14"),
        ("AH:1446", "2024-07-07", "2025-06-25"),
    ],
)
def test_partial_date_is_all_its_days(text: str, first: str, last: str) -> None:
    assert parse_date(text) == days(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2012-03-05", "2012/03/05", "2012.3.5", "20120305", "05-03-2012", "5/3/2012", "05.03.2012", " 2012-03-05 ",
        "२०१२-०३-०५", "২০১২-০৩-০৫", "۲۰۱۲-۰۳-۰۵", "2012-03-05 00:00:00", "2012-03-05T00:00:00Z",
        "2012-03-05T10:11:12+05:30", "၂၀၁၂-၀၃-၀၅",
    ],
)  # fmt: skip
def test_one_day_in_every_accepted_spelling(text: str) -> None:
    assert parse_date(text) == days("2012-03-05")


@pytest.mark.parametrize("text", ["bs:2072-01-12", "BS: 2072-01-12", "BS:२०७२-०१-१२", "BS:12/01/2072"])
def test_prefix_in_any_case_and_digits_of_any_script(text: str) -> None:
    assert parse_date(text) == days("2015-04-25")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2012-13-01", "months 1 to 12"),
        ("2012-02-30", "no such day"),
        ("2013-02-29", "no such day"),
        ("2012-00-08", "months 1 to 12"),
        ("05/31/2012", "months 1 to 12"),
        ("BS:2090-13-01", "months 1 to 12"),
        ("BS:2072-01-33", "no such day"),
        ("BN:1425-06-31", "no such day"),
        ("BN:1427-11-30", "no such day"),
        ("AH:1446-02-31", "no such day"),
        ("BS:1960", "1975 to 2100"),
        ("BN:1300", "1394 to 1457"),
        ("AH:1200", "1343 to 1500"),
        ("2072-01-12", "BS:"),
        ("1433-07-10", "AH:"),
        ("31-02-12", "no such day"),
        ("99-03-05", "no such day"),
        ("2012-03/05", "not a date"),
        ("²⁰¹²", "not a date"),
        ("XX:2012", "not a date"),
        ("", "not a date"),
        ("2012-03-05" * 100, "too long"),
    ],
)
def test_impossible_date_says_what_is_wrong_and_what_to_write(text: str, says: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(text)
    message = str(caught.value)
    assert says in message
    assert "write" in message
    assert isinstance(caught.value, InputError)
    assert not text or text not in message


@pytest.mark.parametrize("calendar", CALENDARS, ids=lambda calendar: calendar.name)
def test_months_follow_each_other_without_gap_or_overlap(calendar: Calendar) -> None:
    expected = calendar.month(calendar.first_year, 1).first
    for year in range(calendar.first_year, calendar.last_year + 1):
        for month in range(1, 13):
            found = calendar.month(year, month)
            assert found.first == expected
            assert 28 <= found.last - found.first + 1 <= 32
            expected = found.last + 1


@pytest.mark.parametrize("calendar", CALENDARS, ids=lambda calendar: calendar.name)
def test_example_of_each_calendar_is_a_whole_date(calendar: Calendar) -> None:
    assert parse_date(calendar.example).exact


@given(st.dates(date(1900, 1, 1), date(2050, 12, 31)))
def test_iso_round_trip(day: date) -> None:
    found = parse_date(day.isoformat())
    assert gregorian_date(found.first) == day
    assert found.exact


@given(st.sampled_from(CALENDARS), st.data())
def test_partial_dates_nest(calendar: Calendar, data: st.DataObject) -> None:
    year = data.draw(st.integers(calendar.first_year, calendar.last_year))
    month = data.draw(st.integers(1, 12))
    day = data.draw(st.integers(1, 28))
    whole, part, span = (calendar.interval(year, *rest) for rest in ((month, day), (month, None), (None, None)))
    assert span.first <= part.first <= whole.first == whole.last <= part.last <= span.last
    assert whole.first == part.first + day - 1


def test_interval_shows_no_date() -> None:
    day = parse_date("2012-03-05")
    assert repr(day) == "DayInterval(one day)"
    assert repr(DayInterval(day.first, day.last + 1)) == "DayInterval(several days)"
