"""Whether the hub may have a record, and how that is told."""

from datetime import date
from typing import Final

from api.holder.storage.records import SEALED_BY_COURT
from encoder.calendars.interval import day_number
from encoder.record import RawRecord

NO_CONSENT: Final = "no_consent"
EXPIRED: Final = "expired"

_WORDS = {
    SEALED_BY_COURT: "kept here: a court sealed it",
    NO_CONSENT: "kept here: there is no consent to share it",
    EXPIRED: "kept here: its expiry date has passed",
}
_NEVER_SENT = "kept here: it was withdrawn before it was sent"


def kept_because(record: RawRecord, today: date) -> str | None:
    """Why the hub must not have a record: None when it may."""
    if record.sealed_by_court:
        return SEALED_BY_COURT
    if record.consent_sharing is False:
        return NO_CONSENT
    expires = expiry_day(record)
    return EXPIRED if expires is not None and expires < day_number(today) else None


def expiry_day(record: RawRecord) -> int | None:
    """The last day on which the record may be matched (days since 1970-01-01); a partial date's last day."""
    return None if record.expires_on is None else record.expires_on.last


def sharing_words(kept: str | None, sent_state: str | None) -> str:
    """What a receipt says of the way to the hub: waiting, arrived, refused, or why it is kept here."""
    if kept is not None:
        return _WORDS[kept]
    return _NEVER_SENT if sent_state is None else sent_state
