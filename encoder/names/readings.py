"""One written word of a name read once and remembered: form, weight and part in the name."""

from dataclasses import dataclass
from functools import lru_cache

from encoder.names.lexicon import Kind, entry_as_written, entry_of_latin, equivalent
from encoder.names.scripts import Script, script_runs
from encoder.names.transliterate import transliterate
from encoder.names.words import NameWord, make_word

LONGEST_TOKEN = 64
"""Characters of one word that are read; no name is longer, and the caches stay bounded."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A word and what the lexicon says of it."""

    word: NameWord
    kind: Kind | None


@lru_cache(maxsize=1 << 16)
def read_token(token: str) -> tuple[Reading, ...]:
    """The readings of a token of a name: one for each script in it; numbers and unreadable parts give none.

    Args:
        token: a word of cleaned text, without space.
    """
    entry = entry_as_written(token)
    if entry is None:
        return tuple(_readings_of_parts(token))
    if entry.kind is Kind.MAP:
        return (Reading(make_word(entry.value, slot=True), entry.kind),)
    slot = entry.kind is Kind.SLOT
    return tuple(Reading(make_word(reading.word.latin, slot=slot), entry.kind) for reading in _readings_of_parts(token))


def _readings_of_parts(token: str) -> list[Reading]:
    latins = (
        transliterate(part, script) for script, part in script_runs(token[:LONGEST_TOKEN]) if script is not Script.DIGIT
    )
    return [_read_latin(latin) for latin in latins if latin]


def _read_latin(latin: str) -> Reading:
    entry = entry_of_latin(latin)
    kind = entry.kind if entry else None
    if entry is not None and entry.kind is Kind.MAP:
        return Reading(make_word(entry.value, slot=True), kind)
    return Reading(make_word(equivalent(latin), slot=kind is Kind.SLOT), kind)
