"""What was wrong in a file, said so that it can be mended, and without repeating anything of a child's."""

from dataclasses import dataclass, field
from enum import StrEnum

from encoder.record import RawRecord


class Severity(StrEnum):
    """What became of the row."""

    REJECTED = "row rejected"
    DROPPED = "field dropped"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file.

    file      its name, without folders
    row       the row as a spreadsheet numbers it: the first row of the file is 1
    field     the field it is about, None when it is about the whole row or file
    message   a sentence that says what is wrong and what to do; never the value of a cell
    """

    file: str
    row: int
    field: str | None
    severity: Severity
    message: str

    def __str__(self) -> str:
        """One line for a person."""
        field = f", {self.field}" if self.field else ""
        return f"{self.file}, row {self.row}{field} ({self.severity}): {self.message}"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The good records of a file in its order, what was wrong, and how many rows held data at all.

    rows  the row of each record, as a spreadsheet numbers it
    """

    records: list[RawRecord]
    problems: list[Problem]
    rows_read: int
    rows: list[int] = field(default_factory=list)
