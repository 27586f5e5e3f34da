"""Reads source files and the tables written by hand."""

import csv
from collections.abc import Iterator
from pathlib import Path

HAND = Path(__file__).parent / "tables"


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV or TSV file by its name; lines that start with ``#`` are comments."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        lines = (line for line in handle if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ","):
            yield {column.strip(): cell.strip() for column, cell in row.items() if column and cell}


def by_hand(name: str) -> Iterator[dict[str, str]]:
    """Rows of one of the tables written by hand."""
    return rows(HAND / f"{name}.tsv")
