"""What somebody hands in: checked, read, and not yet stored."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from api.holder.intake.cells import Cells, FieldProblem, cells_of
from api.holder.intake.content import Content, ReporterDetails
from api.holder.intake.reading import advised, read_cells
from api.holder.intake.sight import Sight
from api.holder.vault.vault import Index, Vault
from api.wire.problems import ProblemError
from encoder.reading.problems import Severity
from encoder.reading.rows import LONGEST_CELL
from encoder.record import RawRecord

Source = Literal[
    "police", "shelter", "helpline", "child_welfare_committee", "ngo", "border_post", "hospital", "railway", "family",
    "public", "other",
]  # fmt: skip

_CASE_INDEX_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """A record as it was handed in: what to keep, what the reader made of it, and what to tell."""

    content: Content
    record: RawRecord
    source: Source
    problems: tuple[FieldProblem, ...] = ()
    keeps_reporter: bool = False
    """Whether a reporter that is known already stays, since this entry says nothing of one."""
    keeps_office: bool = False
    """The same for the office."""
    keeps_location: bool = False
    """The same for where a protected child is, since whoever made the entry may not have been shown it."""

    def __repr__(self) -> str:
        """The kind and counts only."""
        return f"Entry({self.kind}, {len(self.problems)} problems)"

    @property
    def kind(self) -> str:
        """missing or found."""
        return self.record.kind.name.lower()


def entry_of(
    record: Mapping[str, object], source: Source, office: str | None, reporter: ReporterDetails | None,
    keeps_reporter: bool = False, *, today: date | None = None,
) -> Entry:
    """Read a JSON record; ProblemError `invalid-record` with its problems when it cannot be taken.

    With `today`, the problems hold what a clerk could mend as well.
    """
    cells, problems = cells_of(record)
    rejected = any(problem.severity is Severity.REJECTED for problem in problems)
    reading = None if rejected else read_cells(cells, today=today)
    told = (*problems, *(reading.problems if reading else ()))
    if reading is None or reading.record is None:
        raise invalid_record(told)
    content = Content(storable(cells), office, reporter)
    notes = advised(reading.record, today) if today else ()
    return Entry(content, reading.record, source, (*told, *notes), keeps_reporter)


def entered_by(entry: Entry, sight: Sight, *, changing: bool) -> Entry:
    """An entry as somebody may make it: under their own office, and blind to what they are not shown.

    Args:
        entry: as it was handed in.
        sight: what they may know.
        changing: whether a record is there already, whose office then stays when the entry names none.

    Raises:
        ProblemError: `not-allowed` for another office than theirs.
    """
    office = entry.content.office
    if office is not None and not sight.is_own(office):
        detail = "You enter records under your own office only; leave `office` out, or ask that office to enter it."
        raise ProblemError("not-allowed", detail)
    entry = replace(entry, keeps_location=not sight.locations)
    if office is not None or sight.office is None:
        return entry
    content = replace(entry.content, office=sight.office)
    return replace(entry, content=content, keeps_office=entry.keeps_office or changing)


def invalid_record(problems: tuple[FieldProblem, ...]) -> ProblemError:
    """The refusal of a record."""
    detail = "The record was not stored; `problems` says what to mend."
    return ProblemError("invalid-record", detail, problems=[problem.as_json() for problem in problems])


def storable(cells: Mapping[str, str]) -> Cells:
    """The cells that are kept: all but those that are too long to be meant."""
    return {name: text for name, text in cells.items() if len(text) <= LONGEST_CELL}


def case_index(vault: Vault, kind: str, case_number: str) -> bytes:
    """The blind index of a case number within its kind, bytes (32,); see `canonical_case`."""
    return vault.blind_index(Index.CASE, canonical_case(kind, case_number), _CASE_INDEX_BYTES)


def canonical_case(kind: str, case_number: str) -> str:
    """A case number with its kind, as both indexes and marks are made of it; accents, however written, are one."""
    return f"{kind}\0{unicodedata.normalize('NFC', case_number.strip())}"
