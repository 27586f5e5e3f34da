"""When a child was born, as an interval of days: from a date, or from an age that was true on some day.

A date of birth always wins over an age. Where the basis says that somebody estimated (`child`, `visual`,
`ossification`, `dental`), a date was counted back from that estimate, so it is widened like the age would be.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from encoder.calendars.interval import DayInterval, day_number, gregorian_date

OLDEST_YEARS = 25
"""The oldest age a record may give, and the upper end where only `age_min` is known."""

DAYS_A_YEAR = 365.25


class AgeBasis(StrEnum):
    """How the age came to be known."""

    DOCUMENT = "document"
    PARENT = "parent"
    CHILD = "child"
    VISUAL = "visual"
    OSSIFICATION = "ossification"
    DENTAL = "dental"


@dataclass(frozen=True, slots=True)
class Widening:
    """Years by which the true age may lie below and above the stated one."""

    younger: int
    older: int


NO_WIDENING = Widening(0, 0)
"""A document states the age on a day; the year it spans is all the doubt there is."""

RUNNING_YEAR = Widening(1, 0)
"""Parents count the running year: a child "in the ninth year" is given as nine and has completed eight."""

ONE_YEAR = Widening(1, 1)
"""Children round what they were told; and an age of unknown basis deserves no more trust than theirs."""

TWO_YEARS = Widening(2, 2)
"""Looks, bones and teeth place an age within two years either way (RECORDS: medical age ±2–3 years)."""

WIDENING: dict[AgeBasis | None, Widening] = {
    AgeBasis.DOCUMENT: NO_WIDENING,
    AgeBasis.PARENT: RUNNING_YEAR,
    AgeBasis.CHILD: ONE_YEAR,
    AgeBasis.VISUAL: TWO_YEARS,
    AgeBasis.OSSIFICATION: TWO_YEARS,
    AgeBasis.DENTAL: TWO_YEARS,
    None: ONE_YEAR,
}

ESTIMATES = frozenset({AgeBasis.CHILD, AgeBasis.VISUAL, AgeBasis.OSSIFICATION, AgeBasis.DENTAL})
"""Bases under which even a whole date of birth is an estimate."""


@dataclass(frozen=True, slots=True, repr=False)
class BirthInterval:
    """First and last possible day of birth, counted from 1970-01-01; `exact` when a whole date was given."""

    first: int
    last: int
    exact: bool

    def __repr__(self) -> str:
        """No dates: a day of birth stays out of logs and tracebacks."""
        return f"BirthInterval(exact={self.exact})"


def birth_interval(
    date_of_birth: DayInterval | None = None,
    *,
    age: float | None = None,
    age_min: float | None = None,
    age_max: float | None = None,
    as_of: DayInterval | None = None,
    basis: AgeBasis | None = None,
) -> BirthInterval | None:
    """The birth that a record states, None when it states none or an age without the day it was true on.

    An age of `a` years on day D means born in (D − (a+1) years, D − a years], widened by its basis. A bound that
    the writer gave as `age_min` or `age_max` is taken as it stands, and nobody is born after D.
    """
    if date_of_birth is not None:
        return _from_date(date_of_birth, basis)
    if as_of is None or (age is None and age_min is None and age_max is None):
        return None
    low, high = _age_bounds(age, age_min, age_max, WIDENING[basis])
    return _from_ages(low, high, as_of)


def _from_date(born: DayInterval, basis: AgeBasis | None) -> BirthInterval:
    if basis not in ESTIMATES:
        return BirthInterval(born.first, born.last, born.exact)
    widening = WIDENING[basis]
    return BirthInterval(years_before(born.first, widening.older), years_before(born.last, -widening.younger), False)


def _age_bounds(
    age: float | None, age_min: float | None, age_max: float | None, widening: Widening
) -> tuple[float, float]:
    low = max(0.0, age - widening.younger) if age is not None else 0.0
    high = age + widening.older if age is not None else OLDEST_YEARS
    return (low if age_min is None else age_min), (high if age_max is None else age_max)


@lru_cache(maxsize=1 << 14)
def _from_ages(low: float, high: float, as_of: DayInterval) -> BirthInterval:
    first = years_before(as_of.first, high + 1) + 1
    return BirthInterval(first, years_before(as_of.last, low), False)


def years_before(day: int, years: float) -> int:
    """The day so many years earlier (later when negative); 29 February falls back to the 28th."""
    whole = int(years)
    then = gregorian_date(day)
    try:
        moved = then.replace(year=then.year - whole)
    except ValueError:
        moved = then.replace(year=then.year - whole, day=28)
    return day_number(moved) - round((years - whole) * DAYS_A_YEAR)
