"""Personal keys for signing releases. Runs on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from api.holder.storage.tables import officers, staff

NEW: Final = "new"
PENDING: Final = "pending"
ACTIVE: Final = "active"
REVOKING: Final = "revoking"
"""Revoked here, and the hub has not heard of it."""
REVOKED: Final = "revoked"
LIVE: Final = (NEW, PENDING, ACTIVE)


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """One key, and the account that it belongs to."""

    id: int
    name: str
    staff_id: int
    login: str
    public_key: str
    state: str
    created_at: datetime
    changed_at: datetime
    sealed_key: bytes = field(repr=False)


_COLUMNS = [name for name in OfficerRow.__dataclass_fields__ if name != "login"]
_ROWS = select(*(officers.c[name] for name in _COLUMNS), staff.c.login).join(staff, staff.c.id == officers.c.staff_id)


def everything(conn: Connection) -> Sequence[OfficerRow]:
    """All keys, revoked ones too, oldest first."""
    return [OfficerRow(**row) for row in conn.execute(_ROWS.order_by(officers.c.id)).mappings()]


def by_name(conn: Connection, name: str) -> OfficerRow | None:
    """The key of a name."""
    row = conn.execute(_ROWS.where(officers.c.name == name)).mappings().first()
    return None if row is None else OfficerRow(**row)


def live_of(conn: Connection, staff_id: int) -> OfficerRow | None:
    """The key of an account that is not revoked, or None."""
    wanted = _ROWS.where(officers.c.staff_id == staff_id, officers.c.state.in_(LIVE)).order_by(officers.c.id.desc())
    row = conn.execute(wanted).mappings().first()
    return None if row is None else OfficerRow(**row)


def add(conn: Connection, values: dict[str, Any]) -> None:
    """Insert a key; the transaction has locked its account."""
    conn.execute(insert(officers).values(**values))


def move(conn: Connection, name: str, origins: Sequence[str], state: str, now: datetime) -> bool:
    """Bring a key from one of some states into another; False when it was in none of them."""
    found = update(officers).where(officers.c.name == name, officers.c.state.in_(origins))
    return bool(conn.execute(found.values(state=state, changed_at=now)).rowcount)
