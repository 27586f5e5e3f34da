"""From a header row to the fields its columns hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from encoder.schema import KIND, RECORD_ID, Field, field_of_header
from encoder.values import Converter, converter_of
from matcher.errors import InputError

MOST_NAMED_COLUMNS = 20
LONGEST_HEADER_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a file.

    width     number of columns of the header
    ids       index of record_id
    kind      index of kind, None when the file has no such column
    fields    index, field and converter of every other known column
    nameless  columns without a header
    notes     what to tell about columns that are not read
    """

    width: int
    ids: int
    kind: int | None
    fields: tuple[tuple[int, Field, Converter], ...]
    nameless: tuple[int, ...]
    notes: tuple[str, ...]


def columns_of(file: str, header: Sequence[str]) -> Columns:
    """Read a header; InputError when record_id is not there or a field stands in two columns."""
    known = [(index, field) for index, name in enumerate(header) if (field := field_of_header(name))]
    place = {field.name: index for index, field in known}
    _refuse_doubled(file, known, place)
    if RECORD_ID not in place:
        # The header itself stays out of the message: a file without one starts with a child.
        raise InputError(
            f"{file} has no column {RECORD_ID}; make its first row the column names, "
            f"with {RECORD_ID} (the case number) among them."
        )
    taken = set(place.values())
    return Columns(
        width=len(header),
        ids=place[RECORD_ID],
        kind=place.get(KIND),
        fields=tuple((i, field, converter_of(field)) for i, field in known if field.name not in (RECORD_ID, KIND)),
        nameless=tuple(i for i, name in enumerate(header) if not name.strip()),
        notes=tuple(_unknown(name.strip() for i, name in enumerate(header) if i not in taken and name.strip())),
    )


def _refuse_doubled(file: str, known: Sequence[tuple[int, Field]], place: dict[str, int]) -> None:
    for index, field in known:
        if place[field.name] != index:
            raise InputError(
                f"{file} has two columns for {field.name} (columns {index + 1} and {place[field.name] + 1}); "
                "keep one of them, or rename the other."
            )


def _unknown(names: Iterable[str]) -> Iterable[str]:
    unread = list(names)
    if len(unread) > MOST_NAMED_COLUMNS:
        yield (
            f"{len(unread)} columns are not fields of the schema and were not read, {_shown(unread[0])} the first of "
            "them; rename those that should be read."
        )
        return
    for name in unread:
        yield f"The column {_shown(name)} is not a field of the schema and was not read; rename it if it should be."


def _shown(name: str) -> str:
    clean = "".join(mark if mark.isprintable() else " " for mark in name[:LONGEST_HEADER_SHOWN])
    return f"“{clean}”"
