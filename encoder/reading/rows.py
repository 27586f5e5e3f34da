"""From rows of text to records. A bad field costs that field, a bad row that row, and neither anything else."""

from typing import Any

from encoder.birth import BirthInterval, birth_interval
from encoder.calendars.parse import parse_date
from encoder.field_errors import FieldError
from encoder.reading.columns import Columns, columns_of
from encoder.reading.problems import Problem, ReadResult, Severity
from encoder.reading.table import Row, Table
from encoder.record import RawRecord
from encoder.schema import KIND, RECORD_ID, Field
from encoder.values import convert_kind, is_placeholder
from matcher.views import Kind

LONGEST_CELL = 10_000
"""Characters. Nothing a record holds comes near it; what does is a quotation mark or a program gone wrong."""

TOO_LONG = f"The cell holds more than {LONGEST_CELL:,} characters; shorten it or mend its quotation marks."


class _RowRejectedError(FieldError):
    """Nothing of the row can be used."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def read_rows(file: str, table: Table, kind: Kind) -> ReadResult:
    """Turn a table into records of a kind; InputError when its header cannot be used."""
    reader = _RowReader(file, columns_of(file, table.header), table.header, kind)
    for note in (*table.notes, *reader.columns.notes):
        reader.report(table.header_row, None, Severity.NOTE, note)
    for row in table.rows:
        reader.read(row)
    return ReadResult(reader.records, reader.problems, reader.rows_read, list(reader.row_of_id.values()))


class _RowReader:
    """Collects the records and problems of one file."""

    def __init__(self, file: str, columns: Columns, header: list[str], kind: Kind) -> None:
        self.file = file
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
        self._settle_age(row, values)
        birth = self._birth(row, values)
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
                    self._drop(row, field, str(error), values)
                continue
            if value is not None:
                values[name] = value
        if row.faults or self._nameless:
            self._report_unread(row, values)
        return values

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

    def _settle_age(self, row: Row, values: dict[str, Any]) -> None:
        """Move a range written as an age to its bounds, and drop bounds that contradict each other."""
        if type(age := values.get("age")) is tuple:
            del values["age"]
            values.setdefault("age_min", age[0])
            values.setdefault("age_max", age[1])
        low, high = values.get("age_min"), values.get("age_max")
        if low is not None and high is not None and low > high:
            del values["age_min"], values["age_max"]
            self.report(row.number, "age_min", Severity.DROPPED, "It is above age_max; check both, neither is used.")

    def _birth(self, row: Row, values: dict[str, Any]) -> BirthInterval | None:
        """The interval of birth, once a date of birth after the event is out of the way."""
        text, event = values.get("date_of_birth"), values.get("event_date")
        born = parse_date(text) if text is not None else None
        if born is not None and event is not None and born.first > event.last:
            del values["date_of_birth"]
            born = None
            message = "It is after event_date; check both, and the calendar (BS:, BN: or AH: before the date)."
            self.report(row.number, "date_of_birth", Severity.DROPPED, message)
        get = values.get
        age, low, high = get("age"), get("age_min"), get("age_max")
        as_of, basis = get("age_as_of") or event, get("age_basis")
        birth = birth_interval(born, age=age, age_min=low, age_max=high, as_of=as_of, basis=basis)
        if birth is None and not age is low is high is None:
            message = "Without age_as_of or event_date the age says nothing; write the date on which it was true."
            self.report(row.number, "age", Severity.NOTE, message)
        return birth
