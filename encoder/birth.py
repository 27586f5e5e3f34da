"""When a child was born, as an interval of days: from a date, or from an age that was true on some day.

A date of birth always wins over an age. Where the basis says that somebody estimated (`child`, `visual`,
`ossification`, `dental`), a date was counted back from that estimate, so it is widened like the age would be. So is
the year of a date whose day is usually invented, such as 1 January, under every basis: it is an age in disguise.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from encoder.ages.stated import OLDEST_YEARS, StatedAge, in_years
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import DayInterval, day_number, gregorian_date
from encoder.calendars.written import Grain, WrittenDate

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

    younger: float
    older: float


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


MONTHS_DOUBT = Widening(0.5, 0.5)
"""The most that an age of less than three years given in months is widened by: nobody is two years out on a baby."""

LAST_MONTHS_AGE = 3


@dataclass(frozen=True, slots=True, repr=False)
class BirthInterval:
    """First and last possible day of birth, counted from 1970-01-01, and what they were made from."""

    first: int
    last: int
    reason: BirthReason

    @property
    def exact(self) -> bool:
        """Whether a whole date was given that can be taken as it stands."""
        return self.reason is BirthReason.DATE

    def __repr__(self) -> str:
        """No dates: a day of birth stays out of logs and tracebacks."""
        return f"BirthInterval({self.reason})"


Age = StatedAge | float
"""An age as it was stated, or one in completed years."""


def birth_interval(
    date_of_birth: WrittenDate | None = None,
    *,
    age: Age | None = None,
    age_min: Age | None = None,
    age_max: Age | None = None,
    as_of: DayInterval | None = None,
    basis: AgeBasis | None = None,
) -> BirthInterval | None:
    """The birth that a record states, None when it states none or an age without the day it was true on.

    An age of `a` years on day D means born in (D − (a+1) years, D − a years], widened by its basis. A bound that
    the writer gave as `age_min` or `age_max`, a range, a class and a stretch of life are taken as they stand, and
    nobody is born after D.
    """
    if date_of_birth is not None:
        return _from_date(date_of_birth, basis)
    if as_of is None or (age is None and age_min is None and age_max is None):
        return None
    low, below, reason = _ages(_stated(age), _stated(age_min), _stated(age_max), basis)
    return _from_ages(low, below, as_of, reason)


_REASON_OF = {Grain.DAY: BirthReason.DATE, Grain.MONTH: BirthReason.MONTH, Grain.YEAR: BirthReason.YEAR}


def _from_date(born: WrittenDate, basis: AgeBasis | None) -> BirthInterval:
    if born.is_usual_invention:
        return _widened(born.year_days, WIDENING[basis], BirthReason.INVENTED_DAY)
    if basis in ESTIMATES:
        return _widened(born.days, WIDENING[basis], BirthReason.ESTIMATE)
    return BirthInterval(born.days.first, born.days.last, _REASON_OF[born.grain])


def _widened(days: DayInterval, by: Widening, reason: BirthReason) -> BirthInterval:
    return BirthInterval(years_before(days.first, by.older), years_before(days.last, -by.younger), reason)


def _stated(age: Age | None) -> StatedAge | None:
    return age if age is None or isinstance(age, StatedAge) else in_years(age)


def _ages(
    age: StatedAge | None, age_min: StatedAge | None, age_max: StatedAge | None, basis: AgeBasis | None
) -> tuple[float, float, BirthReason]:
    """From which age up to below which one, and why."""
    low, below, reason = 0.0, OLDEST_YEARS + 1.0, BirthReason.AGE_RANGE
    if age is not None:
        by = _doubt(age, basis)
        low, below, reason = max(0.0, age.low - by.younger), age.below + by.older, age.reason
    if age_min is None and age_max is None:
        return low, below, reason
    bounds = (0.0 if age_min is None else age_min.low), (OLDEST_YEARS + 1.0 if age_max is None else age_max.below)
    within = (low if age_min is None else bounds[0]), (below if age_max is None else bounds[1])
    # An age on the wrong side of a bound says nothing.
    low, below = within if within[0] < within[1] else bounds
    return min(low, below), max(low, below), BirthReason.AGE_RANGE


def _doubt(age: StatedAge, basis: AgeBasis | None) -> Widening:
    """By how much the basis, and the way it was written, widen an age."""
    if age.is_range:
        return NO_WIDENING
    by = WIDENING[basis]
    if age.reason is BirthReason.ABOUT:
        return Widening(max(by.younger, ONE_YEAR.younger), max(by.older, ONE_YEAR.older))
    if age.reason is BirthReason.MONTHS and age.low < LAST_MONTHS_AGE:
        return Widening(min(by.younger, MONTHS_DOUBT.younger), min(by.older, MONTHS_DOUBT.older))
    return by


@lru_cache(maxsize=1 << 14)
def _from_ages(low: float, below: float, as_of: DayInterval, reason: BirthReason) -> BirthInterval:
    last = years_before(as_of.last, low)
    return BirthInterval(min(years_before(as_of.first, below) + 1, last), last, reason)


def years_before(day: int, years: float) -> int:
    """The day so many years earlier (later when negative); 29 February falls back to the 28th."""
    whole = int(years)
    then = gregorian_date(day)
    try:
        moved = then.replace(year=then.year - whole)
    except ValueError:
        moved = then.replace(year=then.year - whole, day=28)
    return day_number(moved) - round((years - whole) * DAYS_A_YEAR)
