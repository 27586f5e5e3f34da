"""Places that one text may name: by official code, or by a name spelled as the gazetteer has it."""

import re
from functools import lru_cache

from encoder.gazetteer.forms import place_key
from encoder.gazetteer.load import Level, gazetteer
from encoder.names.places import canonical_latins, place_tokens, plain_latins
from encoder.names.scripts import clean_text

CACHE = 1 << 13
SHORTEST_NAME = 4
"""Shorter keys are abbreviations (UP, WB) and count at their own level only: in a village field they are noise."""
MOST = 40
LONGEST_TEXT = 300

_PARTS = re.compile(r"[,;|\n]+")
_CODE = re.compile(r"(?:(lgd|bbs)\s*(?:code)?\s*)?0*([1-9]\d{0,5})")
_SYSTEMS = {"": (("in", 1.0), ("bd", 0.9)), "lgd": (("in", 1.0),), "bbs": (("bd", 1.0),)}
"""Whose numbers they are: with nothing said India's, unless the country's field tells otherwise."""
_LETTERS = {Level.STATE: "s", Level.DISTRICT: "d", Level.SUBDISTRICT: "t"}

Candidates = tuple[tuple[int, float], ...]
"""(place, quality up to 1)."""


@lru_cache(CACHE)
def named(text: str, field: int, of_several: bool = False) -> Candidates:
    """Places that a text may name.

    Args:
        text: the field as written, or one of its parts.
        field: 0 country to 4 village, 5 landmark.
        of_several: whether it is one of several parts, where an abbreviated state is one (`Rampur, Dist. Nadia, WB`).

    Returns:
        Places of any level; none when nothing is known.
    """
    text = text[:LONGEST_TEXT]
    if is_code(text):
        return _of_code(text, field)
    known = gazetteer()
    found: dict[int, float] = {}
    for key in place_keys(text):
        for place in known.by_key.get(key, ()):
            level = known.levels[place]
            if len(key) >= SHORTEST_NAME or level == field or (of_several and level == Level.STATE):
                found.setdefault(place, 1.0)
    return tuple(found.items())[:MOST]


def is_code(text: str) -> bool:
    """Whether a text is an official number, with or without the name of the directory it is from."""
    return _CODE.fullmatch(clean_text(text)) is not None


def _of_code(text: str, field: int) -> Candidates:
    code = _CODE.fullmatch(clean_text(text))
    if code is None or field not in _LETTERS:
        return ()
    letter, known = _LETTERS[Level(field)], gazetteer().by_code
    listed = ((f"{country}.{letter}{code[2]}", quality) for country, quality in _SYSTEMS[code[1] or ""])
    return tuple((known[name], quality) for name, quality in listed if name in known)


def parts(text: str) -> list[str]:
    """The parts of a text between commas; the text itself when there is one part or none."""
    split = [part for part in _PARTS.split(text[:LONGEST_TEXT]) if part.strip()]
    return split if len(split) > 1 else [text]


@lru_cache(CACHE)
def place_keys(text: str) -> tuple[str, ...]:
    """Keys under which a text may stand in the gazetteer: in its own script, in Latin letters, and renamed."""
    tokens = place_tokens(text)
    joined = "".join(tokens)
    native = () if joined.isascii() else (joined,)
    latins = (plain_latins(tokens), canonical_latins(tokens))
    keys = (*native, *(place_key(" ".join(words)) for words in latins))
    return tuple(dict.fromkeys(key for key in keys if key))
