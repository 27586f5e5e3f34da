"""Dates whose month is a word: which numbers are day and year, and which calendar the word and the year mean."""

from dataclasses import dataclass

from encoder.calendars.bangla import BANGLA
from encoder.calendars.bikram_sambat import BIKRAM_SAMBAT
from encoder.calendars.calendar import Calendar
from encoder.calendars.gregorian import GREGORIAN
from encoder.calendars.hijri import HIJRI
from encoder.calendars.month_names import Month, MonthFamily
from encoder.calendars.written import WrittenDate, written_date
from encoder.calendars.years import DAYS_OF_LONGEST_MONTH, year_of_two_digits
from encoder.field_errors import DateError

FIRST_UNMISTAKABLE_BIKRAM_YEAR = 2046
"""April 1989. Before it, a year beside such a month may as well be Gregorian."""

NO_YEAR = "The year cannot be told; write it with four digits, such as 5 August 2012 or August 2012."
OTHER_MONTH = "The month and the year are of different calendars; write both in one, such as Asharh 1419 or June 2012."

_OF_FAMILY = {MonthFamily.GREGORIAN: (GREGORIAN,), MonthFamily.BAISHAKH: (BANGLA, BIKRAM_SAMBAT),
              MonthFamily.HIJRI: (HIJRI,)}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Numbers:
    """Numbers before and after the month, as written; `short_year` when an apostrophe stood before the last."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    short_year: bool


def with_named_month(month: Month, mark: Calendar | None, numbers: Numbers) -> WrittenDate:
    """The date of a month's name and numbers around it; DateError when it cannot be read without guessing."""
    year, day = _year_and_day(numbers, month)
    calendar = _calendar(month, mark, year)
    return written_date(calendar, year, month.number, day)


def _year_and_day(numbers: Numbers, month: Month) -> tuple[int, int | None]:
    every = numbers.before + numbers.after
    years, others = [n for n in every if len(n) == 4], [n for n in every if len(n) <= 2]
    if len(years) == 1 and len(years) + len(others) == len(every) and len(others) <= 1:
        return int(years[0]), _day(others[0]) if others else None
    if years or len(others) != len(every) or month.family is not MonthFamily.GREGORIAN:
        raise DateError(NO_YEAR)
    return _short(numbers)


def _short(numbers: Numbers) -> tuple[int, int | None]:
    """With a year of two digits: at the end, and where nothing else can be meant."""
    match numbers.before, numbers.after:
        case (day,), (year,) if len(year) == 2:
            return year_of_two_digits(int(year)), _day(day)
        case (), (year,) if len(year) == 2 and (numbers.short_year or int(year) > DAYS_OF_LONGEST_MONTH):
            return year_of_two_digits(int(year)), None
    raise DateError(NO_YEAR)


def _day(text: str) -> int | None:
    """The day; 0 stands for one that is not known."""
    return int(text) or None


def _calendar(month: Month, mark: Calendar | None, year: int) -> Calendar:
    possible = _OF_FAMILY[month.family]
    if mark is not None:
        if mark not in possible:
            raise DateError(OTHER_MONTH)
        return mark
    if month.family is not MonthFamily.BAISHAKH:
        return possible[0]
    if BANGLA.first_year <= year <= BANGLA.last_year:
        return BANGLA
    if FIRST_UNMISTAKABLE_BIKRAM_YEAR <= year <= BIKRAM_SAMBAT.last_year:
        return BIKRAM_SAMBAT
    raise DateError(OTHER_MONTH)
