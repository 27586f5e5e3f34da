"""Sessions of staff and tokens of systems, by the SHA-256 of their secret. Runs on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from api.holder.storage.tables import staff, tokens

SESSION, SYSTEM = "session", "system"


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One session or token; `disabled` and `office` tell of the account behind a session."""

    id: int
    kind: str
    name: str
    scopes: str
    staff_id: int | None
    disabled: bool | None
    office: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


_ROWS = select(
    tokens.c.id, tokens.c.kind, tokens.c.name, tokens.c.scopes, tokens.c.staff_id, staff.c.disabled, staff.c.office,
    tokens.c.created_at, tokens.c.expires_at, tokens.c.revoked_at, tokens.c.last_used_at,
).outerjoin(staff, staff.c.id == tokens.c.staff_id)  # fmt: skip


def by_secret_hash(conn: Connection, secret_hash: str) -> TokenRow | None:
    """The session or token whose secret has this SHA-256."""
    row = conn.execute(_ROWS.where(tokens.c.secret_hash == secret_hash)).mappings().first()
    return None if row is None else TokenRow(**row)


def of_systems(conn: Connection) -> Sequence[TokenRow]:
    """Tokens of systems, revoked ones too, newest first."""
    return [
        TokenRow(**row)
        for row in conn.execute(_ROWS.where(tokens.c.kind == SYSTEM).order_by(tokens.c.id.desc())).mappings()
    ]


def add(conn: Connection, values: dict[str, Any]) -> int:
    """Insert a session or a token, and give its id."""
    key = conn.execute(insert(tokens).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def revoke(conn: Connection, token_id: int, now: datetime, kind: str) -> bool:
    """End one session or token; False when there is none of that id and kind."""
    wanted = update(tokens).where(tokens.c.id == token_id, tokens.c.kind == kind)
    return bool(conn.execute(wanted.values(revoked_at=now)).rowcount)


def revoke_sessions_of(conn: Connection, staff_id: int, now: datetime) -> None:
    """End every session of an account."""
    conn.execute(
        update(tokens).where(tokens.c.staff_id == staff_id, tokens.c.revoked_at.is_(None)).values(revoked_at=now)
    )


def note_use(conn: Connection, token_id: int, now: datetime) -> None:
    """Write down when a token was last used."""
    conn.execute(update(tokens).where(tokens.c.id == token_id).values(last_used_at=now))


def drop_ended_sessions(conn: Connection, before: datetime) -> None:
    """Forget sessions that ended before a moment."""
    ended = or_(tokens.c.expires_at < before, tokens.c.revoked_at < before)
    conn.execute(delete(tokens).where(tokens.c.kind == SESSION, ended))
