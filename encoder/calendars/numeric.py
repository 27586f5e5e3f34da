"""Dates of numbers alone: which is the year, the month and the day."""

from encoder.calendars.bikram_sambat import BIKRAM_SAMBAT
from encoder.calendars.calendar import Calendar
from encoder.calendars.countries import Countries, calendar_of_year
from encoder.calendars.gregorian import GREGORIAN
from encoder.calendars.written import WrittenDate, written_date
from encoder.calendars.years import year_of_two_digits
from encoder.field_errors import DateError

Parts = tuple[int, int | None, int | None]


def of_numbers(numbers: list[str], mark: Calendar | None, countries: Countries) -> WrittenDate:
    """The date of one to three numbers; DateError when it cannot be read without guessing."""
    year, month, day = _parts(numbers, mark)
    if not month and day:
        month = 0  # a day without its month is a slip, and `interval` says so
    else:
        month, day = month or None, day or None
    calendar = mark or calendar_of_year(year, countries)
    return written_date(calendar, year, month, day)


def _parts(numbers: list[str], mark: Calendar | None) -> Parts:
    """Year, month and day; 0 for a month or day that was written as not known."""
    # Day before month everywhere in South Asia; a date that only fits the American order has no such month here.
    match [len(n) for n in numbers]:
        case [4]:
            return int(numbers[0]), None, None
        case [8]:
            return int(numbers[0][:4]), int(numbers[0][4:6]), int(numbers[0][6:])
        case [4, 1 | 2]:
            return int(numbers[0]), int(numbers[1]), None
        case [1 | 2, 4]:
            return int(numbers[1]), int(numbers[0]), None
        case [4, 1 | 2, 1 | 2]:
            return int(numbers[0]), int(numbers[1]), int(numbers[2])
        case [1 | 2, 1 | 2, 4]:
            return int(numbers[2]), int(numbers[1]), int(numbers[0])
        case [1 | 2, 1 | 2, 2] if mark in (None, GREGORIAN):
            return year_of_two_digits(int(numbers[2])), int(numbers[1]), int(numbers[0])
        case [3, 1 | 2, 1 | 2] if mark is BIKRAM_SAMBAT and numbers[0][0] == "0":
            # Nepal shortens 2069 to 069, and writes the year first.
            return 2000 + int(numbers[0]), int(numbers[1]), int(numbers[2])
    raise DateError(not_a_date(mark))


def not_a_date(mark: Calendar | None) -> str:
    """What to write instead of something that is no date."""
    return (
        f"That is not a date; write year-month-day, such as {(mark or GREGORIAN).example}, "
        "with BS:, BN: or AH: before a date of the Bikram Sambat, Bangla or Hijri calendar."
    )
