"""Tibetan and Dzongkha to Latin, syllable by syllable.

A syllable is written with silent letters around the one that is spoken, its root: a prefix before it, a letter on top
of it, and after the vowel a suffix that is silent or turns ``a`` into ``e`` (རྒྱལ gyel, བསྟན ten). The root is the letter
that carries a stack or a vowel sign; among bare letters its place follows from their number.
"""

import re
from functools import cache

from encoder.names.tables import read_rows

TSHEG = "་"
_CLUSTER = re.compile("[ཀ-ཬ][ྍ-ྼ]*[ཱ-྄]*")
_SUBJOINED_OFFSET = 0x50
_LONGEST_WORD = 2
_SECOND_SUFFIX = "ས"
_BEFORE_SECOND_SUFFIX = frozenset("གངབམ")


def tibetan_words(text: str) -> tuple[str, ...]:
    """The words of a name: two syllables each (བསོད་ནམས་རྡོ་རྗེ is Sonam Dorji), a last odd one alone.

    Args:
        text: syllables with tshegs between them.
    """
    syllables = [syllable for syllable in text.split(TSHEG) if syllable]
    starts = range(0, len(syllables), _LONGEST_WORD)
    return tuple(TSHEG.join(syllables[start : start + _LONGEST_WORD]) for start in starts)


def read_tibetan(text: str) -> str:
    """The Latin form of a row of syllables, joined.

    Args:
        text: syllables in Tibetan letters with tshegs between them.
    """
    return "".join(_read_word(word) for word in tibetan_words(text))


def _read_word(word: str) -> str:
    whole = _table("word").get(word)
    if whole is not None:
        return whole
    first, *rest = (_read_syllable(syllable) for syllable in word.split(TSHEG))
    return first + "".join(_inside_word(latin) for latin in rest)


def _inside_word(latin: str) -> str:
    """The particle of names that is written ba is spoken wa inside a word."""
    return "wa" if latin == "ba" else latin


@cache
def _table(kind: str) -> dict[str, str]:
    return {row["source"]: row["latin"] for row in read_rows("tibetan") if row["kind"] == kind}


def _read_syllable(syllable: str) -> str:
    whole = _table("word").get(syllable)
    clusters = _CLUSTER.findall(syllable)
    if whole is not None or not clusters:
        return whole or ""
    root = _root_place(clusters)
    consonants, vowel = _letters_and_sign(clusters[root])
    onset = _onset(consonants, is_prefixed=root > 0 and clusters[root - 1] == "ད")
    suffix = next((cluster[0] for cluster in clusters[root + 1 :]), "")
    if vowel == "a" and suffix in _table("front"):
        vowel = "e"
    return onset + vowel + _table("suffix").get(suffix, "")


def _root_place(clusters: list[str]) -> int:
    marked = [place for place, cluster in enumerate(clusters) if len(cluster) > 1]
    if marked:
        return marked[0]
    if len(clusters) < 3 or clusters[0] not in _table("prefix"):
        return 0
    ends_twice = len(clusters) == 3 and clusters[2] == _SECOND_SUFFIX and clusters[1] in _BEFORE_SECOND_SUFFIX
    return 0 if ends_twice else 1


def _letters_and_sign(cluster: str) -> tuple[str, str]:
    consonants = "".join(letter for letter in cluster if not "ཱ" <= letter <= "྄")
    signs = [_table("sign").get(letter, "") for letter in cluster[len(consonants) :]]
    return consonants, "".join(signs) or "a"


def _onset(consonants: str, *, is_prefixed: bool) -> str:
    roots = _table("root")
    if consonants not in roots and consonants[0] in _table("top") and len(consonants) > 1:
        consonants = chr(ord(consonants[1]) - _SUBJOINED_OFFSET) + consonants[2:]
    if consonants[0] == "བ" and is_prefixed:
        return {"བ": "w", "བྱ": "y"}.get(consonants, "r")
    return next((roots[consonants[:end]] for end in range(len(consonants), 0, -1) if consonants[:end] in roots), "")
