"""Place fields to canonical words: without the words of addresses, renamed places under one name."""

import re
from functools import cache, lru_cache

from encoder.names.folds import light
from encoder.names.lexicon import forms, says_unknown
from encoder.names.readings import LONGEST_TOKEN
from encoder.names.romaniser import romanise
from encoder.names.scripts import clean_text, script_runs
from encoder.names.tables import read_rows
from encoder.names.transliterate import transliterate
from encoder.names.words import NameWord, make_word

_ABBREVIATION = re.compile(r"(?<!\S)([a-z])[./]\s?([a-z])(?:\.|(?!\S))")
_TOKEN = re.compile(r"[^\s./@]+")
_LONGEST_PHRASE = 4

Named = tuple[str, str]
"""A word in Latin letters, and the part of one script that it was read from; nothing where a table gave the word."""


def canonical_place(text: str) -> tuple[NameWord, ...]:
    """Read a place field: a village, a district, a landmark or a whole address.

    Args:
        text: the field as written, in any script.

    Returns:
        The words that name the place, numbers included; none for an empty text and for one that means "unknown".
    """
    return tuple(_place_word(*named) for named in _named(place_tokens(text)))


def place_tokens(text: str) -> tuple[str, ...]:
    """The words of a place field in their own script, cleaned, without the words of addresses.

    Args:
        text: the field as written, in any script.

    Returns:
        The words in order; none for an empty text and for one that means "unknown".
    """
    written = tuple(_TOKEN.findall(_ABBREVIATION.sub(r" \1\2 ", clean_text(text))))
    if says_unknown(written):
        return ()
    return _without_address_words(tuple(part for token in written for part in _parts(token)))


def canonical_latins(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words of `place_tokens` in Latin letters, renamed places under one name."""
    return tuple(latin for latin, _ in _named(tokens))


def plain_latins(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words of `place_tokens` in Latin letters as they stand, renamed places under the name that was given."""
    return tuple(latin for token in tokens for latin in _latins(token))


def _without_address_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that name a place; all of them where none would be left."""
    return tuple(word for word in words if word not in _address_words()) or words


def _named(tokens: tuple[str, ...]) -> tuple[Named, ...]:
    """Each word in Latin letters, without the words of addresses unless nothing else is left."""
    named = tuple(_renamed(tokens))
    return tuple(word for word in named if word[0] not in _address_words()) or named


def _renamed(tokens: tuple[str, ...]) -> list[Named]:
    if len(tokens) == 1 and tokens[0] in _alone():
        return _listed(_alone()[tokens[0]])
    named: list[Named] = []
    place = 0
    while place < len(tokens):
        length, words = _longest_phrase(tokens, place)
        named += words
        place += length
    return named


def _listed(words: tuple[str, ...]) -> list[Named]:
    return [(word, "") for word in words]


def _longest_phrase(tokens: tuple[str, ...], place: int) -> tuple[int, list[Named]]:
    """The number of tokens that one equivalent covers from a place on, and its words; one token as it is if none."""
    for length in range(min(_LONGEST_PHRASE, len(tokens) - place), 0, -1):
        found = _equivalent(tokens[place : place + length])
        if found:
            return length, _listed(found)
    return 1, [(latin, part) for script, part in script_runs(tokens[place]) if (latin := transliterate(part, script))]


@lru_cache(maxsize=1 << 16)
def _equivalent(tokens: tuple[str, ...]) -> tuple[str, ...] | None:
    as_written = _equivalents().get(" ".join(tokens))
    return as_written or _equivalents().get(" ".join(light(latin) for token in tokens for latin in _latins(token)))


@lru_cache(maxsize=1 << 16)
def _parts(token: str) -> tuple[str, ...]:
    return tuple(part for _, part in script_runs(token[:LONGEST_TOKEN]))


@lru_cache(maxsize=1 << 16)
def _latins(token: str) -> tuple[str, ...]:
    return tuple(latin for script, part in script_runs(token) if (latin := transliterate(part, script)))


@lru_cache(maxsize=1 << 16)
def _place_word(latin: str, written: str) -> NameWord:
    fitted = tuple(spelling for script, part in script_runs(written) for spelling in romanise(part, script))
    return make_word(latin, fitted=fitted)


@cache
def _address_words() -> frozenset[str]:
    return frozenset(form for row in read_rows("place_words") for form in forms(row["forms"]))


@cache
def _equivalents() -> dict[str, tuple[str, ...]]:
    return _by_form(alone=False)


@cache
def _alone() -> dict[str, tuple[str, ...]]:
    return _by_form(alone=True)


def _by_form(*, alone: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in read_rows("place_equivalents"):
        if (row["note"] == "alone") is not alone:
            continue
        words = tuple(row["value"].split())
        for form in forms(row["forms"]):
            key = " ".join(light(part) for part in form.split()) if form.isascii() and not alone else form
            found.setdefault(key, words)
    return found
