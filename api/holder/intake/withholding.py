"""Where a protected child is: what of a found record only those see who may read locations."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from api.holder.intake.content import Content
from encoder.field_errors import FieldError
from encoder.schema import field_of_header
from encoder.values import convert_flag

PROTECT_LOCATION: Final = "protect_location"
OFFICE: Final = "office"
WITHHELD_CELLS: Final = ("event_district", "event_place")
"""Where the child was found is where the shelter is that has it. The state stays: it names no house."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A content without what is withheld, and the names of what it lacks for that."""

    content: Content
    withheld: tuple[str, ...] = field(default=())


def is_protected(kind: str, cells: Mapping[str, str]) -> bool:
    """Whether a record's location is protected: that of every found child, unless somebody said no."""
    flag = field_of_header(PROTECT_LOCATION)
    assert flag is not None
    text = cells.get(PROTECT_LOCATION, "")
    if kind != "found":
        return False
    try:
        return not text or convert_flag(text, flag)
    except FieldError:
        return True


def without_location(kind: str, content: Content) -> Redacted:
    """A record's content for those who may not read locations."""
    if not is_protected(kind, content.cells):
        return Redacted(content)
    withheld = tuple(name for name in WITHHELD_CELLS if name in content.cells)
    withheld += () if content.office is None else (OFFICE,)
    cells = {name: text for name, text in content.cells.items() if name not in WITHHELD_CELLS}
    return Redacted(replace(content, cells=cells, office=None), withheld)


def with_location_kept(known: Content, told: Content) -> Content:
    """What somebody tells who was not shown the location, with what is known of it where they say nothing."""
    kept = {name: known.cells[name] for name in WITHHELD_CELLS if name in known.cells}
    return replace(told, cells={**kept, **told.cells}, office=told.office or known.office)
