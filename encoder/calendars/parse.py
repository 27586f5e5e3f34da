"""From the text of a date field to the days it stands for."""

import re
import unicodedata
from functools import lru_cache

from encoder.calendars.bangla import BANGLA
from encoder.calendars.bikram_sambat import BIKRAM_SAMBAT
from encoder.calendars.calendar import Calendar
from encoder.calendars.gregorian import GREGORIAN
from encoder.calendars.hijri import HIJRI
from encoder.calendars.interval import DayInterval
from encoder.field_errors import DateError

CALENDARS = (GREGORIAN, BIKRAM_SAMBAT, BANGLA, HIJRI)
LONGEST_DATE = 40
CACHED_DATES = 1 << 15

_PREFIXED = {calendar.prefix: calendar for calendar in CALENDARS if calendar.prefix}
_YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
# Day before month everywhere in South Asia; a date that only fits the American order has no such month here.
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
# Programs write a midnight or a time of day after the date, which says nothing about the day.
_TIME = re.compile(r"(?<=\d)[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII)


def ascii_digits(text: str) -> str:
    """The text with the decimal digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(mark)) if mark.isdecimal() else mark for mark in text)


def parse_date(text: str) -> DayInterval:
    """Days that a date stands for, in any of the four calendars; DateError says what to write instead."""
    if len(text) > LONGEST_DATE:
        raise DateError(f"That is too long for a date; write year-month-day, such as {GREGORIAN.example}.")
    return _parse(text)


@lru_cache(maxsize=CACHED_DATES)
def _parse(text: str) -> DayInterval:
    calendar, body = _calendar_of(ascii_digits(text).strip())
    year, month, day = _parts(_TIME.sub("", body), calendar)
    return calendar.interval(year, month, day)


def _calendar_of(text: str) -> tuple[Calendar, str]:
    prefix, colon, body = text.partition(":")
    calendar = _PREFIXED.get(prefix.strip().upper())
    return (calendar, body.strip()) if colon and calendar else (GREGORIAN, text)


def _parts(text: str, calendar: Calendar) -> tuple[int, int | None, int | None]:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found[1], found[3], found[4]
    elif found := _COMPACT.fullmatch(text):
        year, month, day = found[1], found[2], found[3]
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = found[4], found[3], found[1]
    else:
        raise DateError(
            f"That is not a date; write year-month-day, such as {calendar.example}, "
            "with BS:, BN: or AH: before a date of the Bikram Sambat, Bangla or Hijri calendar."
        )
    return int(year), int(month) if month else None, int(day) if day else None
