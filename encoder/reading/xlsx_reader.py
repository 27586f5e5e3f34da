"""XLSX files, through calamine: the first sheet that is shown, with every cell as the text a CSV would hold."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from encoder.reading.table import NO_FAULTS, Row, Table
from encoder.reading.workbook_scan import FaultsByRow, SheetScan, check_archive, scan_sheet
from matcher.errors import InputError

MERGED = "The cell is merged with another and holds nothing; unmerge the cells and fill each one."
NOT_A_DATE = "The cell holds a time of day or a duration; write a date or a number."
TOO_PRECISE = "The number has more than 15 digits, of which spreadsheets keep 15; type it again as text."

LARGEST_EXACT = 10**15
MOST_MERGED_CELLS = 1_000_000
"""Cells looked at for merges; one merge may claim a whole column."""

Cell = int | float | str | bool | time | date | datetime | timedelta

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


def read_xlsx(path: Path) -> Table:
    """Open an XLSX file; InputError when it is none, encrypted, damaged or far too large."""
    _check_format(path)
    check_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        index, notes = _choose_sheet(path.name, workbook)
        scan = scan_sheet(path, index)
        sheet = workbook.get_sheet_by_index(index)
        rows = _rows(sheet, _faults(sheet, scan))
        header = next(rows, None)
    except PasswordError:
        raise InputError(f"{path.name} is protected by a password; save it without one.") from None
    except CalamineError:
        raise InputError(f"{path.name} is a damaged XLSX file; save it again from the spreadsheet program.") from None
    if header is None:
        raise InputError(f"{path.name} is empty; export the records again, with column names in the first row.")
    return Table(_without_empty_end(header.cells), header.number, rows, notes)


def _check_format(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise InputError(f"{path.name} is empty; export the records again, with column names in the first row.")
    if start == _OLE:
        raise InputError(
            f"{path.name} is protected by a password or in the old XLS format; save it as XLSX without a password."
        )
    if start != _ZIP:
        raise InputError(f"{path.name} is no XLSX file, whatever its name; if it is text, rename it to end in .csv.")


def _choose_sheet(file: str, workbook: CalamineWorkbook) -> tuple[int, list[str]]:
    sheets = [
        index
        for index, sheet in enumerate(workbook.sheets_metadata)
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
    ]
    if not sheets:
        raise InputError(f"{file} shows no worksheet; save the records in the first sheet.")
    others = len(workbook.sheet_names) - 1
    note = f"Only the first sheet shown was read, and {others} more not; save each sheet of records as its own file."
    return sheets[0], [note] if others else []


def _faults(sheet: CalamineSheet, scan: SheetScan) -> FaultsByRow:
    """Cells without a value of their own, by row and column counted from 0."""
    faults = scan.faults
    budget = MOST_MERGED_CELLS
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(top, min(bottom, scan.rows - 1) + 1):
            for column in range(left, min(right, scan.columns - 1) + 1):
                if (row, column) != (top, left) and (budget := budget - 1) > 0:
                    faults.setdefault(row, {})[column] = MERGED
    return faults


def _rows(sheet: CalamineSheet, faults: FaultsByRow) -> Iterator[Row]:
    """Rows that hold anything, from column A on even where the sheet's first columns are empty."""
    left = sheet.start[1] if sheet.start else 0
    before = [""] * left
    for index, values in enumerate(sheet.iter_rows()):
        bad = dict(faults.get(index, NO_FAULTS))
        cells = before + [value.strip() if type(value) is str else "" for value in values]
        for column, value in enumerate(values, left):
            if type(value) is not str:
                cells[column] = _text(value, column, bad)
        if any(cells) or (bad and any(message is not MERGED for message in bad.values())):
            yield Row(index + 1, cells, bad)


def _text(value: Cell, column: int, bad: dict[int, str]) -> str:
    if type(value) is float or type(value) is int:
        if abs(value) >= LARGEST_EXACT:
            bad[column] = TOO_PRECISE
            return ""
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()[:10]
    bad[column] = NOT_A_DATE
    return ""


def _without_empty_end(header: list[str]) -> list[str]:
    while header and not header[-1]:
        header.pop()
    return header
