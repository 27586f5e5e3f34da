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
RELEASES_CURSOR: Final = "releases-cursor"
"""The same for what was released for own missing records."""
LINKS_CURSOR: Final = "links-cursor"
"""The same for links of own found records."""
LAST_CONTACT: Final = "last-contact"
"""When the hub last gave an answer that it had signed; ISO 8601, UTC."""
OUTBOX_PROBLEM: Final = "outbox-problem"
"""JSON of what stops the outbox; absent once something went through."""
INBOX_PROBLEM: Final = "inbox-problem"
"""The same of the inbox."""
ERRANDS_PROBLEM: Final = "errands-problem"
"""The same of decisions, messages and all other errands."""
DIRECTORY_ENTRY: Final = "directory-entry"
"""JSON of api.holder.directory.own_entry.OwnEntry."""
DIRECTORY_COPY: Final = "directory-copy"
"""JSON of api.holder.directory.copy.DirectoryCopy."""
HOLDS_TOLD: Final = "holds-told"
"""JSON of the holds that the hub was told of, order marks by ref; absent when that is not known."""
SENT_UNDER: Final = "sent-under"
"""Domain, epoch, profile digest and key check value of what the outbox last sent."""
NEXT_UNDER: Final = "next-under"
"""The same of the next linkage key, from when it was first set until it is the present one."""
NEXT_PROBLEM: Final = "next-problem"
"""As OUTBOX_PROBLEM, of what goes under the next key."""
LAST_NOTICE: Final = "last-notice"
"""When the custodian's desk was last told; ISO 8601, UTC."""
LAST_ESCALATION: Final = "last-escalation"
"""When desks were last reminded of what is overdue; ISO 8601, UTC."""
AUDIT_SHOWN: Final = "audit-shown"
"""The last own checkpoint that the hub was shown: hub, name and size."""
AUDIT_ALARM: Final = "audit-alarm"
"""JSON of api.holder.sync.audit_alarm; absent when no audit log contradicts what was seen of it."""
OFFICES_INDEXED: Final = "offices-indexed"
"""Records from before offices had a blind index have one by now."""
PHOTO_EMBEDDER: Final = "photo-embedder"
"""JSON of the embedder that reads photos here, as it named itself last."""
PHOTO_SENDING: Final = "photo-sending"
"""JSON of api.holder.sync.photo_following.Followed: how photo codes were last sent."""
NEXT_PHOTO_SENDING: Final = "next-photo-sending"
"""The same under the next linkage key."""
PHOTOS_PROBLEM: Final = "photos-problem"
"""Why photos are kept and not read, as one sentence; absent when they are read."""
CHECK_DUE: Final = "check-due"
"""Present when the hub's holdings have to be compared before anything is sent."""
LAST_CHECK: Final = "last-check"
"""When the hub's holdings were last compared with the own records; ISO 8601, UTC."""


def get(conn: Connection, name: str) -> str | None:
    """The value of a fact, or None."""
    return conn.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def changed_at(conn: Connection, name: str) -> datetime | None:
    """When a fact was noted, or None."""
    return conn.execute(select(facts.c.changed_at).where(facts.c.name == name)).scalar()


def put(conn: Connection, name: str, value: str, now: datetime) -> None:
    """Note a fact; replaces an earlier value."""
    statement = insert(conn, facts).values(name=name, value=value, changed_at=now)
    conn.execute(
        statement.on_conflict_do_update(index_elements=[facts.c.name], set_={"value": value, "changed_at": now})
    )


def remove(conn: Connection, name: str) -> None:
    """Forget a fact."""
    conn.execute(delete(facts).where(facts.c.name == name))
