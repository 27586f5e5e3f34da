"""Whether open attributes are as coarse as the profile asks: a hub refuses to learn more than it should.

The band of a photo's age is not judged here: it is as coarse in every profile, and finer cannot be said.
"""

from datetime import date, timedelta

from api.wire.items import PutItem
from matcher.profile import BirthGrain, EncodingProfile, EventGrain

_EPOCH = date(1970, 1, 1)
_HIDDEN_BIRTH = date(1900, 1, 1), date(2100, 1, 1)
"""The one interval that hidden births show: its first day, and the day after its last one."""


def is_no_finer(item: PutItem, profile: EncodingProfile) -> bool:
    """Whether birth interval, event date and expiry of an item stand on the grains of the profile."""
    try:
        return _birth_fits(item.birth, profile.birth_grain) and _days_fit(item, profile.event_grain)
    except OverflowError:
        # A day before year 1 or after year 9999: nobody was born or lost on it.
        return False


def coarse_expiry(day: int, grain: EventGrain) -> int:
    """The last day of the grain that holds `day` (days since 1970-01-01): the gateway itself withdraws on the day."""
    if grain is EventGrain.DAY:
        return day
    shown = _date(day)
    month = 13 if grain is EventGrain.YEAR else (shown.month - 1) // 3 * 3 + 4
    following = date(shown.year, month, 1) if month <= 12 else date(shown.year + 1, 1, 1)
    return (following - _EPOCH).days - 1


def _birth_fits(birth: tuple[int, int] | None, grain: BirthGrain) -> bool:
    if birth is None:
        return True
    first, after = _date(birth[0]), _date(birth[1] + 1)
    if grain is BirthGrain.HIDDEN:
        return (first, after) == _HIDDEN_BIRTH
    return grain is BirthGrain.DAY or (_begins_four_years(first) and _begins_four_years(after))


def _begins_four_years(day: date) -> bool:
    return (day.month, day.day) == (1, 1) and day.year % 4 == 0


def _days_fit(item: PutItem, grain: EventGrain) -> bool:
    event = None if item.event is None else _date(item.event)
    after_expiry = None if item.expires_on is None else _date(item.expires_on + 1)
    if grain is EventGrain.DAY:
        return True
    months = (1,) if grain is EventGrain.YEAR else (1, 4, 7, 10)
    return all(day is None or (day.day == 1 and day.month in months) for day in (event, after_expiry))


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)
