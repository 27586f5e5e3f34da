"""What a clerk could mend in a name field. Everything here is read as data all the same; nothing is refused."""

import re
import unicodedata

from encoder.names.canonical import canonical_names
from encoder.names.lexicon import Kind, entry_as_written
from encoder.names.scripts import LONGEST_TOKEN, clean_text, script_of

LONGEST_NAME = 300
"""Characters after which a name field is likely to hold something else as well."""

ONLY_TITLES = "The name holds only a title: write the name itself, or leave the field empty if it is not known."
UNREADABLE = "Nothing of the name can be read: write it in letters of any script, or leave the field empty."
DAMAGED = "Some characters of the name are damaged: type the name again instead of copying it."
MIXED_SCRIPTS = "A word of the name mixes letters of two scripts: type each word in one script."
DIGITS = "The name holds digits: leave them out, and put ages and numbers into fields of their own."
SYMBOLS = "The name holds symbols or emoji, which are not read: leave them out."
INVISIBLE = "The name holds invisible control characters, which are not read: type it again instead of copying it."
TOO_LONG = f"The name is longer than {LONGEST_NAME} characters: keep the name alone, and put the rest into the notes."
LONG_WORD = f"A word of the name is longer than {LONGEST_TOKEN} letters: put spaces between the names."

_SPACES = "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85"
_DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_DAMAGED_CATEGORIES = ("Co", "Cs", "Cn")
_FIRST_GENERAL_SYMBOL = 0x2000
_LATIN_SYMBOLS = "©®°"
_REPLACEMENT = "\ufffd"
_SEPARATOR = re.compile("[./@]")


def name_advice(text: str) -> list[str]:
    """The faults of a name field that a clerk could mend.

    Args:
        text: the field as written.

    Returns:
        One sentence for each fault, without any part of the field; empty for a good name, an empty field and one that
        says that the name is not known.
    """
    words = clean_text(text).split()
    checks = (
        (DAMAGED, _is_damaged(text)),
        (MIXED_SCRIPTS, any(map(_mixes_scripts, words))),
        (DIGITS, any(unicodedata.category(character) == "Nd" for character in text)),
        (SYMBOLS, any(map(_is_symbol, text))),
        (INVISIBLE, any(map(_is_invisible, text))),
        (TOO_LONG, len(text) > LONGEST_NAME),
        (LONG_WORD, any(len(word) > LONGEST_TOKEN for word in words)),
    )
    unread = [_why_unreadable(words)] if canonical_names(text).unreadable else []
    return unread + [message for message, holds in checks if holds]


def _why_unreadable(words: list[str]) -> str:
    parts = [part for word in words for part in word.replace(".", " ").split()]
    return ONLY_TITLES if parts and all(map(_is_title, parts)) else UNREADABLE


def _is_title(word: str) -> bool:
    entry = entry_as_written(word)
    return entry is not None and entry.kind is Kind.DROP


def _is_damaged(text: str) -> bool:
    return any(
        character == _REPLACEMENT or unicodedata.category(character) in _DAMAGED_CATEGORIES for character in text
    )


def _mixes_scripts(token: str) -> bool:
    return any(
        len({script_of(character) for character in word if character.isalpha()}) > 1
        for word in _SEPARATOR.split(token[:LONGEST_TOKEN])
    )


def _is_symbol(character: str) -> bool:
    is_general = ord(character) >= _FIRST_GENERAL_SYMBOL and character != _REPLACEMENT
    return character in _LATIN_SYMBOLS or (is_general and unicodedata.category(character) == "So")


def _is_invisible(character: str) -> bool:
    return character in _DIRECTIONS or (unicodedata.category(character) == "Cc" and character not in _SPACES)
