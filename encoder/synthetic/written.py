"""A record as it was written, with what only the generator knows of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class WrittenRecord:
    """A row by the record schema; the script of the child's name, which name it is, and what went wrong in it."""

    row: dict[str, str]
    script: int
    name_type: str
    slips: set[str]
