"""Rows that are stored in bulk are those that SQLAlchemy would have stored, on each database; so are refusals."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    exc,
    insert,
    select,
    update,
)

from api.hub.storage.bulk import insert_rows, update_rows
from api.service.columns import UtcDateTime
from api.service.database import Database

metadata = MetaData()
# Names that need quotation marks, and one with a mark of the driver.
things = Table(
    "order", metadata,
    Column("id", Integer, primary_key=True),
    Column("group", String, unique=True),
    Column("Whole", BigInteger),
    Column("share", Float),
    Column("sure", Boolean),
    Column("raw", LargeBinary),
    Column("day", Date),
    Column("moment", UtcDateTime),
    Column("parent", ForeignKey("order.id")),
)  # fmt: skip
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "group": st.one_of(st.sampled_from(["\\N", "a\tb\nc\r\\.", "''\"", "मिलाप", "NULL", ""]), TEXTS),
    "Whole": st.integers(-(2**63), 2**63 - 1),
    "share": st.one_of(st.sampled_from([0.1, -0.0, 5e-324, 1.7976931348623157e308]), st.floats(0, 1)),
    "sure": st.booleans(),
    "raw": st.binary(max_size=9),
    "day": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "moment": st.datetimes(
        datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=5.5))])
    ),
}  # fmt: skip
MAYBE = {name: value if name == "group" else st.none() | value for name, value in VALUES.items()}
ROWS = st.lists(st.fixed_dictionaries(MAYBE), max_size=6, unique_by=lambda row: row["group"])
SHARED = ["sure", "moment", "share"]
once_for_all_examples = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def made(database: Database) -> Database:
    """The table, empty, on each database."""
    with database.write() as conn:
        metadata.create_all(conn)
    return database


def stored(conn: Connection) -> list[tuple[Any, ...]]:
    """Everything as the driver gives it, and of what type, in the order of the texts; the table is empty afterwards."""
    every = [column for column in things.c if column.name != "id"]
    names = ", ".join(f'"{column.name}"' for column in every)
    rows = conn.exec_driver_sql(f'SELECT {names} FROM "order"').all()
    conn.execute(things.delete())
    return sorted((tuple((type(value).__name__, repr(value)) for value in row) for row in rows), key=repr)


def in_columns(rows: list[dict[str, Any]], names: list[str]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in names}


@given(rows=ROWS)
@once_for_all_examples
def test_new_rows_are_the_same(made: Database, rows: list[dict[str, Any]]) -> None:
    shared = {name: rows[0][name] for name in SHARED} if rows else {}
    own = [name for name in VALUES if name not in shared]
    with made.write() as conn:
        insert_rows(conn, things, shared, in_columns(rows, own))
        fast = stored(conn)
        if rows:
            conn.execute(insert(things), [{**row, **shared} for row in rows])
        assert fast == stored(conn)


@given(rows=ROWS, others=st.lists(st.fixed_dictionaries(MAYBE), min_size=6, max_size=6))
@once_for_all_examples
def test_changed_rows_are_the_same(
    made: Database, rows: list[dict[str, Any]], others: list[dict[str, Any]]
) -> None:
    shared = {name: others[0][name] for name in SHARED}
    own = [name for name in VALUES if name not in (*SHARED, "group")]
    new = [{**other, "group": row["group"]} for row, other in zip(rows, others, strict=False)]
    slow = update(things).where(things.c.group == bindparam("of"))
    slow = slow.values(**shared, **{name: bindparam(f"new_{name}") for name in own})
    with made.write() as conn:
        insert_rows(conn, things, {}, in_columns(rows, list(VALUES)))
        update_rows(conn, things, "group", shared, in_columns(new, ["group", *own]))
        fast = stored(conn)
        insert_rows(conn, things, {}, in_columns(rows, list(VALUES)))
        for row in new:
            conn.execute(slow, {"of": row["group"], **{f"new_{name}": row[name] for name in own}})
        assert fast == stored(conn)


def test_the_database_counts_on_and_fills_what_is_not_named(made: Database) -> None:
    with made.write() as conn:
        insert_rows(conn, things, {}, {"group": ["a", "b"]})
        conn.execute(insert(things).values(group="c"))
        insert_rows(conn, things, {"Whole": 7}, {"group": ["d"]})
        insert_rows(conn, things, {"Whole": 7}, {"group": []})
        update_rows(conn, things, "group", {}, {"group": ["a", "b"]})
    with made.read() as conn:
        found = conn.execute(select(things.c.id, things.c.group, things.c.Whole, things.c.moment).order_by("id")).all()
    assert found == [(1, "a", None, None), (2, "b", None, None), (3, "c", None, None), (4, "d", 7, None)]


@pytest.mark.parametrize("wrong", [
    {"group": ["a", "b"], "Whole": [1]},
    {"group": ["a"], "moment": [NOON.replace(tzinfo=None)]},
])  # fmt: skip
def test_what_cannot_be_stored_is_refused_before_anything_is(made: Database, wrong: dict[str, list[Any]]) -> None:
    with made.write() as conn:
        for fill in (insert_rows, lambda conn, table, *columns: update_rows(conn, table, "group", *columns)):
            with pytest.raises(ValueError, match=r"argument|zone"):
                fill(conn, things, {}, wrong)
        with pytest.raises(ValueError, match="zone"):
            insert_rows(conn, things, {"moment": NOON.replace(tzinfo=None)}, {"group": ["a"]})
        assert stored(conn) == []


@pytest.mark.parametrize("columns", [
    {"group": ["new", "there", "there"]},
    {"group": ["new", "orphan"], "parent": [None, 99]},
])  # fmt: skip
def test_a_constraint_undoes_all_and_its_error_quotes_nothing(made: Database, columns: dict[str, list[Any]]) -> None:
    with pytest.raises(exc.IntegrityError) as caught, made.write() as conn:
        insert_rows(conn, things, {}, columns)
    assert "there" not in str(caught.value)
    assert "99" not in str(caught.value)
    with made.write() as conn:
        assert stored(conn) == []
        insert_rows(conn, things, {}, {"group": ["there"]})
        assert len(stored(conn)) == 1


def test_the_next_transaction_works_after_a_server_cut_the_connection(made: Database) -> None:
    if made.dialect == "sqlite":
        pytest.skip("no server")
    tried: list[int] = []

    def work(conn: Connection) -> None:
        tried.append(conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        if len(tried) == 1:
            with made.write() as other:
                other.exec_driver_sql("SELECT pg_terminate_backend(%s)", (tried[0],))
        insert_rows(conn, things, {}, {"group": ["a", "b"]})

    made.retrying(work)
    with made.write() as conn:
        assert len(stored(conn)) == 2
    assert len(tried) == 2
