"""The migrations make the tables that the code declares."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from api.hub.storage import schema
from api.hub.storage.matching import records_by_id
from api.hub.storage.partitions import every_partition
from api.hub.storage.schema import metadata
from api.service.database import Database
from api.service.migrations import SchemaError, differences


def test_the_migrated_tables_are_the_declared_ones(database: Database) -> None:
    schema.create_or_require(database)
    assert differences(database, metadata) == []
    schema.require_current(database)
    schema.upgrade(database)


def migrated(database: Database, revision: str, statements: list[str]) -> None:
    """A database of an earlier release with some rows."""
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with database.migrate() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, revision)
        for statement in statements:
            conn.execute(text(statement))


def test_records_of_before_photos_have_none(database: Database) -> None:
    moment = "2026-11-21 12:00:00+00:00"
    old = [
        "INSERT INTO partners (id, name, title, country, state, code_attempts, created_at, changed_at)"
        f" VALUES (1, 'p', 'P', 'IN', 'active', 0, '{moment}', '{moment}')",
        "INSERT INTO partitions (id, domain, epoch, profile, profile_digest, state, created_at)"
        f" VALUES (1, 'in', '1', 'local-2026-11-22', '0', 'open', '{moment}')",
        "INSERT INTO records (id, partition_id, partner_id, ref, version, state, sequence, received_at)"
        f" VALUES (1, 1, 1, 'r', 1, 'active', 1, '{moment}')",
    ]
    migrated(database, "0003", old)
    schema.upgrade(database)
    with database.read() as conn:
        [record] = records_by_id(conn, [1])
        [partition] = every_partition(conn)
    assert (record.photo_age, partition.photo_space, partition.space) == (0, None, None)


def test_cards_of_before_masks_are_asked_for_again(database: Database) -> None:
    moment = "2026-11-21 12:00:00+00:00"
    migrated(database, "0004", [
        "INSERT INTO partners (id, name, title, country, state, code_attempts, created_at, changed_at)"
        f" VALUES (1, 'p', 'P', 'IN', 'active', 0, '{moment}', '{moment}')",
        f"INSERT INTO cards (partner_id, content, changed_at) VALUES (1, '{{}}', '{moment}')",
    ])  # fmt: skip
    schema.upgrade(database)
    with database.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM cards")).scalar_one() == 0


def test_a_database_of_another_release_is_refused(database: Database) -> None:
    with pytest.raises(SchemaError, match="milap hub upgrade"):
        schema.require_current(database)
    schema.create_or_require(database)
    with database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="newer"):
        schema.create_or_require(database)
