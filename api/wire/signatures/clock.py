"""When a message was signed, and whether that is recent by the receiver's clock."""

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

WINDOW = timedelta(minutes=5)
"""How far a sender's clock may be from the receiver's, either way; exactly so far is accepted."""

_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")


def http_date(moment: datetime) -> str:
    """A moment as a Date field, in whole seconds (IMF-fixdate of RFC 9110, section 5.6.7); ValueError when naive."""
    return format_datetime(in_utc(moment), usegmt=True)


def moment_of_http_date(text: str) -> datetime:
    """The moment of a Date field; ValueError unless it is written exactly as `http_date` writes it."""
    if not _HTTP_DATE.fullmatch(text):
        raise ValueError("This is no date in the form that HTTP sends.")
    moment = parsedate_to_datetime(text)
    # The parser overlooks a wrong weekday and two-digit years; what it read has to be written the same again.
    if http_date(moment) != text:
        raise ValueError("There is no such date.")
    return moment


def moment_of_created(seconds: int) -> datetime:
    """The moment of the parameter `created` (RFC 9421, section 2.3), seconds since 1970; ValueError when absurd."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("There is no such moment.") from error


def excess_in_seconds(moments: list[datetime], now: datetime) -> int | None:
    """How far the moment farthest outside WINDOW is from now, or None when all are inside.

    Rounded away from zero; negative when the moment lies before now.
    """
    farthest = max((moment - now for moment in moments), key=abs)
    if abs(farthest) <= WINDOW:
        return None
    seconds = math.ceil(abs(farthest).total_seconds())
    return seconds if farthest > timedelta(0) else -seconds


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; ValueError when it has no time zone, because it would be taken for local time."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone was given; pass an aware datetime, such as datetime.now(UTC).")
    return moment.astimezone(UTC)
