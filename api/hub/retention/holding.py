"""Placing and lifting holds, on the record."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import audit, counters, holds
from api.hub.storage.partners import Partner
from api.service.audit.entries import Entry
from api.wire.retention import record_mark


def place(conn: Connection, partner: Partner, ref: str, order: str, now: datetime) -> None:
    """Hold a partner's record under an order; the very hold that stands changes nothing."""
    # Whoever erases or purges records holds this counter, so that none of them goes on past a hold that was taken.
    counters.hold(conn, counters.RECORDS)
    if holds.place(conn, partner.id, ref, order, now):
        audit.note(conn, Entry("hold-placed", partner.name, now, about=record_mark(ref), order=order))


def lift(conn: Connection, partner: Partner, ref: str, now: datetime) -> None:
    """End a hold; where none stands nothing changes."""
    counters.hold(conn, counters.RECORDS)
    lifted = holds.lift(conn, partner.id, ref, now)
    if lifted is not None:
        audit.note(conn, Entry("hold-lifted", partner.name, now, about=record_mark(ref), order=lifted.order_mark))
