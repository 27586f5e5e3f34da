"""Accounts of staff. Runs on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from api.holder.storage.tables import staff


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One account."""

    id: int
    login: str
    title: str
    roles: str
    office: str | None
    disabled: bool
    failures: int
    locked_until: datetime | None
    created_at: datetime
    password_hash: str = field(repr=False)


_ROWS = select(*(staff.c[name] for name in StaffRow.__dataclass_fields__))


def by_login(conn: Connection, login: str, *, lock: bool = False) -> StaffRow | None:
    """The account of a login; with `lock` nobody else changes it until the transaction ends."""
    wanted = _ROWS.where(staff.c.login == login)
    row = conn.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    return None if row is None else StaffRow(**row)


def by_id(conn: Connection, staff_id: int, *, lock: bool = False) -> StaffRow | None:
    """The account of an id; with `lock` nobody else changes it until the transaction ends."""
    wanted = _ROWS.where(staff.c.id == staff_id)
    row = conn.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    return None if row is None else StaffRow(**row)


def everybody(conn: Connection, *, lock: bool = False) -> Sequence[StaffRow]:
    """All accounts, by login."""
    wanted = _ROWS.order_by(staff.c.login)
    return [StaffRow(**row) for row in conn.execute(wanted.with_for_update() if lock else wanted).mappings()]


def add(conn: Connection, values: dict[str, Any]) -> None:
    """Insert an account; IntegrityError when the login is taken."""
    conn.execute(insert(staff).values(**values))


def change(conn: Connection, staff_id: int, values: dict[str, Any]) -> None:
    """Change columns of an account."""
    conn.execute(update(staff).where(staff.c.id == staff_id).values(**values))
