"""A span of days: what a date, whole or partial, stands for."""

from dataclasses import dataclass
from datetime import date

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days from 1970-01-01 to a Gregorian date."""
    return day.toordinal() - EPOCH_ORDINAL


def gregorian_date(day: int) -> date:
    """The Gregorian date of a day counted from 1970-01-01."""
    return date.fromordinal(day + EPOCH_ORDINAL)


@dataclass(frozen=True, slots=True, repr=False)
class DayInterval:
    """The days from `first` to `last`, both included, counted from 1970-01-01."""

    first: int
    last: int

    @property
    def exact(self) -> bool:
        """Whether a single day is meant."""
        return self.first == self.last

    def __repr__(self) -> str:
        """No dates: a day of birth stays out of logs and tracebacks."""
        return f"DayInterval({'one day' if self.exact else 'several days'})"


HOURS_AHEAD_DAYS = 1
"""Clocks run in UTC, and east of it the next day has begun."""


def is_in_future(days: DayInterval, today: date) -> bool:
    """Whether all of the days lie after today, by the date in UTC."""
    return days.first > day_number(today) + HOURS_AHEAD_DAYS
