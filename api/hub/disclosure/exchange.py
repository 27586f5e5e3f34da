"""What the two desks' messages bring: both have each other's contact details."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import audit, candidates, counters
from api.service.audit.entries import Entry


def contact_exchanged(
    conn: Connection, candidate_id: int, now: datetime, due_at: datetime | None = None
) -> None:
    """Let an accepted candidate come to `contact`; one in another state stays as it is.

    It takes CANDIDATES and writes to the audit log: hold CANDIDATES before any number of a message is taken, and call
    this after every other change of the transaction.

    Args:
        conn: the write transaction.
        candidate_id: the candidate's row.
        now: aware.
        due_at: by when it should be verified (`deadlines.deadline("contact", …)`).
    """
    counters.hold(conn, counters.CANDIDATES)
    row = candidates.by_id(conn, candidate_id)
    if row is None or row.state != "accepted":
        return
    revision = row.revision + 1
    candidates.step(conn, row.id, now, state="contact", revision=revision, since=now, due_at=due_at, reason=None)
    audit.note(conn, Entry("contact-exchanged", "hub", now, about=row.name, facts={"revision": revision}))
