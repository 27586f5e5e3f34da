"""The migrations give the declared tables, on both databases."""

from api.holder.app import MIGRATIONS
from api.holder.storage.tables import metadata
from api.service.database import Database
from api.service.migrations import create_or_require, differences, revision


def test_the_migrated_tables_are_the_declared_ones(database: Database) -> None:
    create_or_require(database, MIGRATIONS, "milap holder upgrade")
    assert differences(database, metadata) == []
    assert revision(database) == "0003"


def test_a_second_start_finds_the_tables_as_they_are(database: Database) -> None:
    create_or_require(database, MIGRATIONS, "milap holder upgrade")
    create_or_require(database, MIGRATIONS, "milap holder upgrade")
    assert revision(database) == "0003"
