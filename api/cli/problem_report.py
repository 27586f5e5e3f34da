"""Problems of the input, told to the person who can mend them."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from api.cli.output import replacing
from encoder.reading.problems import Problem, Severity

SHOWN = 20


def report_problems(problems: Sequence[Problem], written_to: Path | None) -> None:
    """Print the first problems to standard error, rejected rows before dropped fields, and how many more there are."""
    order = list(Severity)
    for problem in sorted(problems, key=lambda p: order.index(p.severity))[:SHOWN]:
        print(problem, file=sys.stderr)
    if len(problems) > SHOWN:
        where = f"all are in {written_to}" if written_to else "write them all with --problems FILE.csv"
        print(f"... and {len(problems) - SHOWN:,} more problems; {where}.", file=sys.stderr)


def write_problems(path: Path, problems: Sequence[Problem]) -> None:
    """Write all problems as CSV: file, row, field, severity, message; never the value of a cell."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "row", "field", "severity", "message"))
        writer.writerows((p.file, p.row, p.field or "", p.severity.value, p.message) for p in problems)
