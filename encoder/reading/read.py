"""The one way in: a file of raw records, by the end of its name."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from encoder.garbage import collection_paused
from encoder.reading.csv_reader import read_csv
from encoder.reading.problems import ReadResult
from encoder.reading.rows import read_rows
from encoder.reading.table import Table
from encoder.reading.xlsx_reader import read_xlsx
from matcher.errors import InputError
from matcher.views import Kind

READERS: dict[str, Callable[[Path], Table]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
}


def read_records(path: Path, kind: Kind, today: date | None = None) -> ReadResult:
    """Read the records of one kind from a CSV or XLSX file.

    Every sound row becomes a record; the rest is told by `problems`, which never repeat the value of a cell.
    A row whose own kind is the other one is rejected, and a date of birth after `today` dropped. InputError, with
    what to do, when the file as a whole cannot be used: not there, empty, of another format or encoding, or without
    a usable header.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path.name} is neither CSV nor XLSX by its name; save it as one of the two.")
    try:
        with collection_paused():
            return read_rows(path.name, reader(path), kind, today)
    except FileNotFoundError:
        raise InputError(f"There is no file {path}; check its name and folder.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check its permissions.") from None
