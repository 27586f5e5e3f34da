"""Pairs of records of one kind that look like one child."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, or_, select

from api.hub.storage.kinship_tables import kindred
from api.hub.storage.matching import in_parts
from api.service.statements import insert


class KindredRow(NamedTuple):
    """A pair, the lower number first; weight in thousandths of a bit, levels as tables.candidates has them."""

    first_id: int
    second_id: int
    first_version: int
    second_version: int
    weight: int
    levels: str


_COLUMNS = [kindred.c[name] for name in KindredRow._fields]
_KEY = ("first_id", "second_id")


def of_records(conn: Connection, ids: Sequence[int]) -> list[KindredRow]:
    """Every pair of any of these records, by their numbers."""
    found: dict[tuple[int, int], KindredRow] = {}
    for part in in_parts(ids, 500):
        touches = or_(kindred.c.first_id.in_(part), kindred.c.second_id.in_(part))
        for row in conn.execute(select(*_COLUMNS).where(touches)):
            found[row.first_id, row.second_id] = KindredRow._make(row)
    return [found[key] for key in sorted(found)]


def put(conn: Connection, rows: Sequence[KindredRow], now: datetime) -> None:
    """Store pairs, in place of what stands of them."""
    if rows:
        statement: Any = insert(conn, kindred)
        values = {name: statement.excluded[name] for name in (*KindredRow._fields[2:], "found_at")}
        statement = statement.on_conflict_do_update(index_elements=[kindred.c[name] for name in _KEY], set_=values)
        conn.execute(statement, [{**row._asdict(), "found_at": now} for row in rows])


def remove(conn: Connection, rows: Sequence[KindredRow]) -> None:
    """Take pairs out."""
    for row in rows:
        conn.execute(delete(kindred).where(kindred.c.first_id == row.first_id, kindred.c.second_id == row.second_id))
