"""Nights where a partner is: when few offices enter records."""

from datetime import UTC, datetime, time, timedelta

_HALF_PAST_FIVE = timedelta(hours=5, minutes=30)
# Fixed, since none of these countries changes its clocks, and a small container need not have the zones' database.
_AHEAD_OF_UTC = {
    "IN": _HALF_PAST_FIVE, "LK": _HALF_PAST_FIVE, "BD": timedelta(hours=6), "BT": timedelta(hours=6),
    "NP": timedelta(hours=5, minutes=45), "MM": timedelta(hours=6, minutes=30), "CN": timedelta(hours=8),
    "PK": timedelta(hours=5),
}  # fmt: skip
BEGINS, HOURS = time(23), 6
"""A night lasts from 23 to 5 o'clock."""


def night_of(moment: datetime, country: str) -> tuple[datetime, datetime] | None:
    """Begin and end (UTC) of the night that a moment is in, by the clocks of a country; None by day.

    Countries that the table does not have go by UTC.
    """
    ahead = _AHEAD_OF_UTC.get(country, timedelta())
    local = moment.astimezone(UTC) + ahead
    evening = datetime.combine((local - timedelta(hours=HOURS)).date(), BEGINS, UTC)
    begin, end = evening - ahead, evening + timedelta(hours=HOURS) - ahead
    return (begin, end) if begin <= moment < end else None
