"""Births to tokens: one wrong part costs one part, and doubt costs what is doubtful."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.birth import AgeBasis, BirthInterval, birth_interval
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import gregorian_date
from encoder.calendars.parse import parse_date, read_date
from encoder.tokens.birth import DATE, DAY, MONTH, MONTH_AND_DAY, MOST_YEARS, YEAR, birth_bag
from tests.encoder.builders import born, tokens

WHOLE = YEAR + MONTH + DAY + MONTH_AND_DAY + DATE


def in_common(a: str, b: str) -> int:
    """Weight of the tokens that two dates share."""
    return (tokens(birth_bag(born(a))) & tokens(birth_bag(born(b)))).total()


def test_a_whole_date() -> None:
    assert dict(tokens(birth_bag(born("2012-07-04")))) == {
        "y2012": YEAR, "m7": MONTH, "d4": DAY, "p4-7": MONTH_AND_DAY, "2012-07-04": DATE,
    }  # fmt: skip


def test_parts_that_are_not_known_make_no_token() -> None:
    assert dict(tokens(birth_bag(born("2012-07")))) == {"y2012": YEAR, "m7": MONTH}
    assert dict(tokens(birth_bag(born("2012")))) == {"y2012": YEAR}


def test_a_partial_date_shares_all_it_has_with_the_whole_one() -> None:
    assert in_common("2012-07", "2012-07-04") == YEAR + MONTH
    assert in_common("2012", "2012-07-04") == YEAR


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ("2012-04-07", YEAR + MONTH_AND_DAY),  # day and month swapped
        ("2012-07-05", YEAR + MONTH),
        ("2012-06-04", YEAR + DAY),
        ("2011-07-04", MONTH + DAY + MONTH_AND_DAY),
        ("2009-01-23", 0),
        ("2012-07-04", WHOLE),
    ],
)
def test_one_wrong_part_costs_one_part(other: str, kept: int) -> None:
    assert in_common("2012-07-04", other) == kept


def test_a_swap_of_day_and_month_keeps_more_than_one_wrong_day_does() -> None:
    assert in_common("2012-07-04", "2012-04-07") > in_common("2012-07-04", "2012-07-05")


@pytest.mark.parametrize("text", ["2012-01-01", "1/7/2012"])
def test_a_day_that_offices_invent_is_its_year_alone(text: str) -> None:
    birth = birth_interval(read_date(text), basis=AgeBasis.DOCUMENT)
    assert birth is not None
    assert dict(tokens(birth_bag(birth))) == {"y2012": YEAR}
    widened = birth_interval(read_date(text), basis=AgeBasis.VISUAL)
    assert widened is not None
    assert dict(tokens(birth_bag(widened))) == dict.fromkeys(("y2010", "y2011", "y2012", "y2013", "y2014"), YEAR)


def test_calendars_agree_on_the_day() -> None:
    """The second day of Baishakh 2069 BS was 14 April 2012; a year of that calendar spans two of ours."""
    assert tokens(birth_bag(born("BS:2069-01-02"))) == tokens(birth_bag(born("2012-04-14")))
    assert set(tokens(birth_bag(born("BS:2069")))) == {"y2012", "y2013"}


def test_an_interval_has_every_year_it_touches() -> None:
    birth = BirthInterval(parse_date("2009-12-31").first, parse_date("2012-01-01").last, BirthReason.AGE)
    assert set(tokens(birth_bag(birth))) == {"y2009", "y2010", "y2011", "y2012"}


def test_an_estimate_of_one_day_is_no_whole_date() -> None:
    day = parse_date("2012-07-04").first
    assert set(tokens(birth_bag(BirthInterval(day, day, BirthReason.AGE)))) == {"y2012", "m7"}


@pytest.mark.parametrize(("years", "known"), [(MOST_YEARS, True), (MOST_YEARS + 1, False)])
def test_a_wide_interval_says_nothing(years: int, known: bool) -> None:
    birth = BirthInterval(parse_date("2001").first, parse_date(str(2000 + years)).last, BirthReason.AGE)
    assert bool(birth_bag(birth)) is known
    assert len(tokens(birth_bag(birth))) == (years if known else 0)


@given(first=st.integers(0, 20_000), days=st.integers(0, 6_000))
def test_the_years_of_an_interval_hold_every_day_of_it(first: int, days: int) -> None:
    bag = birth_bag(BirthInterval(first, first + days, BirthReason.AGE))
    years = {int(token[1:]) for token in tokens(bag) if token.startswith("y")}
    covered = {gregorian_date(day).year for day in range(first, first + days + 1, 27)}
    assert not years or covered <= years
    assert bool(years) == (gregorian_date(first + days).year - gregorian_date(first).year < MOST_YEARS)
