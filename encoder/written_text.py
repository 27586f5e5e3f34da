"""Dates and ages as a clerk writes them, taken apart: numbers, words and what stands between them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

# Dots below a letter (nukta) are left out as often as written; Urdu keyboards differ in two letters.
_DROPPED = dict.fromkeys((0x093C, 0x09BC, 0x0A3C), "")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_SAME = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ہ": "ه", "ة": "ه", "أ": "ا", "إ": "ا", "ئ": "ی"})
_VOWEL_POINTS = "\u064b-\u065f\u0670"
_MARKS = "\u0300-\u036f\u0900-\u0963\u0971-\u0dff\u0f00-\u0fff\u1000-\u109f"
_PARTS = re.compile(rf"(?P<number>\d+(?:\.\d+)?)|(?P<word>(?:[^\W\d_]|[{_MARKS}])+)|(?P<other>\S)|\s+")
_DIGITS = re.compile(r"\d+")

_JOINERS = ".-'’`"
_NO_JOINERS = str.maketrans("", "", _JOINERS + "_")

MOST_WORDS = 4
"""Words that a month or a phrase of the vocabularies may have."""


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A number, a word, or a single other mark; exactly one of the three is not empty."""

    number: str = ""
    word: str = ""
    other: str = ""

    def __repr__(self) -> str:
        """What it is, and not what it says."""
        return f"Part({'number' if self.number else 'word' if self.word else 'mark'})"


def ascii_digits(text: str) -> str:
    """The text with the decimal digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(mark)) if mark.isdecimal() else mark for mark in text)


def with_hyphens(text: str) -> str:
    """The text with a hyphen for every dash: spreadsheets turn a typed hyphen between numbers into one."""
    return text if text.isascii() else text.translate(_DASHES)


def plain(text: str) -> str:
    """Lower case, ASCII digits, and one spelling for letters that keyboards write in several ways."""
    if text.isascii():
        return text.lower().strip()
    text = unicodedata.normalize("NFC", ascii_digits(text)).lower().translate(_DROPPED).translate(_SAME)
    text = re.sub(f"[{_VOWEL_POINTS}]", "", text)
    return "".join(mark for mark in text if unicodedata.category(mark) != "Cf").strip()


def parts(text: str, *, decimals: bool = False) -> list[Part]:
    """The parts of a plain text in order; without `decimals` a dot stands between two numbers."""
    found = []
    for match in _PARTS.finditer(text):
        number, word, other = match["number"], match["word"], match["other"]
        if number and not decimals and "." in number:
            whole, fraction = _DIGITS.findall(number)
            found += [Part(number=whole), Part(other="."), Part(number=fraction)]
        elif number or word or other:
            found.append(Part(number or "", word or "", other or ""))
    return found


def phrase_at(listed: Sequence[Part], at: int, vocabulary: Mapping[str, T]) -> tuple[T | None, int]:
    """The longest phrase of a vocabulary that starts at a word, and where it ends; dots and hyphens do not part it."""
    joined, best, end, words = "", None, at + 1, 0
    for place in range(at, len(listed)):
        part = listed[place]
        if part.number:
            break
        if not part.word:
            if part.other in _JOINERS:
                continue
            break
        joined, words = joined + part.word, words + 1
        if (meaning := vocabulary.get(joined)) is not None:
            best, end = meaning, place + 1
        if words == MOST_WORDS:
            break
    return best, end


def vocabulary_of(words: Mapping[T, str]) -> dict[str, T]:
    """From meanings with their forms (apart by spaces, `_` inside a form) to plain forms with their meaning."""
    return {plain(form).translate(_NO_JOINERS): meaning for meaning, forms in words.items() for form in forms.split()}
