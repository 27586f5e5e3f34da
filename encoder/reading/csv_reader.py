"""CSV files: the separator, the quotation marks, and getting back on the rails after a broken one."""

import csv
from collections.abc import Iterator
from pathlib import Path

from encoder.reading.decode import SAVE_AS, decode, is_broken, lines_of
from encoder.reading.table import NO_FAULTS, Row, Table
from matcher.errors import InputError

MOST_LINES_A_ROW = 100
"""Lines that one row may span through line breaks inside quotation marks. It bounds what a stray mark can swallow."""

BROKEN_QUOTES = "A quotation mark is opened and not closed properly; close it, and double those inside a cell."
NOT_UTF_8 = f"The row holds characters that are not UTF-8; type them again, or {SAVE_AS}."
HAS_NUL = "The cell holds a NUL character; type its text again."

_SPREADSHEET = b"PK\x03\x04"


def read_csv(path: Path) -> Table:
    """Open a CSV file; InputError when it is empty, of another format or of another encoding."""
    data = path.read_bytes()
    if data.startswith(_SPREADSHEET):
        raise InputError(f"{path.name} is a spreadsheet and no text; rename it to end in .xlsx.")
    text = decode(path.name, data)
    del data
    # The default limit fails on a cell that is merely reported here. No cell is longer than the text in memory.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    lines = lines_of(text)
    rows = _numbered(lines, _delimiter(lines))
    number, header = next(rows, (1, []))
    if header == []:
        raise InputError(f"{path.name} is empty; export the records again, with column names in the first row.")
    if header is None:
        raise InputError(f"{path.name} has a quotation mark in its header that is not closed; mend the first row.")
    return Table(_without_empty_end(header), number, _rows(rows, is_broken(text), "\0" in text))


def _delimiter(lines: list[str]) -> str:
    """A comma; or, where the header has none, the tab or semicolon that it has."""
    header = next((line for line in lines if line.strip()), "")
    if "," not in header:
        for other in ("\t", ";"):
            if other in header:
                return other
    return ","


def _without_empty_end(header: list[str]) -> list[str]:
    while header and not header[-1].strip():
        header.pop()
    return header


def _numbered(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Row numbers and cells of the rows that hold anything; None for cells behind broken quotation marks."""
    for number, cells in enumerate(_parsed(lines, delimiter), 1):
        if cells is None or any(map(str.strip, cells)):
            yield number, cells


def _rows(rows: Iterator[tuple[int, list[str] | None]], some_broken: bool, some_nul: bool) -> Iterator[Row]:
    for number, cells in rows:
        if cells is None:
            yield Row(number, [], rejected=BROKEN_QUOTES)
        elif some_broken and is_broken("".join(cells)):
            yield Row(number, [], rejected=NOT_UTF_8)
        elif some_nul:
            yield Row(number, cells, {index: HAS_NUL for index, cell in enumerate(cells) if "\0" in cell})
        else:
            yield Row(number, cells, NO_FAULTS)


def _parsed(lines: list[str], delimiter: str) -> Iterator[list[str] | None]:
    """Cells of every row, blank ones too.

    A row over several lines that is not sound counts as broken at its first line only, and reading goes on with
    the line after it: one stray quotation mark must not swallow the records that follow.
    """
    start, width = 0, None
    while start < len(lines):
        begun = [start]
        reader = csv.reader(_feed(lines, begun), delimiter=delimiter)
        for cells in _until_error(reader):
            end = start + reader.line_num
            risky = end - begun[0] > 1 or end == len(lines)
            if cells is None or (risky and not _is_sound(lines[begun[0] : end], delimiter, width)):
                yield None
                begun[0] += 1
                break
            yield cells
            begun[0] = end
            width = width or len(cells) or None
        start = begun[0]


def _feed(lines: list[str], begun: list[int]) -> Iterator[str]:
    """Lines from the first row that begins, ending early inside a row of too many."""
    for index in range(begun[0], len(lines)):
        if index - begun[0] >= MOST_LINES_A_ROW:
            return
        yield lines[index]


def _until_error(reader: Iterator[list[str]]) -> Iterator[list[str] | None]:
    try:
        yield from reader
    except csv.Error:
        yield None


def _is_sound(lines: list[str], delimiter: str, width: int | None) -> bool:
    """Whether these lines are one row with closed quotation marks, and no more cells than the header."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        # A single line with a mark inside its quotation marks is read leniently, wherever it stands in the file.
        return len(lines) == 1 and "unexpected end" not in str(error)
    return len(lines) == 1 or (len(rows) == 1 and (width is None or len(rows[0]) <= width))
