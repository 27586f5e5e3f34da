"""Records past their day are taken back from the hub."""

from datetime import date, datetime

from sqlalchemy import Connection

from api.holder.storage.expiring import ExpiredRecord, any_expired, expired, keep_here
from api.holder.sync.resealing import resealed
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock, utc_now
from api.service.database import Database

_EPOCH = date(1970, 1, 1)
BLOCK = 200


def withdraw_expired(database: Database, vault: Vault, clock: Clock = utc_now) -> int:
    """Keep records here whose expires_on has passed and withdraw them from the hub; gives how many.

    A record is shared on its expires_on for the last time. It stays as it is otherwise, so that a later date brings it
    back.
    """
    total = 0
    while True:
        now = clock()
        # Asked every second or so: looking does not take the write lock.
        with database.read() as conn:
            if not any_expired(conn, day_of(now)):
                return total
        with database.write() as conn:
            found = expired(conn, day_of(now), BLOCK)
            for record in found:
                _withdraw(conn, vault, record, now)
        total += len(found)


def _withdraw(conn: Connection, vault: Vault, record: ExpiredRecord, now: datetime) -> None:
    later = record.version + 1
    try:
        sealed = resealed(vault, record.ref, record.version, later, record.sealed)
    except DamagedSealError:
        # What does not open cannot be sealed again; it is taken back from the hub all the same.
        sealed = record.sealed
    keep_here(conn, record, later, sealed, now)


def day_of(moment: datetime) -> int:
    """Days since 1970-01-01 of a moment, in UTC."""
    return (moment.date() - _EPOCH).days
