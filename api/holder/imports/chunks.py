"""A file as chunks of rows, each read apart, with an eye on case numbers that stand in it twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from api.holder.imports.opened_file import FILE_NAME
from api.holder.intake.cells import Cells, FieldProblem
from api.holder.intake.entry import storable
from api.holder.intake.reading import advised, told
from encoder.reading.problems import Problem, Severity
from encoder.reading.rows import read_rows
from encoder.reading.table import Row, Table
from encoder.record import RawRecord
from encoder.schema import KIND, RECORD_ID, field_of_header
from matcher.views import Kind

CHUNK_ROWS = 200
_TWICE = "The case number is that of row {row}, which was kept; give each record its own."


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row: its record and cells, both None when it is rejected, and what to tell about it."""

    number: int
    record: RawRecord | None = field(repr=False)
    cells: Cells | None = field(repr=False)
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that are stored together, and notes about the file, which come with the first rows."""

    rows: list[ReadRow]
    notes: tuple[FieldProblem, ...]
    ends_file: bool


class ChunkReader:
    """Reads a table chunk by chunk, from any row on.

    Args:
        table: the opened file.
        kind: of all its records.
        done: rows that an earlier process has stored.
        rejected: numbers of those among them that were rejected.
        today: what lies after it is told as being in the future.
    """

    def __init__(self, table: Table, kind: Kind, done: int, rejected: set[int], today: date) -> None:
        self._table, self._kind, self._today = table, kind, today
        # A column that is no field may hold anything for a name, and the notes that quote it are not sealed.
        self._header = [
            f"number {at}" if name.strip() and field_of_header(name) is None else name
            for at, name in enumerate(table.header, start=1)
        ]
        self._fields = [
            (index, known.name) for index, name in enumerate(table.header) if (known := field_of_header(name))
        ]
        self._rows: Iterator[Row] = table.rows
        self._row_of_id: dict[str, int] = {}
        self._told: set[str] = set()
        self._first = done == 0
        for row in islice(self._rows, done):
            if row.number not in rejected:
                self._row_of_id[self._case_number(row)] = row.number

    def next(self) -> Chunk:
        """The next rows; InputError when the header of the file cannot be used."""
        taken = list(islice(self._rows, CHUNK_ROWS))
        ends_file = len(taken) < CHUNK_ROWS
        rows = [self._without_twins(row) for row in taken]
        notes = self._table.notes if self._first else []
        table = Table(self._header, self._table.header_row, iter(rows), notes)
        result = read_rows(FILE_NAME, table, self._kind, self._today)
        kept = (record.record_id for record in result.records)
        self._row_of_id |= dict(zip(kept, result.rows, strict=True))
        of_file = [problem for problem in result.problems if problem.row == self._table.header_row]
        chunk = Chunk(self._read(rows, result.records, result.rows, result.problems), tuple(told(of_file)), ends_file)
        if not self._first:
            chunk = Chunk(chunk.rows, (), ends_file)
        self._first = False
        return chunk

    def _read(
        self, rows: list[Row], records: list[RawRecord], numbers: list[int], problems: list[Problem]
    ) -> list[ReadRow]:
        record_of = dict(zip(numbers, records, strict=True))
        problems_of: dict[int, list[Problem]] = {}
        for problem in problems:
            problems_of.setdefault(problem.row, []).append(problem)
        read = []
        for row in rows:
            record = record_of.get(row.number)
            heard = [problem for problem in told(problems_of.get(row.number, ())) if self._is_news(problem)]
            cells = None if record is None else self._cells(row)
            read.append(ReadRow(row.number, record, cells, (*heard, *advised(record, self._today))))
        return read

    def _is_news(self, problem: FieldProblem) -> bool:
        """A column without a name is noted once a file, not once a chunk."""
        if problem.severity is not Severity.NOTE or problem.field is not None:
            return True
        news = problem.message not in self._told
        self._told.add(problem.message)
        return news

    def _without_twins(self, row: Row) -> Row:
        """The row, rejected when an earlier chunk kept its case number; within a chunk the reader sees to it."""
        earlier = None if row.rejected else self._row_of_id.get(self._case_number(row))
        return row if earlier is None else Row(row.number, [], rejected=_TWICE.format(row=earlier))

    def _case_number(self, row: Row) -> str:
        for index, name in self._fields:
            if name == RECORD_ID and index < len(row.cells):
                return row.cells[index].strip()
        return ""

    def _cells(self, row: Row) -> Cells:
        texts = {
            name: text
            for index, name in self._fields
            if index < len(row.cells) and index not in row.faults and (text := row.cells[index].strip())
        }
        return storable({**texts, KIND: self._kind.name.lower()})
