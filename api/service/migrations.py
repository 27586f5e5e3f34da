"""Alembic run from code, without an ini file: a folder of versions brings a database to this release's schema.

The folder holds `versions/*.py` and an `env.py` of two lines:

    from api.service.migrations import run_environment
    run_environment()
"""

import threading
from pathlib import Path
from typing import Any

from alembic import command as alembic_command
from alembic import context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect

from api.service.database import Database
from matcher.errors import MilapError

# alembic.op and alembic.context are global: two upgrades in threads of one process would share them.
_ALEMBIC = threading.Lock()


class SchemaError(MilapError):
    """The database's tables are not those of this release."""


def upgrade(database: Database, location: Path) -> None:
    """Bring a database to the newest version of the folder, in one transaction; several processes may try at once.

    Raises:
        SchemaError: the database is at a version that the folder does not know.
        StorageError: the database failed; nothing of the upgrade took effect.
    """
    config = _config(location)
    with _ALEMBIC, database.migrate() as connection:
        _refuse_unknown(_revision(connection), config, "the upgrade")
        config.attributes["connection"] = connection
        alembic_command.upgrade(config, "head")


def revision(database: Database) -> str | None:
    """The version that a database is at, or None when it has none.

    Raises:
        StorageError: the database failed.
    """
    with database.read() as connection:
        return _revision(connection)


def require_current(database: Database, location: Path, command: str) -> None:
    """Make sure that a database has the tables of this release.

    Args:
        database: the database.
        location: the folder of versions.
        command: what upgrades it, as the operator types it.

    Raises:
        SchemaError: it is older or newer; the message says what to do.
    """
    config, found = _config(location), revision(database)
    if found == _head(config):
        return
    if found is not None:
        _refuse_unknown(found, config, f"`{command}`")
    age = "has no version" if found is None else f"is at version {found}"
    raise SchemaError(
        f"The database {age} and this release needs {_head(config)}: back it up, then run `{command}`."
    )


def create_or_require(database: Database, location: Path, command: str) -> None:
    """Give an empty database its tables; require any other to be current.

    Raises:
        SchemaError: as `require_current`.
        StorageError: the database failed.
    """
    with database.read() as connection:
        empty = not inspect(connection).get_table_names()
    if empty:
        upgrade(database, location)
    require_current(database, location, command)


def differences(database: Database, metadata: MetaData) -> list[str]:
    """What the migrated tables and the declared ones differ in (tables, columns, types, indexes, keys); for tests.

    CHECK constraints and server defaults are not compared.
    """
    with database.read() as connection:
        migration = MigrationContext.configure(connection, opts={"compare_type": True})
        return [line for entry in compare_metadata(migration, metadata) for line in _lines(entry)]


def run_environment() -> None:
    """What an `env.py` does: run the versions on the connection of `upgrade`, inside its transaction."""
    connection = context.config.attributes["connection"]
    # Alembic takes SQLite's driver to commit before a CREATE TABLE; ours begins by itself and does not.
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def _config(location: Path) -> Config:
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(location).replace("%", "%%"))  # ConfigParser interpolates
    return config


def _head(config: Config) -> str | None:
    return ScriptDirectory.from_config(config).get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_unknown(found: str | None, config: Config, command: str) -> None:
    """A version that the folder does not hold was written by a later release: going back is not ours to do."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaError(
            f"The database is at version {found}, which this release does not know, so a newer one wrote it: "
            f"install that release, back the database up, then run {command} with it."
        )


def _lines(entry: Any) -> list[str]:
    """One line for a difference; alembic groups those of one column in a list of tuples."""
    if isinstance(entry, list):
        return [line for part in entry for line in _lines(part)]
    return [" ".join(str(getattr(part, "name", None) or part) for part in entry if not isinstance(part, dict))]
