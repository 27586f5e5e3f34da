"""Values of database columns as JSON, and back: the same text whichever database they came from."""

import base64
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, LargeBinary

from api.service.columns import UtcDateTime

Convert = Callable[[Any], Any]


def writers(columns: Sequence[Column[Any]]) -> list[Convert]:
    """For each column, what turns its Python value into a JSON value: bytes to base64, days and moments to ISO 8601."""
    return [_unless_null(_writer(column)) for column in columns]


def readers(columns: Sequence[Column[Any]]) -> list[Convert]:
    """For each column, what turns such a JSON value into its Python value; ValueError or TypeError if it cannot."""
    return [_unless_null(_reader(column)) for column in columns]


def _unless_null(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _writer(column: Column[Any]) -> Convert:
    if isinstance(column.type, LargeBinary):
        return lambda value: base64.b64encode(value).decode()
    if isinstance(column.type, UtcDateTime | Date):
        return lambda value: value.isoformat()
    return _same


def _reader(column: Column[Any]) -> Convert:
    if isinstance(column.type, LargeBinary):
        return lambda value: base64.b64decode(value, validate=True)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    return _same


def _same(value: Any) -> Any:
    return value
