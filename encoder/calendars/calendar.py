"""What every calendar has to offer, and how a date of any of them becomes an interval of days."""

from collections.abc import Callable
from dataclasses import dataclass

from encoder.calendars.interval import DayInterval
from encoder.field_errors import DateError

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar of twelve months a year.

    prefix      what a clerk writes before the date, empty for Gregorian
    example     a whole date as it should be written
    first_year  first year that `month` knows
    last_year   last year that `month` knows
    month       the days of a month, for year and month inside these bounds
    """

    name: str
    prefix: str
    example: str
    first_year: int
    last_year: int
    month: Callable[[int, int], DayInterval]

    def interval(self, year: int, month: int | None, day: int | None) -> DayInterval:
        """Days that a whole or partial date stands for; DateError when there is no such date."""
        self._check(year, month)
        if month is None:
            return DayInterval(self.month(year, 1).first, self.month(year, MONTHS).last)
        days = self.month(year, month)
        if day is None:
            return days
        if not 1 <= day <= days.last - days.first + 1:
            raise DateError(f"That month of the {self.name} calendar has no such day; {self._advice}")
        return DayInterval(days.first + day - 1, days.first + day - 1)

    def _check(self, year: int, month: int | None) -> None:
        if not self.first_year <= year <= self.last_year:
            raise DateError(
                f"The year is outside {self.first_year} to {self.last_year} of the {self.name} calendar; "
                f"check it, and write BS:, BN: or AH: before a date of another calendar, such as {self.example}."
            )
        if month is not None and not 1 <= month <= MONTHS:
            raise DateError(f"The {self.name} calendar has months 1 to {MONTHS} only; {self._advice}")

    @property
    def _advice(self) -> str:
        return f"write year-month-day, such as {self.example}, or the year alone."
