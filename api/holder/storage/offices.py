"""Offices of the organisation. Runs on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from api.holder.storage.tables import offices
from api.service.statements import insert


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office: how many candidates it can look at a day, and whom to remind."""

    name: str
    capacity: int
    changed_at: datetime
    email: str | None = field(repr=False)


_ROWS = select(*(offices.c[name] for name in OfficeRow.__dataclass_fields__))


def everything(conn: Connection) -> Sequence[OfficeRow]:
    """All offices, by name."""
    return [OfficeRow(**row) for row in conn.execute(_ROWS.order_by(offices.c.name)).mappings()]


def by_name(conn: Connection, name: str) -> OfficeRow | None:
    """The office of a name."""
    row = conn.execute(_ROWS.where(offices.c.name == name)).mappings().first()
    return None if row is None else OfficeRow(**row)


def put(conn: Connection, name: str, capacity: int, email: str | None, now: datetime) -> None:
    """Add an office, or change the one of this name."""
    values = {"capacity": capacity, "email": email, "changed_at": now}
    statement = insert(conn, offices).values(name=name, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=[offices.c.name], set_=values))
