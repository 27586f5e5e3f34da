"""What a clerk could mend in a record that was read: said in one sentence each, and never with a value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from encoder.date_advice import date_advice
from encoder.gazetteer.advice import place_advice
from encoder.names.advice import name_advice
from encoder.names.lexicon import entry_as_written
from encoder.record import RawRecord

NAMES = ("name", "given_name", "family_name", "father_name", "mother_name", "guardian_name")
LISTS_OF_NAMES = ("nicknames", "aliases", "sibling_names", "other_relatives")

CACHED_NAMES = 1 << 16
_LETTERS = (
    "A-Za-z", "\u0904-\u0939\u093c-\u094d\u0958-\u0961\u0901-\u0903", "\u0981-\u09cd\u09dc-\u09e1\u09f0\u09f1",
    "\u0a01-\u0a4d\u0a59-\u0a5e\u0a70\u0a71", "\u0a81-\u0acd", "\u0b01-\u0b4d\u0b5c-\u0b61\u0b71", "\u0b82-\u0bcd",
    "\u0c01-\u0c4d", "\u0c82-\u0ccd", "\u0d02-\u0d4d\u0d7a-\u0d7f", "\u0621-\u064a\u0679-\u06c3\u06cc\u06d2",
)  # fmt: skip
"""Letters and signs of the scripts that most names are in; no digits, no stops."""
_WORD = "(?:" + "|".join(f"[{letters}]{{2,20}}" for letters in _LETTERS) + ")"
_WORDS = re.compile(f"{_WORD}(?: {_WORD}){{0,5}}")


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing about one field.

    message  a sentence that says what is wrong and what to do; never the value
    """

    field: str
    message: str


def advice(record: RawRecord, today: date) -> list[Advice]:
    """Everything a clerk could mend in a record, each piece once a field."""
    told = [*_of_names(record), *date_advice(record, today), *place_advice(record)]
    return [Advice(field, message) for field, message in dict.fromkeys(told)]


def _of_names(record: RawRecord) -> Iterator[tuple[str, str]]:
    for field in NAMES:
        if text := getattr(record, field):
            for message in _of_name(text):
                yield field, message
    for field in LISTS_OF_NAMES:
        for text in getattr(record, field):
            for message in _of_name(text):
                yield field, message


@lru_cache(CACHED_NAMES)
def _of_name(text: str) -> tuple[str, ...]:
    return () if _is_ordinary(text) else tuple(name_advice(text))


def _is_ordinary(text: str) -> bool:
    """Whether it is words of one script each, of which one is no title: most names, and nothing to say about them."""
    return bool(_WORDS.fullmatch(text)) and any(entry_as_written(word) is None for word in text.lower().split())
