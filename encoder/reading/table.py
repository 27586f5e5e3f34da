"""What a file reader hands on, whatever the format: a header, rows of text, and what could not be read of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

NO_FAULTS: Mapping[int, str] = MappingProxyType({})


class Row(NamedTuple):
    """One row that is not empty.

    number    as a spreadsheet numbers it
    cells     text by column; may be shorter or longer than the header
    faults    what is wrong with cells that could not be read, by column
    rejected  why nothing of the row can be used, None for a sound row
    """

    number: int
    cells: list[str]
    faults: Mapping[int, str] = NO_FAULTS
    rejected: str | None = None

    def __repr__(self) -> str:
        """The number and a count: cells name a child, and stay out of logs and tracebacks."""
        return f"Row({self.number}, {len(self.cells)} cells)"


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A file's header, its rows after the header, and notes about the file as a whole."""

    header: list[str]
    header_row: int
    rows: Iterator[Row]
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        """A count: the header of a file without one is its first child."""
        return f"Table({len(self.header)} columns)"
