"""What partners say of themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from api.hub.storage.partner_tables import directory
from api.hub.storage.tables import partners
from api.service.statements import insert


@dataclass(frozen=True)
class StoredEntry:
    """One partner's entry; `content` is the JSON of an api.wire.directory.DirectoryEntry."""

    partner_id: int
    partner: str
    country: str
    content: str
    changed_at: datetime


def put(conn: Connection, partner_id: int, content: str, now: datetime) -> None:
    """Store a partner's entry in place of an earlier one; the same entry again keeps its moment."""
    known = conn.execute(select(directory.c.content).where(directory.c.partner_id == partner_id)).scalar()
    if known == content:
        return
    values = {"content": content, "changed_at": now}
    statement = insert(conn, directory).values(partner_id=partner_id, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=[directory.c.partner_id], set_=values))


def remove(conn: Connection, partner_id: int) -> None:
    """Take a partner's entry out."""
    conn.execute(delete(directory).where(directory.c.partner_id == partner_id))


def of_active_partners(conn: Connection, after: str = "") -> list[StoredEntry]:
    """Entries of active partners whose names come after one, by name."""
    query = (
        select(
            directory.c.partner_id, partners.c.name.label("partner"), partners.c.country, directory.c.content,
            directory.c.changed_at,
        )
        .join_from(directory, partners)
        .where(partners.c.state == "active")
    )  # fmt: skip
    found = [StoredEntry(**row._mapping) for row in conn.execute(query)]
    # Sorted and cut here: databases collate hyphens each in their own way.
    return sorted((entry for entry in found if entry.partner > after), key=lambda entry: entry.partner)
