"""Partners: the organisations whose gateways may talk to this hub."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, insert, select, update

from api.hub.storage.tables import partners

PartnerState = Literal["invited", "pending", "active", "suspended", "revoked"]


@dataclass(frozen=True)
class Partner:
    """One organisation.

    Attributes:
        id: its holder number, and so its row and column in the matrix of agreements.
        state: invited (has a code), pending (has brought a key that nobody confirmed), active, suspended, revoked.
        public_key: text of the request key it brought, or None.
        code_hash: selector and hash of its enrolment code (see `api.hub.registry.codes`), or None.
    """

    id: int
    name: str
    title: str
    country: str
    state: PartnerState
    public_key: str | None
    callback_url: str | None = field(repr=False)
    code_hash: str | None = field(repr=False)
    code_expires_at: datetime | None
    code_attempts: int


_COLUMNS = [partners.c[name] for name in Partner.__dataclass_fields__]
_BY_NAME = select(*_COLUMNS).where(partners.c.name == bindparam("wanted"))
_BY_ID = select(*_COLUMNS).where(partners.c.id == bindparam("wanted"))


def everyone(conn: Connection) -> list[Partner]:
    """All partners by name, whatever their state."""
    return [_partner(row) for row in conn.execute(select(*_COLUMNS).order_by(partners.c.name))]


def by_name(conn: Connection, name: str) -> Partner | None:
    """The partner of this name."""
    return _found(conn, _BY_NAME, name)


def by_id(conn: Connection, partner_id: int) -> Partner | None:
    """The partner of this number."""
    return _found(conn, _BY_ID, partner_id)


def by_key(conn: Connection, public_key: str) -> Partner | None:
    """The partner that brought this key."""
    return _one(conn, partners.c.public_key == public_key)


def by_code_selector(conn: Connection, selector: str) -> Partner | None:
    """The partner whose enrolment code begins so."""
    return _one(conn, partners.c.code_hash.startswith(f"{selector}:", autoescape=True))


def countries(conn: Connection) -> dict[int, str]:
    """Country of every partner by its number."""
    rows = conn.execute(select(partners.c.id, partners.c.country))
    return {int(number): str(country) for number, country in rows}


def callbacks(conn: Connection, partner_ids: Sequence[int]) -> list[Partner]:
    """Those of the given partners that are active and want to be knocked at."""
    wanted = partners.c.id.in_(partner_ids) & (partners.c.state == "active") & partners.c.callback_url.is_not(None)
    return [_partner(row) for row in conn.execute(select(*_COLUMNS).where(wanted).order_by(partners.c.id))]


def add(conn: Connection, *, name: str, title: str, country: str, now: datetime) -> Partner:
    """A new partner in the state invited, without a code yet."""
    values = {"name": name, "title": title, "country": country, "state": "invited", "code_attempts": 0}
    statement = insert(partners).values(**values, created_at=now, changed_at=now).returning(*_COLUMNS)
    return _partner(conn.execute(statement).one())


def change(conn: Connection, partner_id: int, now: datetime, **values: Any) -> Partner:
    """Set columns of a partner."""
    statement = update(partners).where(partners.c.id == partner_id).values(**values, changed_at=now)
    return _partner(conn.execute(statement.returning(*_COLUMNS)).one())


def count_attempt(conn: Connection, partner_id: int) -> None:
    """One more wrong use of an enrolment code."""
    wanted = partners.c.id == partner_id
    conn.execute(update(partners).where(wanted).values(code_attempts=partners.c.code_attempts + 1))


def _one(conn: Connection, condition: ColumnElement[bool]) -> Partner | None:
    row = conn.execute(select(*_COLUMNS).where(condition)).first()
    return None if row is None else _partner(row)


def _found(conn: Connection, query: Select[Any], wanted: str | int) -> Partner | None:
    row = conn.execute(query, {"wanted": wanted}).first()
    return None if row is None else _partner(row)


def _partner(row: Row[Any]) -> Partner:
    return Partner(**row._mapping)
