"""What a command has to tell at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Summary:
    """The same for programs, as values that JSON can hold, and for people, as lines.

    rejected  whether something was refused, which shows in the exit status
    """

    values: Mapping[str, Any]
    lines: Sequence[str]
    rejected: bool = False


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with aligned columns; the first row is the header."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
