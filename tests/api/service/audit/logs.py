"""Audit logs for tests: entries of invented officers, in tables of their own."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import MetaData

from api.service.audit.entries import Entry
from api.service.audit.tables import AuditTables, audit_tables
from api.service.database import Database

NOW = datetime(2026, 11, 21, 22, 30, 0, 5, tzinfo=UTC)
ORIGIN = "sahara-hub"


def entry(index: int) -> Entry:
    """One entry of many; its texts are not all ASCII."""
    return Entry(
        what="release-approved",
        by=f"officer-{index % 3}",
        at=NOW + timedelta(seconds=index),
        about=f"candidate-{index}",
        why="स्वीकृत" if index % 2 else None,
        facts={"step": index, "word": "মিলাপ", "none": None},
        salt=f"salt-{index}",
    )


def new_log(database: Database) -> AuditTables:
    """The tables of an empty log, made in a database."""
    metadata = MetaData()
    tables = audit_tables(metadata)
    with database.migrate() as conn:
        metadata.create_all(conn)
    return tables
