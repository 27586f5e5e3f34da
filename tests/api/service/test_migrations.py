"""Migrations from code: to the head in one transaction, nothing half-done, and a clear word about any other schema."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, insert, inspect, text

from api.service.columns import UtcDateTime
from api.service.migrations import (
    SchemaError,
    create_or_require,
    differences,
    require_current,
    revision,
    upgrade,
)
from api.service.storage_errors import StorageError

ENVIRONMENT = "from api.service.migrations import run_environment\nrun_environment()\n"
HEAD = '"""{0}."""\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = "{0}"\ndown_revision = {1!r}\n'
FIRST = """
from api.service.columns import UtcDateTime
def upgrade():
    op.create_table("items", sa.Column("ref", sa.String(20), primary_key=True), sa.Column("at", UtcDateTime()))
    op.create_table("parts", sa.Column("number", sa.Integer, primary_key=True), sa.Column(
        "item", sa.String(20), sa.ForeignKey("items.ref", ondelete="CASCADE"), nullable=False))
"""
SECOND = """
def upgrade():
    with op.batch_alter_table("items") as batch:
        batch.alter_column("at", new_column_name="seen_at")
        batch.add_column(sa.Column("count", sa.Integer))
    op.create_index("items_seen", "items", ["seen_at"])
"""
BROKEN = """
def upgrade():
    op.add_column("items", sa.Column("more", sa.Integer))
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
COMMAND = "milap hub upgrade"


@pytest.fixture
def location(tmp_path: Path) -> Path:
    """A folder of migrations with one version, at a path that ConfigParser would stumble over."""
    folder = tmp_path / "100% migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENVIRONMENT)
    add(folder, "0001", None, FIRST)
    return folder


def add(folder: Path, name: str, after: str | None, body: str) -> None:
    (folder / "versions" / f"{name}.py").write_text(HEAD.format(name, after) + body)


def tables_of(database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names())


def test_an_empty_database_has_no_revision_and_is_created_at_the_head(database, location):
    assert revision(database) is None
    create_or_require(database, location, COMMAND)
    assert revision(database) == "0001"
    assert tables_of(database) == {"items", "parts", "alembic_version"}
    create_or_require(database, location, COMMAND)
    require_current(database, location, COMMAND)


def test_an_upgrade_keeps_the_rows_and_those_that_point_to_them(database, location):
    upgrade(database, location)
    with database.write() as connection:
        connection.execute(text("INSERT INTO items (ref) VALUES ('a')"))
        connection.execute(text("INSERT INTO parts VALUES (1, 'a')"))
    add(location, "0002", "0001", SECOND)
    with pytest.raises(SchemaError, match=f"0001 .*needs 0002.*back it up.*`{COMMAND}`"):
        require_current(database, location, COMMAND)
    with pytest.raises(SchemaError):
        create_or_require(database, location, COMMAND)
    upgrade(database, location)
    upgrade(database, location)
    require_current(database, location, COMMAND)
    with database.read() as connection:
        assert connection.execute(text("SELECT number, item FROM parts")).all() == [(1, "a")]
        assert connection.execute(text("SELECT ref, count FROM items")).all() == [("a", None)]


def test_a_failing_version_undoes_all_of_the_upgrade(database, location):
    upgrade(database, location)
    add(location, "0002", "0001", SECOND)
    add(location, "0003", "0002", BROKEN)
    with pytest.raises(StorageError):
        upgrade(database, location)
    assert revision(database) == "0001"
    with database.read() as connection:
        assert {column["name"] for column in inspect(connection).get_columns("items")} == {"ref", "at"}


def test_a_newer_database_is_left_alone(database, location):
    upgrade(database, location)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    with pytest.raises(SchemaError, match=f"0009.*newer.*back the database up.*`{COMMAND}`"):
        require_current(database, location, COMMAND)
    with pytest.raises(SchemaError, match="0009"):
        upgrade(database, location)


def test_tables_of_somebody_else_are_not_taken_for_ours(database, location):
    with database.write() as connection:
        connection.execute(text("CREATE TABLE theirs (a INTEGER)"))
    with pytest.raises(SchemaError, match="has no version"):
        create_or_require(database, location, COMMAND)
    assert tables_of(database) == {"theirs"}


STARTING = """
import sys
from pathlib import Path
from api.service.database import open_database
from api.service.migrations import create_or_require
create_or_require(open_database(sys.argv[1]), Path(sys.argv[2]), "")
"""


def test_services_that_start_at_once_create_it_once(database, database_url, location, repository):
    command = [sys.executable, "-c", STARTING, database_url, str(location)]
    started = [subprocess.Popen(command, cwd=repository, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
    assert revision(database) == "0001"


def declared(*extra: Column[int]) -> MetaData:
    """The tables as the versions make them."""
    metadata = MetaData()
    items = Table(
        "items", metadata, Column("ref", String(20), primary_key=True), Column("seen_at", UtcDateTime()),
        Column("count", Integer), *extra,
    )  # fmt: skip
    Index("items_seen", items.c.seen_at)
    item = Column("item", String(20), ForeignKey("items.ref", ondelete="CASCADE"), nullable=False)
    Table("parts", metadata, Column("number", Integer, primary_key=True), item)
    return metadata


def test_differences_between_versions_and_tables_are_named(database, location):
    add(location, "0002", "0001", SECOND)
    upgrade(database, location)
    assert differences(database, declared()) == []
    assert any("forgotten" in line for line in differences(database, declared(Column("forgotten", Integer))))
    other = declared()
    other.tables["items"].c.ref.type = String(30)
    assert any("modify_type" in line and "ref" in line for line in differences(database, other))
    other.remove(other.tables["parts"])
    assert any("remove_table" in line and "parts" in line for line in differences(database, other))


def test_rows_can_be_written_after_an_upgrade(database, location):
    upgrade(database, location)
    items = Table("items", MetaData(), Column("ref", String(20)))
    with database.write() as connection:
        connection.execute(insert(items).values(ref="a"))
