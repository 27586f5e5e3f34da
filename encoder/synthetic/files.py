"""Write a population as CSV files that are either whole or absent."""

import csv
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import TextIO

from encoder.synthetic.facts import FACT_COLUMNS
from encoder.synthetic.population import SyntheticPopulation
from encoder.synthetic.schema import COLUMNS

HEADERS: dict[str, Sequence[str]] = {
    "missing": COLUMNS,
    "found": COLUMNS,
    "truth": ("missing_id", "found_id"),
    "same_kind": ("kind", "first_id", "second_id"),
    "facts": FACT_COLUMNS,
}
"""The five files, without `.csv`, and their columns."""


class PopulationFiles:
    """The five files of one folder, written beside their names and renamed at the end, all or none.

    A reader never sees half of a file; a failure leaves what was there before.
    """

    def __init__(self, folder: Path) -> None:
        """Write into this folder, which is made if it is not there."""
        self._folder = folder
        self._files: dict[str, TextIO] = {}
        self._open = ExitStack()

    def __enter__(self) -> "PopulationFiles":
        """Open the files and write their headers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            for name, header in HEADERS.items():
                handle = self._beside(name).open("w", encoding="utf-8", newline="")
                self._files[name] = opened.enter_context(handle)
                handle.write(_text([header]))
            self._open = opened.pop_all()
        return self

    def add(self, texts: dict[str, str]) -> None:
        """Append lines to each file."""
        for name, text in texts.items():
            self._files[name].write(text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the files under their names, or remove them after an error."""
        try:
            with self._open:
                if error is None:
                    for handle in self._files.values():
                        handle.flush()
                        os.fsync(handle.fileno())
            if error is None:
                for name in HEADERS:
                    os.replace(self._beside(name), self._folder / f"{name}.csv")
        finally:
            for name in HEADERS:
                self._beside(name).unlink(missing_ok=True)

    def _beside(self, name: str) -> Path:
        return self._folder / f".{name}.csv.part"


def write(population: SyntheticPopulation, folder: Path) -> None:
    """Write missing.csv, found.csv, truth.csv, same_kind.csv and facts.csv (UTF-8) into the folder."""
    with PopulationFiles(folder) as files:
        files.add(texts_of(population))


def texts_of(population: SyntheticPopulation) -> dict[str, str]:
    """Return the lines of each file, without headers."""
    return {
        "missing": _text(map(_cells, population.missing)),
        "found": _text(map(_cells, population.found)),
        "truth": _text(population.truth),
        "same_kind": _text(population.same_kind),
        "facts": _text(line.values() for line in population.facts),
    }


def _cells(row: dict[str, str]) -> Iterable[str]:
    """Return the cells in the order of the columns, which rows keep because they begin as `schema.EMPTY`."""
    return row.values()


def _text(rows: Iterable[Iterable[str]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
