"""One written word of a name read once and remembered: form, weight and part in the name."""

from dataclasses import dataclass
from functools import lru_cache

from encoder.names import scripts
from encoder.names.burmese import burmese_syllables
from encoder.names.initials import is_tamil_initial
from encoder.names.joined import split_joined
from encoder.names.lexicon import Entry, Kind, entry_as_written, entry_of_latin, equivalent
from encoder.names.romaniser import romanise
from encoder.names.scripts import Script, script_runs
from encoder.names.tibetan import tibetan_words
from encoder.names.transliterate import transliterate
from encoder.names.words import NameWord, make_word

LONGEST_TOKEN = scripts.LONGEST_TOKEN
SURE = 0.5
"""Probability from which on the likeliest fitted spelling is looked up in the lexicon."""
_WORDS_INSIDE = {Script.BURMESE: burmese_syllables, Script.TIBETAN: tibetan_words}


@dataclass(frozen=True, slots=True)
class Reading:
    """A word, what the lexicon says of it, and what it was read from.

    Its ``repr`` tells nothing of the name: words of a child's record must not reach a log by way of a traceback.

    Attributes:
        word: the canonical word.
        kind: the part that the lexicon gives it; None for an ordinary name.
        written: the part of the cleaned text that was read, in one script.
        script: the script of that part.
        fixed: whether the lexicon or the table of equivalents gave the Latin form, so that no other reading of the
            written part may stand beside it.
    """

    word: NameWord
    kind: Kind | None
    written: str
    script: Script
    fixed: bool = False

    def __repr__(self) -> str:
        """The type and nothing else."""
        return "Reading(...)"


def read_token(token: str) -> tuple[Reading, ...]:
    """The readings of a token of a name; numbers and unreadable parts give none.

    A token is one word in most scripts. It is several where the script changes inside it, where two names are written
    as one (Nasiruddin) and in scripts that put no space between names (Burmese, Tibetan).

    Args:
        token: a word of cleaned text, without space; read to its first `LONGEST_TOKEN` characters.
    """
    return _read_token(token[:LONGEST_TOKEN])


@lru_cache(maxsize=1 << 16)
def _read_token(token: str) -> tuple[Reading, ...]:
    entry = entry_as_written(token)
    if entry is not None:
        return _as_listed(token, entry)
    return tuple(reading for script, part in _parts(token) for reading in _read_part(part, script))


def _parts(token: str) -> list[tuple[Script, str]]:
    """The words inside a token, each with its script."""
    runs = [(script, part) for script, part in script_runs(token) if script is not Script.DIGIT]
    split = [(script, word) for script, part in runs for word in _words_inside(part, script)]
    return [(script, piece) for script, word in split for piece in split_joined(word)]


def _words_inside(part: str, script: Script) -> tuple[str, ...]:
    split = _WORDS_INSIDE.get(script)
    return (split(part) or (part,)) if split else (part,)


def _as_listed(token: str, entry: Entry) -> tuple[Reading, ...]:
    runs = [(script, part) for script, part in script_runs(token) if script is not Script.DIGIT]
    if entry.value and runs:
        return (_listed(entry, token, runs[0][0]),)
    return tuple(_as_kind(entry.kind, part, script) for script, part in runs if transliterate(part, script))


def _as_kind(kind: Kind, part: str, script: Script) -> Reading:
    return _spelled(transliterate(part, script), kind, part, script)


def _listed(entry: Entry, written: str, script: Script) -> Reading:
    return Reading(make_word(entry.value, slot=entry.kind is Kind.MAP), entry.kind, written, script, fixed=True)


def _read_part(part: str, script: Script) -> tuple[Reading, ...]:
    entry = entry_as_written(part)
    if entry is not None:
        return _as_listed(part, entry)
    latin = transliterate(part, script)
    if script is Script.TAMIL and is_tamil_initial(part):
        return (Reading(make_word(latin[:1]), None, part, script, fixed=True),)
    return (_read_latin(latin, part, script),) if latin else ()


def _read_latin(latin: str, written: str, script: Script) -> Reading:
    entry = entry_of_latin(latin) or _entry_of_fitted(written, script)
    if entry is not None and entry.kind is Kind.MAP:
        return _listed(entry, written, script)
    return _spelled(latin, entry.kind if entry else None, written, script)


def _spelled(latin: str, kind: Kind | None, written: str, script: Script) -> Reading:
    """The reading under its one name where it has equivalents, else under every spelling that the romaniser gives."""
    named, slot = equivalent(latin), kind is Kind.SLOT
    if named != latin:
        return Reading(make_word(named, slot=slot), kind, written, script, fixed=True)
    fitted = tuple((equivalent(spelled), chance) for spelled, chance in romanise(written, script))
    return Reading(make_word(latin, slot=slot, fitted=fitted), kind, written, script)


def _entry_of_fitted(written: str, script: Script) -> Entry | None:
    """What the lexicon says of the likeliest fitted spelling: maps and slot words only, and only when it is likely."""
    fitted = romanise(written, script)
    if not fitted or fitted[0][1] < SURE:
        return None
    entry = entry_of_latin(fitted[0][0])
    return entry if entry is not None and entry.kind in (Kind.MAP, Kind.SLOT) else None
