"""One INSERT with ON CONFLICT for both databases, whose dialects offer it under the same names."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from api.service.database import Database

Insert = sqlite.Insert | postgresql.Insert


def insert(on: Connection | Database, table: Table) -> Insert:
    """An INSERT that knows `on_conflict_do_nothing`, `on_conflict_do_update`, `excluded` and `returning`."""
    dialect = on.dialect if isinstance(on, Database) else on.dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
