"""The Bangla calendar of Bangladesh, in both of the revisions made by the Bangla Academy.

Adopted in 1987 (BN 1394): Boishakh to Bhadro have 31 days, the other seven months 30, Falgun one more when its
Gregorian year is a leap year. From BN 1426 (circular of the Ministry of Public Administration, in force on
16 October 2019; bdnews24, "Bangladesh reworks Bangla calendar to match national days with West", 16 October 2019):
Boishakh to Ashwin have 31 days, Falgun 29 (30 in a leap year), the other five 30. The year begins on 14 April in
both. West Bengal keeps the astronomical calendar, whose dates run up to two days apart from these.
"""

from calendar import isleap
from datetime import date
from itertools import accumulate

from encoder.calendars.calendar import Calendar
from encoder.calendars.interval import DayInterval, day_number

FIRST_YEAR, LAST_YEAR = 1394, 1457
FIRST_YEAR_OF_2019_REVISION = 1426
GREGORIAN_YEAR_OF_ZERO = 593
FALGUN = 11

_LENGTHS_1987 = (31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 30, 30)
_LENGTHS_2019 = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 29, 30)


def _lengths(year: int) -> list[int]:
    lengths = list(_LENGTHS_2019 if year >= FIRST_YEAR_OF_2019_REVISION else _LENGTHS_1987)
    # Falgun holds 29 February of the Gregorian year after the one in which the Bangla year began.
    lengths[FALGUN - 1] += isleap(year + GREGORIAN_YEAR_OF_ZERO + 1)
    return lengths


def month(year: int, number: int) -> DayInterval:
    """Days of a Bangla month, Boishakh being 1."""
    lengths = _lengths(year)
    starts = list(accumulate(lengths, initial=day_number(date(year + GREGORIAN_YEAR_OF_ZERO, 4, 14))))
    return DayInterval(starts[number - 1], starts[number] - 1)


BANGLA = Calendar("Bangla", "BN", "BN:1419-02-17", FIRST_YEAR, LAST_YEAR, month)
