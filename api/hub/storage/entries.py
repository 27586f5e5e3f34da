"""Who entered how many records, and when: by the marks that gateways send, which tell equal officers and no names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from api.hub.storage.matching import in_parts
from api.hub.storage.tables import partners, records

Marks = tuple[tuple[str, str | None], ...]
"""Columns of marks with the value that each must have; none asks for all records of the partner."""


class EnteredRecord(NamedTuple):
    """A record as screening sees it: without codes and open attributes."""

    id: int
    partner_id: int
    ref: str
    kind: int | None
    version: int
    state: str
    sequence: int
    received_at: datetime
    entered_at: datetime | None
    officer_mark: str | None
    office_mark: str | None
    partner: str
    country: str

    @property
    def entered(self) -> datetime:
        """When its content came; of a record from before this was noted, when it last changed."""
        return self.entered_at or self.received_at


@dataclass(frozen=True)
class Window:
    """Records that a partner entered from `begin` until before `end`, with certain marks."""

    partner_id: int
    begin: datetime
    end: datetime
    marks: Marks = ()


_RECORD = [records.c[name] for name in EnteredRecord._fields if name in records.c]
_ENTERED = (
    select(*_RECORD, partners.c.name.label("partner"), partners.c.country)
    .join(partners, records.c.partner_id == partners.c.id)
)  # fmt: skip


def entered_records(conn: Connection, ids: Collection[int]) -> dict[int, EnteredRecord]:
    """These records by number."""
    return {
        row.id: EnteredRecord._make(row) for part in in_parts(sorted(ids))
        for row in conn.execute(_ENTERED.where(records.c.id.in_(part)))
    }  # fmt: skip


def more_than(conn: Connection, window: Window, most: int) -> bool:
    """Whether a window has more records than so many; one of several epochs counts once."""
    return _counted(conn, window, most + 1) is not None


def refs_in(conn: Connection, window: Window) -> set[str]:
    """The refs of a window's records."""
    return set(conn.execute(select(records.c.ref).where(*_within(window))).scalars())


def last_allowed(conn: Connection, window: Window, allowed: int) -> tuple[datetime, int] | None:
    """Time and number of the `allowed`-th record of a window, in the order in which they came, or None.

    One of several epochs counts once, under its first number.
    """
    return _counted(conn, window, allowed)


def first_numbers(conn: Connection, partner_id: int, refs: Collection[str]) -> dict[str, int]:
    """The number that each of a partner's refs has in the first epoch that it came in."""
    query = select(records.c.ref, func.min(records.c.id)).where(records.c.partner_id == partner_id)
    return {
        ref: int(number) for part in in_parts(sorted(refs))
        for ref, number in conn.execute(query.where(records.c.ref.in_(part)).group_by(records.c.ref))
    }  # fmt: skip


def _counted(conn: Connection, window: Window, wanted: int) -> tuple[datetime, int] | None:
    """The `wanted`-th record of a window, each ref once; None when there are fewer. Reads no further than that."""
    query = select(records.c.entered_at, records.c.id, records.c.ref).where(*_within(window))
    query = query.order_by(records.c.entered_at, records.c.id)
    seen: set[str] = set()
    with conn.execute(query, execution_options={"yield_per": 1_000}) as rows:
        for entered, number, ref in rows:
            seen.add(ref)
            if len(seen) == wanted:
                return entered, int(number)
    return None


def _within(window: Window) -> list[Any]:
    conditions: list[Any] = [
        records.c.partner_id == window.partner_id, records.c.entered_at >= window.begin,
        records.c.entered_at < window.end,
    ]  # fmt: skip
    return conditions + [records.c[name].is_not_distinct_from(value) for name, value in window.marks]
