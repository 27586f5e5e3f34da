"""Words of names that are not names: honorifics, titles, alias marks, ways to say "unknown", low-weight words."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

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
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lexicon as it holds for a word; ``value`` is the Latin form of a map word or a letter."""

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


def alias_mark(tokens: tuple[str, ...], place: int) -> int:
    """How many tokens from a place on announce another name (``urf``, ``also known as``); 0 if none do.

    Args:
        tokens: a text's words, cleaned and in their own script.
        place: index of the first token to look at.
    """
    return _phrase_length(tokens, place, Kind.ALIAS)


def says_unknown(tokens: tuple[str, ...]) -> bool:
    """Whether a text says only that its subject is not known (``not known``, ``unknown boy``, ``Mr Unknown``).

    Args:
        tokens: the text's words, cleaned and in their own script.
    """
    place, longest, has_title = 0, 0, False
    while place < len(tokens):
        length = _phrase_length(tokens, place, Kind.UNKNOWN)
        if length:
            longest = max(longest, sum(map(len, tokens[place : place + length])))
        elif not tokens[place].isdigit() and not _says_nothing(tokens[place]):
            return False
        else:
            has_title = has_title or _kind(tokens[place]) is Kind.LEAD
        place += length or 1
    # Titles are names as well: "Ma Na" is a person, "Master Unknown" is none.
    return longest > 0 and (not has_title or longest >= _TELLING_LENGTH)


_TELLING_LENGTH = 4


def _says_nothing(token: str) -> bool:
    return _kind(token) in (Kind.FILLER, Kind.DROP, Kind.LEAD)


def _kind(token: str) -> Kind | None:
    entry = entry_as_written(token)
    return entry.kind if entry else None


@cache
def _phrases(kind: Kind) -> tuple[frozenset[str], frozenset[str], int]:
    """The phrases of a kind, their first words and the number of words of the longest."""
    phrases = [form for form, entry in _entries().items() if entry.kind is kind]
    firsts = frozenset(phrase.split()[0] for phrase in phrases)
    return frozenset(phrases), firsts, max(len(phrase.split()) for phrase in phrases)


def _phrase_length(tokens: tuple[str, ...], place: int, kind: Kind) -> int:
    phrases, firsts, most = _phrases(kind)
    if tokens[place] not in firsts:
        return 0
    lengths = range(min(most, len(tokens) - place), 0, -1)
    return next((length for length in lengths if " ".join(tokens[place : place + length]) in phrases), 0)
