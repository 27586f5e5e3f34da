"""Very many rows in one statement: what all rows share is converted once, and the driver gets plain tuples.

SQLAlchemy puts a dictionary of parameters together for each row and converts each value of it, which takes longer than
storing the row. On PostgreSQL new rows go by COPY, in the same transaction as everything else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Column, Connection, Dialect, Table, exc

Values = Mapping[str, Any]
Columns = Mapping[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]


def insert_rows(conn: Connection, table: Table, shared: Values, columns: Columns) -> None:
    """Insert rows; a column that is not named gets what the database itself has for it, no default of the table here.

    Args:
        conn: the write transaction.
        table: into which.
        shared: what all rows have in these columns.
        columns: by column what each row has, all of one length, at least one; in the order of the rows.

    Raises:
        ValueError: the columns are of several lengths, or a value cannot be stored in its column.
        sqlalchemy.exc.DBAPIError: as an INSERT of SQLAlchemy raises it, without the rows.
    """
    dialect, by_copy = conn.dialect, conn.dialect.name == "postgresql"
    common = _common(dialect, table, shared)
    rows = _rows(dialect, table, map(_written_out, common) if by_copy else common, columns)
    into = f"{dialect.identifier_preparer.format_table(table)} ({', '.join(_quoted(dialect, [*shared, *columns]))})"
    if rows and by_copy:
        _copy(conn, f"COPY {into} FROM STDIN", rows)
    elif rows:
        marks = ", ".join("?" * len(rows[0]))
        conn.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608 - names of the schema


def update_rows(conn: Connection, table: Table, key: str, shared: Values, columns: Columns) -> None:
    """Set columns of the rows that `columns[key]` names, one after the other; see `insert_rows`."""
    dialect = conn.dialect
    columns = {name: values for name, values in columns.items() if name != key} | {key: columns[key]}
    rows = _rows(dialect, table, _common(dialect, table, shared), columns)
    *changed, where = _quoted(dialect, [*shared, *columns])
    if rows and changed:
        mark = "%s" if dialect.name == "postgresql" else "?"
        what = ", ".join(f"{name} = {mark}" for name in changed)
        name = dialect.identifier_preparer.format_table(table)
        conn.exec_driver_sql(f"UPDATE {name} SET {what} WHERE {where} = {mark}", rows)  # noqa: S608 - as above


def _common(dialect: Dialect, table: Table, shared: Values) -> list[Any]:
    return [_converted(dialect, table.c[name], [value])[0] for name, value in shared.items()]


def _rows(dialect: Dialect, table: Table, common: Iterable[Any], columns: Columns) -> Rows:
    """The rows as the driver takes them, shared values first."""
    before = tuple(common)
    own = [_converted(dialect, table.c[name], values) for name, values in columns.items()]
    return [(*before, *row) for row in zip(*own, strict=True)]


def _written_out(value: Any) -> Any:
    """A moment as PostgreSQL reads it, so that the driver need not write it once for each row."""
    return value.isoformat() if isinstance(value, datetime) else value


def _converted(dialect: Dialect, column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    """The values as the column's type gives them to the driver."""
    convert: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if convert is None else [convert(value) for value in values]


def _quoted(dialect: Dialect, names: Iterable[str]) -> list[str]:
    return [dialect.identifier_preparer.quote(name) for name in names]


def _copy(conn: Connection, statement: str, rows: Rows) -> None:
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # SQLAlchemy does not see what happens on its connection, and storage_errors reads its errors only.
        raise exc.DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=driver.broken,
            dialect=conn.dialect,
        ) from error  # fmt: skip
