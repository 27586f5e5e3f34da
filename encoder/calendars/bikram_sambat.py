"""Bikram Sambat, the official calendar of Nepal, whose month lengths are known by table only."""

import nepali_datetime

from encoder.calendars.calendar import MONTHS, Calendar
from encoder.calendars.interval import DayInterval, day_number


def _first_day(year: int, month: int) -> int:
    return day_number(nepali_datetime.date(year, month, 1).to_datetime_date())


def month(year: int, number: int) -> DayInterval:
    """Days of a Bikram Sambat month: up to the day before the next one, or to the end of the table."""
    first = _first_day(year, number)
    if number < MONTHS:
        return DayInterval(first, _first_day(year, number + 1) - 1)
    if year < nepali_datetime.MAXYEAR:
        return DayInterval(first, _first_day(year + 1, 1) - 1)
    return DayInterval(first, day_number(nepali_datetime.date.max.to_datetime_date()))


BIKRAM_SAMBAT = Calendar(
    "Bikram Sambat", "BS", "BS:2069-02-18", nepali_datetime.MINYEAR, nepali_datetime.MAXYEAR, month
)
