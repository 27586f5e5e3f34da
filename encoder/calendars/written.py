"""A date as it was written: its calendar and parts beside the days it stands for."""

from dataclasses import dataclass
from enum import StrEnum

from encoder.calendars.calendar import Calendar
from encoder.calendars.gregorian import GREGORIAN
from encoder.calendars.interval import DayInterval


class Grain(StrEnum):
    """How much of a date was written."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


FIRST_OF_JANUARY, FIRST_OF_JULY = (1, 1), (7, 1)


@dataclass(frozen=True, slots=True, repr=False)
class WrittenDate:
    """A whole or partial date of some calendar that exists there."""

    calendar: Calendar
    year: int
    month: int | None
    day: int | None
    days: DayInterval

    def __repr__(self) -> str:
        """No date: a day of birth stays out of logs and tracebacks."""
        return f"WrittenDate({self.grain})"

    @property
    def grain(self) -> Grain:
        """How much of it was written."""
        if self.month is None:
            return Grain.YEAR
        return Grain.MONTH if self.day is None else Grain.DAY

    @property
    def year_days(self) -> DayInterval:
        """All days of its year in its own calendar."""
        return self.calendar.interval(self.year, None, None)

    @property
    def is_usual_invention(self) -> bool:
        """Whether it is a day that offices write when only the year is known.

        1 January stands in most identity papers of people whose day of birth nobody knows, as does the first day of
        the year in the other calendars, and 1 July, its middle.
        """
        at = (self.month, self.day)
        return at == FIRST_OF_JANUARY or (self.calendar is GREGORIAN and at == FIRST_OF_JULY)


def written_date(calendar: Calendar, year: int, month: int | None = None, day: int | None = None) -> WrittenDate:
    """A date of a calendar; DateError when there is no such date."""
    return WrittenDate(calendar, year, month, day, calendar.interval(year, month, day))
