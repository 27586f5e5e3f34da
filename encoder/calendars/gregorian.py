"""The Gregorian calendar, within the years that a record about a child can speak of."""

from calendar import monthrange
from datetime import date

from encoder.calendars.calendar import Calendar
from encoder.calendars.interval import DayInterval, day_number

FIRST_YEAR = 1900
# A year of the Bikram Sambat calendar written without its prefix is 2055 or later for anyone who is a child
# today, so that this bound turns a silent error of 57 years into a message.
LAST_YEAR = 2050


def month(year: int, number: int) -> DayInterval:
    """Days of a Gregorian month."""
    first = day_number(date(year, number, 1))
    return DayInterval(first, first + monthrange(year, number)[1] - 1)


GREGORIAN = Calendar("Gregorian", "", "2012-05-31", FIRST_YEAR, LAST_YEAR, month)
