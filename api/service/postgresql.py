"""PostgreSQL as a service's database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, text

from api.service.storage_errors import translated
from api.service.transactions import MODE, READ

# Any number that no other program of the same database uses; the letters of "milap".
_MIGRATION_LOCK = 0x6D696C6170


def engine(url: URL, busy_seconds: float) -> Engine:
    """An engine on a server; a connection that a restart of the server broke is noticed before it is used."""
    # Set when the session starts: a SET inside the first transaction would be undone by its rollback.
    settings = f"-c timezone=UTC -c lock_timeout={round(busy_seconds * 1000)}"
    given = url.query.get("options", "")
    both = f"{given if isinstance(given, str) else ' '.join(given)} {settings}".strip()
    return create_engine(
        url.difference_update_query(["options"]),
        connect_args={"options": both, "connect_timeout": 10, "application_name": "milap"},
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=busy_seconds,
        hide_parameters=True,
    )


def options(mode: str) -> dict[str, Any]:
    """Execution options of a transaction; psycopg takes "read only" into its BEGIN, without a round trip."""
    return {MODE: mode, "postgresql_readonly": mode == READ}


def lock_migrations(connection: Connection) -> None:
    """Wait until no other process migrates this database; held to the end of the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})


def compact(made: Engine, tables: Sequence[str]) -> bool:
    """Write tables anew without their dead rows; nobody reads or writes them meanwhile. Always True.

    Raises:
        StorageError: the server failed, or somebody kept a table from being locked.
    """
    with translated(), made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"VACUUM (FULL, ANALYZE) {connection.dialect.identifier_preparer.quote(table)}"))
    return True
