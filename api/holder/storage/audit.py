"""The gateway's audit log: logins, refs and marks, never a name, an order's number or a case number."""

from dataclasses import replace

from sqlalchemy import Connection, delete

from api.holder.storage.tables import audit
from api.service.audit import checkpoints, log
from api.service.audit.entries import Entry
from api.wire.audit import verify_checkpoint
from api.wire.request_keys import PublicKey


def note(conn: Connection, entry: Entry) -> int:
    """Add an entry in the transaction of what it tells, as the last thing that this does; its number, from 0.

    Raises:
        StorageError: the log lacks a stored hash that the new leaf builds on.
    """
    # A person signs in to many sessions and has one login.
    return log.append(conn, audit, replace(entry, by=entry.by.removeprefix("session:")))


def drop_foreign_checkpoints(conn: Connection, partner: str, key: PublicKey) -> None:
    """Forget own checkpoints that were signed under another name or key: nobody could verify them any more."""
    last = checkpoints.latest(conn, audit, partner)
    if last is not None and not verify_checkpoint(last, key):
        conn.execute(delete(audit.checkpoints))
