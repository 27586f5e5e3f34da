"""The hub's audit log: partner names, pseudonymous officer ids and marks only: no identity."""

from sqlalchemy import Connection

from api.hub.storage.partner_tables import audit
from api.service.audit import log
from api.service.audit.entries import Entry


def note(conn: Connection, entry: Entry) -> int:
    """Add an entry in the transaction of what it tells, as the last thing that this does; its number, from 0.

    Raises:
        StorageError: the log lacks a stored hash that the new leaf builds on.
    """
    return log.append(conn, audit, entry)
