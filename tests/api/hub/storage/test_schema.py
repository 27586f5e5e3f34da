"""The migrations make the tables that the code declares."""

import pytest
from sqlalchemy import text

from api.hub.storage import schema
from api.hub.storage.schema import metadata
from api.service.database import Database
from api.service.migrations import SchemaError, differences


def test_the_migrated_tables_are_the_declared_ones(database: Database) -> None:
    schema.create_or_require(database)
    assert differences(database, metadata) == []
    schema.require_current(database)
    schema.upgrade(database)


def test_a_database_of_another_release_is_refused(database: Database) -> None:
    with pytest.raises(SchemaError, match="milap hub upgrade"):
        schema.require_current(database)
    schema.create_or_require(database)
    with database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="newer"):
        schema.create_or_require(database)
