"""From the text of a date field to the days it stands for."""

import re
from functools import lru_cache

from encoder.calendars.calendar import Calendar
from encoder.calendars.countries import NO_COUNTRY, Countries
from encoder.calendars.date_words import CALENDARS, VOCABULARY
from encoder.calendars.gregorian import GREGORIAN
from encoder.calendars.interval import DayInterval
from encoder.calendars.month_names import Month
from encoder.calendars.named_month import OTHER_MONTH, Numbers, with_named_month
from encoder.calendars.numeric import not_a_date, of_numbers
from encoder.calendars.written import WrittenDate
from encoder.field_errors import DateError
from encoder.written_text import Part, parts, phrase_at, plain, with_hyphens

__all__ = ["CALENDARS", "LONGEST_DATE", "parse_date", "read_date"]

LONGEST_DATE = 60
CACHED_DATES = 1 << 15

# By far the commonest form, and read without taking it apart.
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# Programs write a midnight or a time of day after the date, which says nothing about the day.
_TIME = re.compile(r"(?<=\d)[t ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?(z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_APOSTROPHES = "'’‘`"
_BETWEEN_NUMBERS = frozenset(("", "-", "/", ".", ","))
_AROUND_WORDS = frozenset(f"-/.,:()॰।{_APOSTROPHES}")


def parse_date(text: str, countries: Countries = NO_COUNTRY) -> DayInterval:
    """Days that a date stands for, in any of the four calendars; DateError says what to write instead."""
    return read_date(text, countries).days


def read_date(text: str, countries: Countries = NO_COUNTRY) -> WrittenDate:
    """A date in any of the four calendars, with its parts; DateError says what to write instead.

    countries  of the record: a year that no Gregorian date of a child can have is read by their calendar
    """
    if len(text) > LONGEST_DATE:
        raise DateError(f"That is too long for a date; write year-month-day, such as {GREGORIAN.example}.")
    return _read(text, countries)


@lru_cache(maxsize=CACHED_DATES)
def _read(text: str, countries: Countries) -> WrittenDate:
    if (iso := _ISO.fullmatch(text)) and "0000" < iso[1] <= str(GREGORIAN.last_year):
        return of_numbers(list(iso.groups()), None, countries)
    reading = _Reading(parts(_TIME.sub("", plain(with_hyphens(text)))))
    if reading.month is not None:
        return with_named_month(reading.month, reading.mark, reading.around_month())
    if len(set(reading.between())) > 1 or not _BETWEEN_NUMBERS.issuperset(reading.between()):
        raise DateError(not_a_date(reading.mark))
    return of_numbers(reading.numbers, reading.mark, countries)


class _Reading:
    """The parts of a date sorted: numbers with what stands before each, one month, one mark of a calendar."""

    def __init__(self, listed: list[Part]) -> None:
        self.numbers: list[str] = []
        self.month: Month | None = None
        self.mark: Calendar | None = None
        self._before: list[str] = []
        self._numbers_before_month = 0
        self._marks = ""
        at = 0
        while at < len(listed):
            at = self._take(listed, at)

    def between(self) -> list[str]:
        """The marks between one number and the next."""
        return self._before[1:]

    def around_month(self) -> Numbers:
        """The numbers about the month; DateError for marks that no date has."""
        if not all(_AROUND_WORDS.issuperset(marks) for marks in (*self._before, self._marks)):
            raise DateError(not_a_date(self.mark))
        cut = self._numbers_before_month
        short = bool(self._before) and self._before[-1].endswith(tuple(_APOSTROPHES))
        return Numbers(tuple(self.numbers[:cut]), tuple(self.numbers[cut:]), short)

    def _take(self, listed: list[Part], at: int) -> int:
        part = listed[at]
        if part.number:
            self.numbers.append(part.number)
            self._before.append(self._marks)
            self._marks = ""
        elif part.other:
            self._marks += part.other
        else:
            return self._take_word(listed, at)
        return at + 1

    def _take_word(self, listed: list[Part], at: int) -> int:
        meaning, end = phrase_at(listed, at, VOCABULARY)
        if meaning is None:
            raise DateError(not_a_date(self.mark))
        if isinstance(meaning, Month):
            if self.month is not None:
                raise DateError(not_a_date(self.mark))
            self.month, self._numbers_before_month = meaning, len(self.numbers)
        elif isinstance(meaning, Calendar):
            if self.mark not in (None, meaning):
                raise DateError(OTHER_MONTH)
            self.mark = meaning
        return end
