"""Open attributes of a record at the grain that a profile shows, and no finer."""

from datetime import date

from encoder.birth import BirthInterval
from encoder.calendars.interval import DayInterval, day_number, gregorian_date
from matcher.batch import UNKNOWN_DAY
from matcher.profile import BirthGrain, EventGrain
from matcher.views import Kind

UNKNOWN = int(UNKNOWN_DAY)
HIDDEN_BIRTH = day_number(date(1900, 1, 1)), day_number(date(2099, 12, 31))
"""What a hidden birth shows, whenever it was; `api.wire.grains` knows the same days."""


def open_birth(birth: BirthInterval | None, grain: BirthGrain) -> tuple[int, int]:
    """First and last possible day of birth, widened outward to the grain."""
    if birth is None:
        return UNKNOWN, UNKNOWN
    if grain is BirthGrain.DAY:
        return birth.first, birth.last
    if grain is BirthGrain.HIDDEN:
        return HIDDEN_BIRTH
    first, last = gregorian_date(birth.first).year // 4 * 4, gregorian_date(birth.last).year // 4 * 4 + 4
    return day_number(date(first, 1, 1)), day_number(date(last, 1, 1)) - 1


def open_event(event: DayInterval | None, kind: Kind, grain: EventGrain) -> int:
    """The day of the event, moved back to the first day of its grain.

    Of a partial date a missing record takes the first day and a found record the last, so that doubt never
    excludes a pair by event order.
    """
    if event is None:
        return UNKNOWN
    day = event.first if kind is Kind.MISSING else event.last
    if grain is EventGrain.DAY:
        return day
    shown = gregorian_date(day)
    month = 1 if grain is EventGrain.YEAR else (shown.month - 1) // 3 * 3 + 1
    return day_number(date(shown.year, month, 1))
