"""Facts about the hub and this gateway, one row a name."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select

from api.holder.storage.tables import facts
from api.service.statements import insert

HUB: Final = "hub"
"""JSON of api.holder.sync.hub_facts.KnownHub."""
CANDIDATES_CURSOR: Final = "candidates-cursor"
"""The place up to which candidates were taken, as the hub named it; places have no order."""
LAST_CONTACT: Final = "last-contact"
"""When the hub last gave an answer that it had signed; ISO 8601, UTC."""
OUTBOX_PROBLEM: Final = "outbox-problem"
"""JSON of what stops the outbox; absent once something went through."""
INBOX_PROBLEM: Final = "inbox-problem"
"""The same of the inbox."""
SENT_UNDER: Final = "sent-under"
"""Domain, epoch, profile digest and key check value of what the outbox last sent."""
LAST_NOTICE: Final = "last-notice"
"""When the custodian's desk was last told; ISO 8601, UTC."""
CHECK_DUE: Final = "check-due"
"""Present when the hub's holdings have to be compared before anything is sent."""
LAST_CHECK: Final = "last-check"
"""When the hub's holdings were last compared with the own records; ISO 8601, UTC."""


def get(conn: Connection, name: str) -> str | None:
    """The value of a fact, or None."""
    return conn.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def put(conn: Connection, name: str, value: str, now: datetime) -> None:
    """Note a fact; replaces an earlier value."""
    statement = insert(conn, facts).values(name=name, value=value, changed_at=now)
    conn.execute(
        statement.on_conflict_do_update(index_elements=[facts.c.name], set_={"value": value, "changed_at": now})
    )


def remove(conn: Connection, name: str) -> None:
    """Forget a fact."""
    conn.execute(delete(facts).where(facts.c.name == name))
