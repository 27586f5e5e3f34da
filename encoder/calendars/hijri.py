"""The Hijri calendar by the Umm al-Qura table. Local sightings of the moon in South Asia often fall a day later."""

from hijridate import Hijri

from encoder.calendars.calendar import Calendar
from encoder.calendars.interval import DayInterval, day_number

FIRST_YEAR, LAST_YEAR = 1343, 1500


def month(year: int, number: int) -> DayInterval:
    """Days of a Hijri month, Muharram being 1."""
    start = Hijri(year, number, 1)
    first = day_number(start.to_gregorian())
    return DayInterval(first, first + start.month_length() - 1)


HIJRI = Calendar("Hijri", "AH", "AH:1433-07-10", FIRST_YEAR, LAST_YEAR, month)
