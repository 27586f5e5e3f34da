"""Two names that are written as one word as often as two (Nasiruddin, Abdulkarim, Asadullah) are read as two.

Done on what is written, before transliteration, so that both habits give the same words in every script.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

from encoder.names.scripts import clean_text
from encoder.names.tables import read_rows


@dataclass(frozen=True, slots=True)
class _Element:
    written: str
    read_as: str
    least: int


@cache
def _elements(kind: str) -> tuple[_Element, ...]:
    return tuple(
        _Element(clean_text(form), clean_text(row["read_as"] or form), int(row["least"]))
        for row in read_rows("joined")
        if row["kind"] == kind
        for form in row["forms"].split(", ")
    )


@cache
def _whole() -> frozenset[str]:
    return frozenset(
        clean_text(form) for row in read_rows("joined") if row["kind"] == "whole" for form in row["forms"].split(", ")
    )


def split_joined(word: str) -> tuple[str, ...]:
    """The names inside a written word: two if it begins or ends with an element of the table, else the word.

    Args:
        word: a word of cleaned text in one script.
    """
    if word in _whole():
        return (word,)
    for element in _elements("end"):
        rest = word.removesuffix(element.written)
        if rest != word and len(rest) >= element.least:
            return (rest, element.read_as)
    for element in _elements("start"):
        rest = word.removeprefix(element.written)
        if rest != word and len(rest) >= element.least and _begins_with_letter(rest):
            return (element.read_as, rest)
    return (word,)


def _begins_with_letter(rest: str) -> bool:
    """Whether the rest can stand alone: a vowel sign or a virama belongs to the letter before it."""
    return unicodedata.category(rest[0])[0] == "L"
