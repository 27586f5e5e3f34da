"""Write a population as three CSV files that are either whole or absent."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from encoder.synthetic.population import SyntheticPopulation
from encoder.synthetic.schema import COLUMNS

TRUTH_COLUMNS = ("missing_id", "found_id")


def write(population: SyntheticPopulation, folder: Path) -> None:
    """Write missing.csv, found.csv and truth.csv (UTF-8) into the folder, which is made if it is not there.

    Each file is written beside its name and then renamed, so that a reader never sees half of one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("missing", population.missing), ("found", population.found)):
        _replace(folder / f"{name}.csv", COLUMNS, ([row[column] for column in COLUMNS] for row in rows))
    _replace(folder / "truth.csv", TRUTH_COLUMNS, population.truth)


def _replace(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
