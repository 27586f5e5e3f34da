"""The file of candidate pairs: one row a pair, best first within a missing record."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from errno import EIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError

from api.cli.output import replacing
from matcher.errors import InputError
from matcher.tables import UNITS_PER_BIT

COLUMNS = ("missing_id", "found_id", "match_weight", "probability", "rank")
CSV, XLSX = ".csv", ".xlsx"
XLSX_ROWS = 1_048_575
SLICE = 20_000


@dataclass(frozen=True, repr=False)
class PairTable:
    """What is written, column by column; c pairs.

    ids           the two record ids of each pair
    weight        int32 (c,) thousandths of a bit, probability float64 (c,), rank int32 (c,)
    parts         int32 (c, n), weight of each of the n parts named in `names`
    """

    missing_ids: Sequence[str]
    found_ids: Sequence[str]
    weight: npt.NDArray[np.int32]
    probability: npt.NDArray[np.float64]
    rank: npt.NDArray[np.int32]
    parts: npt.NDArray[np.int32]
    names: tuple[str, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """All column names."""
        return (*COLUMNS, *(f"weight_{name}" for name in self.names))

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.weight)


def check_output(path: Path) -> None:
    """InputError when the name of an output file is neither CSV nor XLSX; asked before any work is done."""
    if path.suffix.lower() not in (CSV, XLSX):
        raise InputError(f"{path.name} must end in {CSV} or {XLSX}; rename the output file.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent} to write {path.name} to; make it first.")


def write_pairs(path: Path, table: PairTable) -> None:
    """Write all pairs; the file appears whole or not at all (OutputError)."""
    if path.suffix.lower() == XLSX and len(table) > XLSX_ROWS:
        raise InputError(f"{len(table):,} pairs do not fit into one sheet; write a {CSV} file or lower --top.")
    with replacing(path) as temporary:
        if path.suffix.lower() == XLSX:
            try:
                _write_xlsx(temporary, table)
            except XlsxFileError as error:
                # It wraps the error of the disk in one that is none.
                raise OSError(EIO, "the spreadsheet could not be saved") from error
        else:
            _write_csv(temporary, table)


def _write_csv(path: Path, table: PairTable) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(table.header) + "\n")
        for rows in _slices(table):
            file.write("\n".join(map(",".join, rows)) + "\n")


def _slices(table: PairTable) -> Iterator[Iterator[tuple[str, ...]]]:
    """Rows as ready text, in slices; numbers repeat a lot, so each different one is spelled once."""
    for first in range(0, len(table), SLICE):
        part = slice(first, first + SLICE)
        columns = [
            [_quoted(text) for text in table.missing_ids[part]],
            [_quoted(text) for text in table.found_ids[part]],
            _bits(table.weight[part]),
            [f"{p:.6f}" for p in table.probability[part].tolist()],
            list(map(str, table.rank[part].tolist())),
            *(_bits(column) for column in table.parts[part].T),
        ]
        yield zip(*columns, strict=True)


def _bits(units: npt.NDArray[np.int32]) -> list[str]:
    values, inverse = np.unique(units, return_inverse=True)
    spelled = np.array([f"{v / UNITS_PER_BIT:.3f}" for v in values.tolist()], dtype=object)
    return list(spelled[inverse])


def _quoted(text: str) -> str:
    if not any(c in text for c in ',"\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


def _write_xlsx(path: Path, table: PairTable) -> None:
    options: dict[str, bool | str] = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    }  # fmt: skip
    # The library leaves its own temporary files behind when it fails.
    with TemporaryDirectory(prefix="milap-pairs-") as folder, Workbook(str(path), options | {"tmpdir": folder}) as book:
        sheet = book.add_worksheet("pairs")
        sheet.write_row(0, 0, table.header)
        sheet.freeze_panes(1, 0)
        for i in range(len(table)):
            sheet.write_string(i + 1, 0, table.missing_ids[i])
            sheet.write_string(i + 1, 1, table.found_ids[i])
            bits = [table.weight[i] / UNITS_PER_BIT, round(float(table.probability[i]), 6), int(table.rank[i])]
            sheet.write_row(i + 1, 2, [*bits, *(table.parts[i] / UNITS_PER_BIT).tolist()])


def read_columns(path: Path, wanted: Sequence[str]) -> list[list[str]]:
    """Columns of a CSV or XLSX file by name, as text; InputError names the file and column that is wrong."""
    try:
        rows = iter(_read_rows(path))
        header = next(rows, None)
    except (OSError, UnicodeDecodeError, csv.Error, CalamineError) as error:
        raise InputError(f"{path.name} cannot be read ({type(error).__name__}); check its path and format.") from error
    if header is None:
        raise InputError(f"{path.name} is empty; it needs the columns {', '.join(wanted)}.")
    absent = [name for name in wanted if name not in header]
    if absent:
        raise InputError(f"{path.name} has no column {absent[0]}; it needs {', '.join(wanted)}.")
    places = [header.index(name) for name in wanted]
    columns: list[list[str]] = [[] for _ in wanted]
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        if len(row) <= max(places):
            raise InputError(f"{path.name}, row {number} is too short; write the file again.")
        for column, place in zip(columns, places, strict=True):
            column.append(row[place])
    return columns


def _read_rows(path: Path) -> list[list[str]]:
    if path.suffix.lower() == XLSX:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python()]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
