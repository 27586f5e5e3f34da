"""From rows of text to records. A bad field costs that field, a bad row that row, and neither anything else."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from encoder.calendars.countries import calendar_countries
from encoder.field_errors import FieldError
from encoder.reading.births import settle_birth
from encoder.reading.columns import Columns, columns_of
from encoder.reading.problems import Problem, ReadResult, Severity
from encoder.reading.table import Row, Table
from encoder.record import RawRecord
from encoder.schema import DATE_VALUES, KIND, RECORD_ID, Field
from encoder.values import convert_in_countries, convert_kind, is_placeholder
from matcher.views import Kind

LONGEST_CELL = 10_000
"""Characters. Nothing a record holds comes near it; what does is a quotation mark or a program gone wrong."""

TOO_LONG = f"The cell holds more than {LONGEST_CELL:,} characters; shorten it or mend its quotation marks."

_Failed = tuple[Field, str, str]
"""A field, its text, and why it could not be read."""


class _RowRejectedError(FieldError):
    """Nothing of the row can be used."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def read_rows(file: str, table: Table, kind: Kind, today: date | None = None) -> ReadResult:
    """Turn a table into records of a kind; InputError when its header cannot be used.

    A date of birth after `today` is dropped; without it, only one after the event.
    """
    reader = _RowReader(file, columns_of(file, table.header), table.header, kind, today)
    for note in (*table.notes, *reader.columns.notes):
        reader.report(table.header_row, None, Severity.NOTE, note)
    for row in table.rows:
        reader.read(row)
    return ReadResult(reader.records, reader.problems, reader.rows_read, list(reader.row_of_id.values()))


class _RowReader:
    """Collects the records and problems of one file."""

    def __init__(self, file: str, columns: Columns, header: list[str], kind: Kind, today: date | None) -> None:
        self.file = file
        self.today = today
        self.columns = columns
        self.header = header
        self.kind = kind
        self.records: list[RawRecord] = []
        self.problems: list[Problem] = []
        self.rows_read = 0
        self.row_of_id: dict[str, int] = {}
        self._nameless = columns.nameless
        self._plan = [(index, field.name, field, convert) for index, field, convert in columns.fields]

    def report(self, row: int, field: str | None, severity: Severity, message: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(self.file, row, field, severity, message))

    def read(self, row: Row) -> None:
        """Add the record of a row, or the problem that stands in its way."""
        self.rows_read += 1
        try:
            record_id = self._identify(row)
        except _RowRejectedError as error:
            self.report(row.number, error.field, Severity.REJECTED, str(error))
            return
        values = self._values(row)
        birth, told = settle_birth(values, self.today)
        for field, severity, message in told:
            self.report(row.number, field, severity, message)
        self.row_of_id[record_id] = row.number
        self.records.append(RawRecord(record_id=record_id, kind=self.kind, birth=birth, **values))

    def _identify(self, row: Row) -> str:
        """The record_id of a sound row; pads its cells to the width of the header."""
        if row.rejected:
            raise _RowRejectedError(row.rejected)
        cells, columns = row.cells, self.columns
        if (missing := columns.width - len(cells)) > 0:
            cells.extend([""] * missing)
        elif missing < 0 and any(cells[columns.width :]):
            raise _RowRejectedError(
                f"The row has more cells than the {columns.width} columns of the header; "
                "put a cell that holds the separator in quotation marks."
            )
        record_id = cells[columns.ids].strip()
        if record_id == self.header[columns.ids].strip():
            raise _RowRejectedError("The row repeats the header; delete it.")
        self._check_id(record_id, row)
        if columns.kind is not None:
            self._check_kind(cells[columns.kind].strip())
        return record_id

    def _check_id(self, record_id: str, row: Row) -> None:
        if fault := row.faults.get(self.columns.ids):
            raise _RowRejectedError(fault, RECORD_ID)
        if not record_id or is_placeholder(record_id):
            raise _RowRejectedError("The case number is missing; write the holder's own number of the case.", RECORD_ID)
        if len(record_id) > LONGEST_CELL:
            raise _RowRejectedError(TOO_LONG, RECORD_ID)
        if earlier := self.row_of_id.get(record_id):
            raise _RowRejectedError(
                f"The case number is that of row {earlier}, which was kept; give each record its own.", RECORD_ID
            )

    def _check_kind(self, text: str) -> None:
        if not text:
            return
        try:
            kind = convert_kind(text)
        except FieldError as error:
            raise _RowRejectedError(str(error), KIND) from None
        if kind is not self.kind:
            raise _RowRejectedError(
                f"The row says {kind.name.lower()} in a file read as {self.kind.name.lower()}; "
                f"move it to the file of {kind.name.lower()} records.",
                KIND,
            )

    def _values(self, row: Row) -> dict[str, Any]:
        """Values of all known fields that hold something readable. This is the hot path of every import."""
        values: dict[str, Any] = {}
        failed: list[_Failed] = []
        cells = row.cells
        for index, name, field, convert in self._plan:
            text = cells[index]
            if not text or not (text := text.strip()):
                continue
            if len(text) > LONGEST_CELL:
                self._drop(row, field, TOO_LONG, values)
                continue
            try:
                value = convert(text)
            except FieldError as error:
                if not is_placeholder(text):
                    failed.append((field, text, str(error)))
                continue
            if value is not None:
                values[name] = value
        if failed:
            self._read_again(row, failed, values)
        if row.faults or self._nameless:
            self._report_unread(row, values)
        return values

    def _read_again(self, row: Row, failed: list[_Failed], values: dict[str, Any]) -> None:
        """Read dates by the calendars of the record's countries, now that these are known, and drop what fails."""
        countries = calendar_countries(_country_names(values))
        for field, text, message in failed:
            if countries and field.value in DATE_VALUES:
                try:
                    values[field.name] = convert_in_countries(text, field, countries)
                    continue
                except FieldError:
                    pass
            self._drop(row, field, message, values)

    def _drop(self, row: Row, field: Field, message: str, values: dict[str, Any]) -> None:
        self.report(row.number, field.name, Severity.DROPPED, message)
        if field.when_unreadable is not None:
            values[field.name] = field.when_unreadable

    def _report_unread(self, row: Row, values: dict[str, Any]) -> None:
        for index, field, _ in self.columns.fields:
            if index in row.faults:
                values.pop(field.name, None)
                self._drop(row, field, row.faults[index], values)
        for index in self._nameless:
            if row.cells[index].strip():
                message = f"Column {index + 1} has no name and was not read; name it in the header."
                self.report(row.number, None, Severity.NOTE, message)
                # Once for each column: the next rows say nothing new.
                self._nameless = tuple(other for other in self._nameless if other != index)


def _country_names(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("home_country", "event_country"):
        if text := values.get(name):
            yield text
    yield from values.get("nationality", ())
