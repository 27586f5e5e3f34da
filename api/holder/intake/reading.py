"""From text cells to a typed record, by the very reader that files go through."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from api.holder.intake.cells import FieldProblem
from encoder.advice import advice
from encoder.field_errors import FieldError
from encoder.reading.problems import Problem, Severity
from encoder.reading.rows import read_rows
from encoder.reading.table import Row, Table
from encoder.record import RawRecord
from encoder.schema import KIND, RECORD_ID
from encoder.values import convert_kind
from matcher.views import Kind

_NO_KIND = "The kind is missing; write missing or found."
_NO_ID = "The case number is missing; write the holder's own number of the case."


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """What the reader makes of cells: the record, None when they are rejected, and everything to tell about them."""

    record: RawRecord | None
    problems: tuple[FieldProblem, ...]

    def __repr__(self) -> str:
        """Counts only."""
        return f"Reading({len(self.problems)} problems)"


def read_cells(cells: Mapping[str, str], kind: Kind | None = None, today: date | None = None) -> Reading:
    """Read the cells of one record.

    Args:
        cells: texts by field.
        kind: stands for the cell of that name when the cells have none.
        today: a date of birth after it is dropped; without it, only one after the event.
    """
    refusal = _refusal(cells, kind)
    if refusal is not None:
        return Reading(None, (refusal,))
    own = convert_kind(cells[KIND]) if cells.get(KIND) else kind
    assert own is not None
    table = Table(list(cells), 1, iter([Row(2, list(cells.values()))]))
    result = read_rows("record", table, own, today)
    return Reading(result.records[0] if result.records else None, tuple(told(result.problems)))


def told(problems: Iterable[Problem]) -> list[FieldProblem]:
    """Problems of a file without the file."""
    return [FieldProblem(problem.field, problem.severity, problem.message) for problem in problems]


def advised(record: RawRecord | None, today: date) -> list[FieldProblem]:
    """A note for each thing in a record that a clerk could mend."""
    if record is None:
        return []
    return [FieldProblem(each.field, Severity.NOTE, each.message) for each in advice(record, today)]


def _refusal(cells: Mapping[str, str], kind: Kind | None) -> FieldProblem | None:
    if not cells.get(RECORD_ID):
        return FieldProblem(RECORD_ID, Severity.REJECTED, _NO_ID)
    if not cells.get(KIND):
        return FieldProblem(KIND, Severity.REJECTED, _NO_KIND) if kind is None else None
    try:
        convert_kind(cells[KIND])
    except FieldError as error:
        return FieldProblem(KIND, Severity.REJECTED, str(error))
    return None
