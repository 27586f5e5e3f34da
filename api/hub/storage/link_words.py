"""Words on links, each taken once."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from api.hub.storage.kinship_tables import link_words
from api.hub.storage.matching import in_parts


class SaidWord(NamedTuple):
    """A word that was taken, and what it brought."""

    digest: bytes
    state: str
    revision: int


_COLUMNS = [link_words.c[name] for name in SaidWord._fields]


def of_name(conn: Connection, partner_id: int, name: str) -> SaidWord | None:
    """The word that a partner sent under a name."""
    mine = (link_words.c.partner_id == partner_id, link_words.c.name == name)
    row = conn.execute(select(*_COLUMNS).where(*mine)).first()
    return None if row is None else SaidWord._make(row)


def add(conn: Connection, said: SaidWord, *, partner_id: int, name: str, link_id: int, now: datetime) -> None:
    """Remember a word."""
    values: dict[str, Any] = {**said._asdict(), "partner_id": partner_id, "name": name, "link_id": link_id}
    conn.execute(insert(link_words).values(**values, said_at=now))


def forget(conn: Connection, link_ids: list[int]) -> None:
    """Let nothing stay of what was said on these links."""
    for part in in_parts(link_ids):
        conn.execute(delete(link_words).where(link_words.c.link_id.in_(part)))
