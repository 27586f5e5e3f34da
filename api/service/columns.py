"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

# Microseconds always, so that text sorts as time does. %Y would not pad years before 1000 everywhere.
_LENGTH = len("2026-11-21T22:30:00.000000Z")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond: `timestamptz` on PostgreSQL, text of fixed width on SQLite.

    Takes aware datetimes of any zone and gives back aware ones in UTC.

    Raises:
        ValueError: a naive datetime is stored or compared (SQLAlchemy wraps it in StatementError).
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of a dialect."""
        return dialect.type_descriptor(String(_LENGTH) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What the driver is given."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a datetime without a zone cannot be stored; use one in UTC")
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds")[:26] + "Z" if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What the driver gave, as an aware datetime in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        assert isinstance(moment, datetime)
        return moment.astimezone(UTC)
