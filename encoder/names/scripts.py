"""Clean text and the script of each of its parts.

The text is composed (NFC): decomposition would split Bengali ো into two signs. Characters that are not written
language (controls, zero-width and bidirectional marks) vanish, apostrophes vanish so that ``D'Souza`` stays one word,
and everything else that is neither letter, mark nor digit becomes a space.
"""

import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

KEPT_SYMBOLS = frozenset("@/.་")
APOSTROPHES = frozenset("'`´‘’ʼʹʻ＇")
VARIATION_SELECTORS = range(0xFE00, 0xFE10)
LONGEST_TOKEN = 64
"""Characters of one word that are read; no name is longer, and the caches stay bounded."""

_ONE_LETTER = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ه": "ہ",
        "ە": "ہ",
        "ۀ": "ۂ",
        "ٱ": "ا",
        "ـ": "",
        "༌": "་",
        **dict.fromkeys(APOSTROPHES, ""),
    }
)
"""Letters of Arabic and Urdu keyboards that are one letter to the reader; the two tshegs of Tibetan."""

_JOINER_SPELLINGS = tuple(
    (f"{letter}\u200d", chillu)
    for letter, chillu in (("ന്", "ൻ"), ("ണ്", "ൺ"), ("ര്", "ർ"), ("ല്", "ൽ"), ("ള്", "ൾ"), ("ക്", "ൿ"), ("ত্", "ৎ"))
)
"""Malayalam chillu and Bengali khanda ta as written before they had code points of their own."""


class Script(StrEnum):
    """A script with a rule table of its own; ``OTHER`` is every script without one."""

    LATIN = "latin"
    DIGIT = "digit"
    DEVANAGARI = "devanagari"
    BENGALI = "bengali"
    GURMUKHI = "gurmukhi"
    GUJARATI = "gujarati"
    ODIA = "odia"
    TAMIL = "tamil"
    TELUGU = "telugu"
    KANNADA = "kannada"
    MALAYALAM = "malayalam"
    PERSO_ARABIC = "perso_arabic"
    MEITEI = "meitei"
    BURMESE = "burmese"
    TIBETAN = "tibetan"
    OTHER = "other"


_BLOCKS = (
    (range(0x30, 0x3A), Script.DIGIT),
    (range(0x41, 0x300), Script.LATIN),
    (range(0x600, 0x700), Script.PERSO_ARABIC),
    (range(0x750, 0x780), Script.PERSO_ARABIC),
    (range(0x8A0, 0x900), Script.PERSO_ARABIC),
    (range(0x900, 0x980), Script.DEVANAGARI),
    (range(0x980, 0xA00), Script.BENGALI),
    (range(0xA00, 0xA80), Script.GURMUKHI),
    (range(0xA80, 0xB00), Script.GUJARATI),
    (range(0xB00, 0xB80), Script.ODIA),
    (range(0xB80, 0xC00), Script.TAMIL),
    (range(0xC00, 0xC80), Script.TELUGU),
    (range(0xC80, 0xD00), Script.KANNADA),
    (range(0xD00, 0xD80), Script.MALAYALAM),
    (range(0xF00, 0x1000), Script.TIBETAN),
    (range(0x1000, 0x10A0), Script.BURMESE),
    (range(0x1E00, 0x1F00), Script.LATIN),
    (range(0xA8E0, 0xA900), Script.DEVANAGARI),
    (range(0xA9E0, 0xAA00), Script.BURMESE),
    (range(0xAA60, 0xAA80), Script.BURMESE),
    (range(0xAAE0, 0xAB00), Script.MEITEI),
    (range(0xABC0, 0xAC00), Script.MEITEI),
)


class _Cleaner(dict[int, str]):
    """What each code point becomes, worked out when it is first met (at most one entry for each)."""

    def __missing__(self, code_point: int) -> str:
        cleaned = _cleaned_character(chr(code_point))
        self[code_point] = cleaned
        return cleaned


def _cleaned_character(character: str) -> str:
    character = character.translate(_ONE_LETTER)
    if not character:
        return ""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character == "\\":
        return "/"
    if ord(character) in VARIATION_SELECTORS:
        return ""
    if category in ("Cf", "Cc", "Me"):
        return " " if character.isspace() else ""
    if category[0] == "L":
        return _plain_letter(character)
    return character if category[0] == "M" or character in KEPT_SYMBOLS else " "


def _plain_letter(character: str) -> str:
    """The letter behind a presentation form (full-width Latin, joined Arabic shapes), else the letter itself."""
    plain = unicodedata.normalize("NFKC", character)
    return (plain.lower() if plain.isalpha() else character).translate(_ONE_LETTER)


_CLEANER = _Cleaner()


def clean_text(text: str) -> str:
    """Compose, lower and clean a text: letters, marks, ASCII digits, single spaces and ``@ / .`` remain.

    Args:
        text: any text at all.

    Returns:
        The cleaned text without leading or trailing space; empty when nothing written is left.
    """
    if text.isascii():
        return " ".join(text.translate(_CLEANER).split())
    composed = unicodedata.normalize("NFC", text)
    for written, letter in _JOINER_SPELLINGS:
        composed = composed.replace(written, letter)
    cleaned = unicodedata.normalize("NFC", composed.translate(_CLEANER))
    return " ".join(cleaned.split())


@lru_cache(maxsize=4096)
def script_of(character: str) -> Script | None:
    """The script of one character; None for a mark that takes the script of what precedes it."""
    code_point = ord(character)
    for block, script in _BLOCKS:
        if code_point in block:
            return script
    return None if unicodedata.category(character)[0] == "M" else Script.OTHER


def script_runs(token: str) -> tuple[tuple[Script, str], ...]:
    """Split a token wherever its script changes.

    Args:
        token: a word of cleaned text.

    Returns:
        (script, part) in order of writing; the parts joined are the token.
    """
    if token.isascii() and token.isalpha():
        return ((Script.LATIN, token),)
    labelled: list[tuple[Script, str]] = []
    for character in token:
        inherited = labelled[-1][0] if labelled else Script.OTHER
        labelled.append((script_of(character) or inherited, character))
    return tuple((script, "".join(c for _, c in run)) for script, run in groupby(labelled, key=lambda pair: pair[0]))
