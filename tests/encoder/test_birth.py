"""Intervals of birth from dates and ages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.ages.parse import parse_age
from encoder.ages.stated import OLDEST_YEARS, StatedAge, in_years
from encoder.birth import WIDENING, AgeBasis, BirthInterval, birth_interval, years_before
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import DayInterval, day_number, gregorian_date
from encoder.calendars.parse import parse_date, read_date

AS_OF = parse_date("2020-06-15")
BASES = [*AgeBasis, None]


def span(birth: BirthInterval | None) -> tuple[str, str]:
    """Its ends as ISO dates."""
    assert birth is not None
    return gregorian_date(birth.first).isoformat(), gregorian_date(birth.last).isoformat()


@pytest.mark.parametrize(
    ("basis", "first", "last"),
    [
        (AgeBasis.DOCUMENT, "2011-06-16", "2012-06-15"),
        (AgeBasis.PARENT, "2011-06-16", "2013-06-15"),
        (AgeBasis.CHILD, "2010-06-16", "2013-06-15"),
        (None, "2010-06-16", "2013-06-15"),
        (AgeBasis.VISUAL, "2009-06-16", "2014-06-15"),
        (AgeBasis.OSSIFICATION, "2009-06-16", "2014-06-15"),
        (AgeBasis.DENTAL, "2009-06-16", "2014-06-15"),
    ],
)
def test_age_of_eight_by_basis(basis: AgeBasis | None, first: str, last: str) -> None:
    birth = birth_interval(age=8, as_of=AS_OF, basis=basis)
    assert span(birth) == (first, last)
    assert birth is not None
    assert not birth.exact


def test_whole_date_is_exact_and_wins_over_an_age() -> None:
    for basis in (None, AgeBasis.DOCUMENT, AgeBasis.PARENT):
        birth = birth_interval(read_date("2012-03-05"), age=4, as_of=AS_OF, basis=basis)
        assert span(birth) == ("2012-03-05", "2012-03-05")
        assert birth is not None
        assert birth.exact


def test_partial_date_is_not_exact() -> None:
    year, month = birth_interval(read_date("2012")), birth_interval(read_date("2012-02"))
    assert year == BirthInterval(*_ends("2012-01-01", "2012-12-31"), BirthReason.YEAR)
    assert month == BirthInterval(*_ends("2012-02-01", "2012-02-29"), BirthReason.MONTH)
    assert not year.exact
    assert not month.exact


def test_date_counted_back_from_an_estimate_is_widened() -> None:
    birth = birth_interval(read_date("2012-05-03"), basis=AgeBasis.OSSIFICATION)
    assert birth == BirthInterval(*_ends("2010-05-03", "2014-05-03"), BirthReason.ESTIMATE)


INVENTED = [
    ("2012-01-01", None, "2011-01-01", "2013-12-31"),
    ("2012-01-01", AgeBasis.DOCUMENT, "2012-01-01", "2012-12-31"),
    ("01/07/2012", AgeBasis.DOCUMENT, "2012-01-01", "2012-12-31"),
    ("2012-01-01", AgeBasis.PARENT, "2012-01-01", "2013-12-31"),
    ("2012-01-01", AgeBasis.DENTAL, "2010-01-01", "2014-12-31"),
    ("BS:2069-01-01", AgeBasis.DOCUMENT, "2012-04-13", "2013-04-13"),
    ("১লা বৈশাখ ১৪১৯", AgeBasis.DOCUMENT, "2012-04-14", "2013-04-13"),
]


@pytest.mark.parametrize(("text", "basis", "first", "last"), INVENTED)
def test_a_day_that_offices_invent_stands_for_its_year(
    text: str, basis: AgeBasis | None, first: str, last: str
) -> None:
    birth = birth_interval(read_date(text), basis=basis)
    assert birth == BirthInterval(*_ends(first, last), BirthReason.INVENTED_DAY)
    assert not birth.exact


@pytest.mark.parametrize("text", ["2012-01-02", "2012-07-02", "2012-01-15", "2012-04-13", "BS:2069-07-01", "2012-01"])
def test_other_days_are_taken_as_they_stand(text: str) -> None:
    birth = birth_interval(read_date(text))
    assert birth is not None
    assert birth.reason in (BirthReason.DATE, BirthReason.MONTH)


@pytest.mark.parametrize(
    ("text", "basis", "first", "last", "reason"),
    [
        ("about 8", AgeBasis.DOCUMENT, "2010-06-16", "2013-06-15", BirthReason.ABOUT),
        ("about 8", AgeBasis.VISUAL, "2009-06-16", "2014-06-15", BirthReason.ABOUT),
        ("8+", AgeBasis.DOCUMENT, "2009-06-16", "2013-06-15", BirthReason.ABOUT),
        ("7-9", AgeBasis.VISUAL, "2010-06-16", "2013-06-15", BirthReason.AGE_RANGE),
        ("Class IV", AgeBasis.VISUAL, "2007-06-16", "2012-06-15", BirthReason.CLASS),
        ("minor", None, "2002-06-16", "2020-06-15", BirthReason.GROUP),
        ("6 months", AgeBasis.VISUAL, "2019-05-17", "2020-06-15", BirthReason.MONTHS),
        ("10 years 6 months", AgeBasis.DOCUMENT, "2009-11-15", "2009-12-14", BirthReason.MONTHS),
        ("8", AgeBasis.DOCUMENT, "2011-06-16", "2012-06-15", BirthReason.AGE),
    ],
)
def test_the_way_an_age_is_written_gives_its_reason(
    text: str, basis: AgeBasis | None, first: str, last: str, reason: BirthReason
) -> None:
    birth = birth_interval(age=parse_age(text), as_of=AS_OF, basis=basis)
    assert span(birth) == (first, last)
    assert birth is not None
    assert birth.reason is reason


def test_an_age_on_the_wrong_side_of_a_bound_says_nothing() -> None:
    assert span(birth_interval(age=8, age_min=12, as_of=AS_OF)) == span(birth_interval(age_min=12, as_of=AS_OF))
    assert span(birth_interval(age=8, age_max=5, as_of=AS_OF)) == span(birth_interval(age_max=5, as_of=AS_OF))


_ages = st.none() | st.floats(0, OLDEST_YEARS).map(in_years) | st.tuples(
    st.floats(0, OLDEST_YEARS), st.floats(0.002, 20), st.sampled_from(BirthReason)
).map(lambda drawn: StatedAge(drawn[0], drawn[0] + drawn[1], drawn[2]))  # fmt: skip


@given(_ages, _ages, _ages, st.sampled_from(BASES), st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 400))
def test_whatever_the_ages_no_interval_is_empty(
    age: StatedAge | None, low: StatedAge | None, high: StatedAge | None, basis: AgeBasis | None, seen: date, more: int
) -> None:
    as_of = DayInterval(day_number(seen), day_number(seen) + more)
    birth = birth_interval(age=age, age_min=low, age_max=high, as_of=as_of, basis=basis)
    assert (birth is None) == (age is low is high is None)
    assert birth is None or birth.first <= birth.last <= as_of.last


def test_bounds_are_taken_as_they_stand() -> None:
    birth = birth_interval(age_min=8, age_max=10, as_of=AS_OF, basis=AgeBasis.VISUAL)
    assert span(birth) == ("2009-06-16", "2012-06-15")
    assert span(birth_interval(age=9, age_min=8, age_max=10, as_of=AS_OF)) == span(birth)


def test_one_bound_leaves_the_other_end_to_the_age_or_the_limit() -> None:
    assert span(birth_interval(age_min=8, as_of=AS_OF))[0] == f"{2020 - OLDEST_YEARS - 1}-06-16"
    assert span(birth_interval(age_max=8, as_of=AS_OF)) == ("2011-06-16", "2020-06-15")
    assert span(birth_interval(age=8, age_max=8, as_of=AS_OF)) == ("2011-06-16", "2013-06-15")


def test_nobody_is_born_after_being_seen() -> None:
    assert span(birth_interval(age=1, as_of=AS_OF, basis=AgeBasis.VISUAL))[1] == "2020-06-15"


def test_nothing_known_is_none() -> None:
    assert birth_interval() is None
    assert birth_interval(as_of=AS_OF) is None
    assert birth_interval(age=8) is None


def test_partial_as_of_widens() -> None:
    birth = birth_interval(age=8, as_of=parse_date("2020"), basis=AgeBasis.DOCUMENT)
    assert span(birth) == ("2011-01-02", "2012-12-31")


def test_29_february_falls_back() -> None:
    leap_day = day_number(date(2020, 2, 29))
    assert gregorian_date(years_before(leap_day, 1)) == date(2019, 2, 28)
    assert gregorian_date(years_before(leap_day, 4)) == date(2016, 2, 29)
    assert years_before(leap_day, 0) == leap_day
    assert gregorian_date(years_before(leap_day, -1)) == date(2021, 2, 28)


def test_half_a_year_is_half_a_year() -> None:
    assert years_before(day_number(date(2020, 7, 1)), 0.5) == day_number(date(2020, 7, 1)) - 183


def test_repr_shows_no_date() -> None:
    assert repr(birth_interval(read_date("2012-03-05"))) == "BirthInterval(date)"
    assert repr(in_years(8)) == "StatedAge(age)"


@given(st.dates(date(2000, 1, 1), date(2019, 12, 31)), st.dates(date(2020, 1, 1), date(2025, 12, 31)),
       st.sampled_from(BASES))  # fmt: skip
def test_completed_years_hold_the_true_birth(born: date, seen: date, basis: AgeBasis | None) -> None:
    age = seen.year - born.year - ((seen.month, seen.day) < (born.month, born.day))
    if age <= OLDEST_YEARS:
        day = day_number(seen)
        birth = birth_interval(age=age, as_of=DayInterval(day, day), basis=basis)
        assert birth is not None
        assert birth.first <= day_number(born) <= birth.last <= day


@given(st.integers(0, OLDEST_YEARS), st.sampled_from(BASES))
def test_wider_basis_never_narrows(age: int, basis: AgeBasis | None) -> None:
    narrow = birth_interval(age=age, as_of=AS_OF, basis=AgeBasis.DOCUMENT)
    wide = birth_interval(age=age, as_of=AS_OF, basis=basis)
    assert narrow is not None
    assert wide is not None
    assert wide.first <= narrow.first <= narrow.last <= wide.last
    newborn = age == 0 and basis is AgeBasis.PARENT
    assert (wide == narrow) == (newborn or WIDENING[basis] == WIDENING[AgeBasis.DOCUMENT])


def _ends(first: str, last: str) -> tuple[int, int]:
    return day_number(date.fromisoformat(first)), day_number(date.fromisoformat(last))
