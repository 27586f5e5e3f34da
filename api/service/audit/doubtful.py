"""Reading tables that may be damaged: a row that cannot be read is a finding, and the others are still wanted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, String, exc, type_coerce

from api.service.columns import UtcDateTime


def readable(conn: Connection, statement: Select[Any], key: Column[Any], first: int, last: int) -> "Readable":
    """The rows whose key is from `first` up to, but not including, `last`, in its order.

    Raises:
        sqlalchemy.exc.DBAPIError: the connection broke, which says nothing of the rows.
    """
    rows = _attempt(conn, statement.where(key >= first, key < last).order_by(key))
    if rows is not None:
        return rows, []
    if last - first == 1:
        return [], [first]
    middle = (first + last) // 2
    low, high = readable(conn, statement, key, first, middle), readable(conn, statement, key, middle, last)
    return [*low[0], *high[0]], [*low[1], *high[1]]


Readable = tuple[list[Row[Any]], list[int]]
"""Rows, and the keys whose rows cannot be read."""


def stored_moment(column: Column[Any], conn: Connection) -> ColumnElement[Any]:
    """A moment as it is stored: SQLite's is text, and several texts would be read as the same moment."""
    return type_coerce(column, String) if conn.dialect.name == "sqlite" else column


def is_stored_moment(stored: object, moment: datetime, conn: Connection) -> bool:
    """Whether that is what storing this moment stores."""
    return bool(stored == UtcDateTime().process_bind_param(moment, conn.dialect))


def _attempt(conn: Connection, statement: Select[Any]) -> list[Row[Any]] | None:
    """All rows, or None when one of them cannot be read; PostgreSQL goes on after a failure from a savepoint only."""
    try:
        with conn.begin_nested():
            return list(conn.execute(statement))
    except exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        return None
    except (ValueError, TypeError, OverflowError):
        return None
