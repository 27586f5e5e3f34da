"""Agreements: which partners' records may be compared, and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from api.hub.storage.tables import agreements, partners

WithinCountry = Literal["agreement", "open"]
"""Inside one country: `agreement` asks for one there too, `open` compares all its partners. Never across borders."""


@dataclass(frozen=True)
class Agreement:
    """One signed arrangement between two partners; both days count."""

    id: int
    first_id: int
    second_id: int
    document: str
    valid_from: date
    valid_until: date
    ended_at: datetime | None
    applied: bool

    def in_force(self, today: date) -> bool:
        """Whether records of the two may be compared today, were both partners active."""
        return self.ended_at is None and self.valid_from <= today <= self.valid_until

    def other(self, partner_id: int) -> int:
        """The partner on the other side."""
        return self.second_id if partner_id == self.first_id else self.first_id


_COLUMNS = [agreements.c[name] for name in Agreement.__dataclass_fields__]


def every_agreement(conn: Connection) -> list[Agreement]:
    """All agreements in the order they were added, ended ones included."""
    return [_agreement(row) for row in conn.execute(select(*_COLUMNS).order_by(agreements.c.id))]


def of_partner(conn: Connection, partner_id: int) -> list[Agreement]:
    """All agreements that a partner is a side of."""
    side = or_(agreements.c.first_id == partner_id, agreements.c.second_id == partner_id)
    return [_agreement(row) for row in conn.execute(select(*_COLUMNS).where(side).order_by(agreements.c.id))]


def unapplied(conn: Connection, today: date) -> list[Agreement]:
    """Agreements in force whose partners' records were not queued for matching since."""
    wanted = and_(_in_force(today), agreements.c.applied.is_(False))
    return [_agreement(row) for row in conn.execute(select(*_COLUMNS).where(wanted).order_by(agreements.c.id))]


def set_applied(conn: Connection, agreement_id: int) -> None:
    """Remember that the records of both partners were queued."""
    conn.execute(update(agreements).where(agreements.c.id == agreement_id).values(applied=True))


def add(
    conn: Connection, *, first_id: int, second_id: int, document: str, valid_from: date, valid_until: date,
    now: datetime,
) -> Agreement:  # fmt: skip
    """A new agreement; the matcher queues the records of both once it is in force."""
    statement = insert(agreements).values(
        first_id=first_id, second_id=second_id, document=document, valid_from=valid_from, valid_until=valid_until,
        applied=False, created_at=now,
    )  # fmt: skip
    return _agreement(conn.execute(statement.returning(*_COLUMNS)).one())


def end(conn: Connection, agreement_id: int, now: datetime) -> Agreement | None:
    """End an agreement now, or None when there is no such one; a second time changes nothing."""
    wanted = agreements.c.id == agreement_id
    conn.execute(update(agreements).where(wanted, agreements.c.ended_at.is_(None)).values(ended_at=now))
    row = conn.execute(select(*_COLUMNS).where(wanted)).first()
    return None if row is None else _agreement(row)


def agreement_matrix(conn: Connection, today: date, within_country: WithinCountry) -> npt.NDArray[np.bool_]:
    """Who may be compared with whom today, bool (holders, holders) by partner number, symmetric.

    `holders` is one more than the highest partner number; number 0 is nobody. A partner that is not active may be
    compared with nobody, itself included. A partner's own records may always be compared with each other.
    """
    rows = conn.execute(select(partners.c.id, partners.c.country, partners.c.state)).all()
    size = 1 + max((row.id for row in rows), default=0)
    matrix = np.eye(size, dtype=np.bool_)
    if within_country == "open":
        country = np.zeros(size, dtype="U2")
        country[[row.id for row in rows]] = [row.country for row in rows]
        matrix |= country[:, None] == country[None, :]
    for first, second in conn.execute(select(agreements.c.first_id, agreements.c.second_id).where(_in_force(today))):
        matrix[first, second] = matrix[second, first] = True
    active = np.zeros(size, dtype=np.bool_)
    active[[row.id for row in rows if row.state == "active"]] = True
    return matrix & active[:, None] & active[None, :]


def _in_force(today: date) -> Any:
    return and_(
        agreements.c.ended_at.is_(None), agreements.c.valid_from <= today, agreements.c.valid_until >= today
    )


def _agreement(row: Row[Any]) -> Agreement:
    return Agreement(**row._mapping)
