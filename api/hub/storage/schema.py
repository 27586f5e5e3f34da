"""Bringing a hub's database to the tables of this release."""

from pathlib import Path

from api.hub.storage import kinship_tables, masked_tables, partner_tables, run_tables, tables
from api.hub.storage.metadata import metadata
from api.service import migrations
from api.service.database import Database

__all__ = ["create_or_require", "metadata", "require_current", "revision", "upgrade"]
# Tables stand in the metadata once their module is loaded.
_TABLES = (tables, kinship_tables, masked_tables, partner_tables, run_tables)

MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE_COMMAND = "milap hub upgrade"


def create_or_require(database: Database) -> None:
    """Give an empty database its tables; SchemaError when one is older or newer than this release."""
    migrations.create_or_require(database, MIGRATIONS, UPGRADE_COMMAND)


def require_current(database: Database) -> None:
    """SchemaError, which says what to do, when the tables are not those of this release."""
    migrations.require_current(database, MIGRATIONS, UPGRADE_COMMAND)


def upgrade(database: Database) -> None:
    """Bring a database to the tables of this release; SchemaError when they are newer."""
    migrations.upgrade(database, MIGRATIONS)


def revision(database: Database) -> str | None:
    """The version of the tables, or None when there are none."""
    return migrations.revision(database)
