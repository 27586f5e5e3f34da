"""What follows the restore of a gateway's database."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from api.holder.storage import facts
from api.holder.storage.tables import records, tokens


@dataclass(frozen=True)
class SealedRecord:
    """A record to try a vault on."""

    ref: str
    version: int
    sealed: bytes = field(repr=False)


def begin_again(conn: Connection, now: datetime) -> None:
    """Let the exchange compare with the hub before it sends, take all candidates again, and end every session."""
    facts.remove(conn, facts.CANDIDATES_CURSOR)
    facts.remove(conn, facts.RELEASES_CURSOR)
    facts.remove(conn, facts.LINKS_CURSOR)
    facts.remove(conn, facts.HOLDS_TOLD)
    facts.put(conn, facts.CHECK_DUE, "restored", now)
    session = (tokens.c.kind == "session") & tokens.c.revoked_at.is_(None)
    conn.execute(update(tokens).where(session).values(revoked_at=now))


def newest_sealed(conn: Connection) -> SealedRecord | None:
    """The newest record that has content, or None."""
    columns = (records.c.ref, records.c.version, records.c.sealed)
    wanted = select(*columns).where(records.c.sealed.is_not(None)).order_by(records.c.id.desc()).limit(1)
    row = conn.execute(wanted).mappings().first()
    return None if row is None else SealedRecord(**row)
