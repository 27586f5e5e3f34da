"""What time brings: records that expire, and agreements that come into force."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.showing import show_links_again
from api.hub.storage.agreements import set_applied, unapplied
from api.hub.storage.candidates import show_again
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.matching import expired_records, queue_missing, set_expired
from api.service.database import Database

EXPIRED_A_STEP = 500


def expire(database: Database, now: datetime) -> bool:
    """Let some records expire that the hub no longer keeps today (UTC); whether any was due.

    Their candidates are taken back like those of withdrawn ones (see `taking_back`).
    """
    with database.read() as conn:
        if not expired_records(conn, now.date(), 1):
            return False
    database.retrying(lambda conn: _expire(conn, now))
    return True


def apply_agreements(database: Database, now: datetime) -> bool:
    """Queue the missing records of partners whose agreement has come into force; whether there was any."""
    with database.read() as conn:
        if not unapplied(conn, now.date()):
            return False
    database.retrying(lambda conn: _apply(conn, now))
    return True


def _expire(conn: Connection, now: datetime) -> None:
    hold(conn, RECORDS)
    set_expired(conn, expired_records(conn, now.date(), EXPIRED_A_STEP))


def _apply(conn: Connection, now: datetime) -> None:
    hold(conn, RECORDS)
    for agreement in unapplied(conn, now.date()):
        queue_missing(conn, [agreement.first_id, agreement.second_id])
        # What an earlier agreement brought and its end hid; the gateways have read past it.
        show_again(conn, agreement.first_id, agreement.second_id, now)
        show_links_again(conn, agreement.first_id, agreement.second_id, now)
        set_applied(conn, agreement.id)
