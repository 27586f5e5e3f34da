"""Officers: people of a partner who may sign releases, by a name that says nothing and their public key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, insert, select, update

from api.hub.storage.tables import officers

OfficerStateWord = Literal["pending", "active", "revoked"]


@dataclass(frozen=True)
class Officer:
    """One officer. `pending` until the operator has compared the fingerprint; revoked for good."""

    id: int
    partner_id: int
    name: str
    public_key: str
    state: OfficerStateWord


_COLUMNS = [officers.c[name] for name in Officer.__dataclass_fields__]


def of_partner(conn: Connection, partner_id: int) -> list[Officer]:
    """A partner's officers in the order they were added, revoked ones included."""
    query = select(*_COLUMNS).where(officers.c.partner_id == partner_id).order_by(officers.c.id)
    return [_officer(row) for row in conn.execute(query)]


def everyone(conn: Connection) -> list[Officer]:
    """All officers, by partner and the order they were added."""
    query = select(*_COLUMNS).order_by(officers.c.partner_id, officers.c.id)
    return [_officer(row) for row in conn.execute(query)]


def by_name(conn: Connection, partner_id: int, name: str) -> Officer | None:
    """A partner's officer of this name."""
    return _one(conn, (officers.c.partner_id == partner_id) & (officers.c.name == name))


def by_key(conn: Connection, public_key: str) -> Officer | None:
    """The officer of any partner who has this key."""
    return _one(conn, officers.c.public_key == public_key)


def active_keys(conn: Connection, partner_id: int, names: Sequence[str]) -> dict[str, str]:
    """Public keys of those of these officers of a partner who may sign."""
    wanted = (officers.c.partner_id == partner_id, officers.c.name.in_(names), officers.c.state == "active")
    return {str(name): str(key) for name, key in conn.execute(
        select(officers.c.name, officers.c.public_key).where(*wanted)
    )}  # fmt: skip


def add(conn: Connection, partner_id: int, name: str, public_key: str, now: datetime) -> Officer:
    """A new officer, pending; IntegrityError when name or key are known."""
    values = {"partner_id": partner_id, "name": name, "public_key": public_key, "state": "pending"}
    statement = insert(officers).values(**values, created_at=now, changed_at=now).returning(*_COLUMNS)
    return _officer(conn.execute(statement).one())


def set_state(conn: Connection, officer_id: int, state: OfficerStateWord, now: datetime) -> Officer:
    """Let an officer be in a state from now on."""
    statement = update(officers).where(officers.c.id == officer_id).values(state=state, changed_at=now)
    return _officer(conn.execute(statement.returning(*_COLUMNS)).one())


def _one(conn: Connection, condition: ColumnElement[bool]) -> Officer | None:
    row = conn.execute(select(*_COLUMNS).where(condition)).first()
    return None if row is None else _officer(row)


def _officer(row: Any) -> Officer:
    return Officer(**row._mapping)
