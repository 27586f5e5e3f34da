"""From a JSON record to text cells: the same text that a CSV file would hold under the same column names."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from encoder.reading.problems import Severity
from encoder.schema import LIST_SEPARATOR, Field, field_of_header

Cells = dict[str, str]
"""Text by name of field: what the vault keeps, so that a later normaliser can read it again. Never log it."""

MOST_FIELDS = 200
_LONGEST_NAME_SHOWN = 40
_NOT_TEXT = "It has to be a text, a number or true or false; send it so, or leave the field out."


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with a record: the field (None for the whole), what became of it, and what to do. No values."""

    field: str | None
    severity: Severity
    message: str

    def as_json(self) -> dict[str, str | None]:
        """As the API answers it."""
        return {"field": self.field, "severity": self.severity.value, "message": self.message}


class _CellError(Exception):
    """A value that cannot become the text of a cell."""


def cells_of(record: Mapping[str, object]) -> tuple[Cells, list[FieldProblem]]:
    """The cells of a JSON record, and what is wrong with its form; a `REJECTED` problem means that it is not taken.

    Keys are the names of fields, or their aliases of PFIF and Primero. Lists become one text, joined by semicolons.
    """
    cells: Cells = {}
    problems: list[FieldProblem] = []
    if len(record) > MOST_FIELDS:
        message = f"The record has more than {MOST_FIELDS} fields; send those of the schema."
        return {}, [FieldProblem(None, Severity.REJECTED, message)]
    seen: set[str] = set()
    for key, value in record.items():
        field = field_of_header(key)
        if field is None:
            problems.append(_unknown(key))
        elif value is None:
            continue
        elif field.name in seen:
            message = "The field is given twice, by its name and by another name for it; keep one of them."
            problems.append(FieldProblem(field.name, Severity.REJECTED, message))
        else:
            seen.add(field.name)
            _add(cells, problems, field, value)
    return cells, problems


def shown_record(cells: Mapping[str, str]) -> dict[str, str | list[str]]:
    """Cells as the API gives them back: lists as lists, everything else as the text that came."""
    return {name: _shown(name, text) for name, text in cells.items()}


def _shown(name: str, text: str) -> str | list[str]:
    field = field_of_header(name)
    if field is None or not field.is_list:
        return text
    return [part.strip() for part in text.split(LIST_SEPARATOR) if part.strip()]


def _unknown(key: str) -> FieldProblem:
    clean = "".join(mark if mark.isprintable() else " " for mark in key[:_LONGEST_NAME_SHOWN])
    message = f"“{clean}” is not a field of the schema and was not kept; rename it if it should be."
    return FieldProblem(None, Severity.NOTE, message)


def _add(cells: Cells, problems: list[FieldProblem], field: Field, value: object) -> None:
    try:
        text = _list_text(field, value) if isinstance(value, list) else _text(value)
    except _CellError as error:
        problems.append(FieldProblem(field.name, Severity.REJECTED, str(error)))
        return
    if text:
        cells[field.name] = text


def _list_text(field: Field, values: list[object]) -> str:
    if not field.is_list:
        raise _CellError("The field holds one value and no list; send the value itself.")
    parts = [_text(value) for value in values]
    if any(LIST_SEPARATOR in part for part in parts):
        raise _CellError("A part of the list holds a semicolon, which keeps parts apart; write it without.")
    return LIST_SEPARATOR.join(part for part in parts if part)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _CellError("That is no number; write digits only, such as 8 or 8.5.")
        return str(int(value)) if value == int(value) else repr(value)
    if not isinstance(value, str):
        raise _CellError(_NOT_TEXT)
    if "\0" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
        raise _CellError("The text holds characters that are no writing (NUL or half a pair); type it again.")
    return value.strip()
