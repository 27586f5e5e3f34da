"""Words of names that are not names: honorifics, titles, alias marks, ways to say "unknown", low-weight words."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from encoder.names.folds import light
from encoder.names.scripts import clean_text
from encoder.names.tables import read_rows


class Kind(StrEnum):
    """What the lexicon says of a word; `tables/lexicon.tsv` explains each."""

    DROP = "drop"
    LEAD = "lead"
    MAP = "map"
    SLOT = "slot"
    ALIAS = "alias"
    UNKNOWN = "unknown"
    FILLER = "filler"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lexicon as it holds for a word; ``value`` is the Latin form of a `Kind.MAP` word."""

    kind: Kind
    value: str


BY_LIGHT_FORM = (Kind.MAP, Kind.SLOT)


def forms(cell: str) -> list[str]:
    """The forms in one table cell, cleaned as any input is."""
    return [clean_text(form) for form in cell.split(",") if form.strip()]


@cache
def _entries() -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for row in read_rows("lexicon"):
        for form in forms(row["forms"]):
            entries.setdefault(form, Entry(Kind(row["kind"]), row["value"]))
    return entries


@cache
def _light_entries() -> dict[str, Entry]:
    return {light(form): entry for form, entry in _entries().items() if entry.kind in BY_LIGHT_FORM and form.isascii()}


@cache
def _equivalents() -> dict[str, str]:
    return {light(form): row["value"] for row in read_rows("equivalents") for form in forms(row["forms"])}


@lru_cache(maxsize=1 << 16)
def entry_as_written(token: str) -> Entry | None:
    """What the lexicon says of a word in its own script; None for an ordinary name."""
    return _entries().get(token)


def entry_of_latin(latin: str) -> Entry | None:
    """What the lexicon says of a Latin form: exactly, else by light form for maps and slot words only.

    Dropping by light form would lose names that only resemble an honorific.
    """
    return _entries().get(latin) or _light_entries().get(light(latin))


def equivalent(latin: str) -> str:
    """The form that stands for all spellings of one name (Mukhopadhyay: Mukherji), else the word itself."""
    return _equivalents().get(light(latin), latin)


def says_unknown(tokens: tuple[str, ...]) -> bool:
    """Whether a text says only that its subject is not known (``not known``, ``unknown boy``).

    Args:
        tokens: the text's words, cleaned and in their own script.
    """
    if _is_unknown(" ".join(tokens)):
        return True
    telling = [token for token in tokens if _kind(token) is not Kind.FILLER]
    return len(telling) < len(tokens) and _is_unknown(" ".join(telling))


def _kind(token: str) -> Kind | None:
    entry = entry_as_written(token)
    return entry.kind if entry else None


def _is_unknown(phrase: str) -> bool:
    return _kind(phrase) is Kind.UNKNOWN
