"""The name field of a record to canonical names, whatever its script, titles and aliases."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile

from encoder.names.lexicon import Kind, alias_mark, says_unknown
from encoder.names.readings import Reading, read_token
from encoder.names.scripts import LONGEST_TOKEN, clean_text
from encoder.names.words import NameWord

LONGEST_TEXT = 2000
"""Characters of a name field that are read, so that a hostile field costs no more than a long one."""

_LONGEST_DECOMPOSITION = 4

_KIN = "son|daughter|wife|husband|father|mother|child|baby|care"
_NATIVE_KIN = (
    "पुत्र|पुत्री|पत्नी|पति|पिता|सुपुत्र|सुपुत्री|आत्मज|आत्मजा|पुत्रः|पिताः|वल्द|"
    "পুত্র|পুত্রঃ|কন্যা|কন্যাঃ|পিতা|পিতাঃ|পিং|স্বামী|স্বামীঃ|স্ত্রী|জং|"
    "ولد|ولدیت|بنت|زوجہ|دختر|پسر|ਪੁੱਤਰ|ਪੁਤਰੀ|ਪਤਨੀ|ਪਿਤਾ|પુત્ર|પુત્રી|પત્ની|ପୁତ୍ର|କନ୍ୟା|ପତ୍ନୀ|ପିତା|"
    "ತಂದೆ|ಬಿನ್|ಕೋಂ|తండ్రి|భర్త|த/பெ|க/பெ"
)
_RELATION = re.compile(rf"(?<![^\s.@])(?:[sdwcfmhb]\s*/\s*o|(?:{_KIN})\s+of|{_NATIVE_KIN})(?![^\s.])")
_TOKEN = re.compile(r"@|[^\s./@]+")


@dataclass(frozen=True, slots=True)
class CanonicalNames:
    """The names that one field holds.

    Attributes:
        names: the main name first, then one for each alias; each a row of words in the order of writing.
        unreadable: whether the field holds something that is neither a name nor a way to say "unknown". A record
            like that would silently match nothing, so it has to be reported.
    """

    names: tuple[tuple[NameWord, ...], ...]
    unreadable: bool


def canonical_names(text: str) -> CanonicalNames:
    """Read a name field.

    Args:
        text: the field as written, in any script; read to its first `LONGEST_TEXT` characters.

    Returns:
        The names; none for an empty text and for one that means "unknown".
    """
    return _remembered_names(text) if len(text) <= LONGEST_TOKEN else _read_names(text)


def _read_names(text: str) -> CanonicalNames:
    parts = _alias_parts(_own_name(_cleaned(text)))
    known = [part for part in parts if not says_unknown(part)]
    names = tuple(name for part in known if (name := _name_words(part)))
    unreadable = not names and (bool(known) or (not parts and _holds_symbols(text[:LONGEST_TEXT])))
    return CanonicalNames(names, unreadable)


_remembered_names = lru_cache(maxsize=1 << 16)(_read_names)
"""Whole names repeat even more than words do; longer texts are read each time, so that the memory stays bounded."""


def _cleaned(text: str) -> str:
    """Clean text, cut; a character may be four when decomposed, and what is cut must not depend on that."""
    return clean_text(text[: LONGEST_TEXT * _LONGEST_DECOMPOSITION])[:LONGEST_TEXT]


def _own_name(cleaned: str) -> str:
    """Cut ``s/o ...``: what follows names another person, unless it is all there is (a father's field)."""
    before, *after = _RELATION.split(cleaned, maxsplit=1)
    return before if before.strip(" .") or not after else after[0]


def _alias_parts(cleaned: str) -> list[tuple[str, ...]]:
    tokens = tuple(_TOKEN.findall(cleaned))
    parts: list[list[str]] = [[]]
    place = 0
    while place < len(tokens):
        length = alias_mark(tokens, place)
        if length:
            parts.append([])
        else:
            parts[-1].append(tokens[place])
        place += length or 1
    return [tuple(part) for part in parts if part]


def _name_words(tokens: tuple[str, ...]) -> tuple[NameWord, ...]:
    readings = [reading for token in tokens for reading in read_token(token)]
    kept = [reading for reading in readings if reading.kind is not Kind.DROP]
    return tuple(reading.word for reading in _without_leading_titles(kept))


def _without_leading_titles(readings: list[Reading]) -> list[Reading]:
    """Titles that are names as well (Sri, Ma, Baby) go only where a word is left that tells one child from another."""
    names = list(dropwhile(lambda reading: reading.kind is Kind.LEAD, readings))
    return names if any(not reading.word.slot for reading in names) else readings


def _holds_symbols(text: str) -> bool:
    """Whether a text without words holds more than punctuation (an emoji, say)."""
    return any(
        unicodedata.category(character)[0] not in "PZC" and (character.isalnum() or not character.isascii())
        for character in text
    )
