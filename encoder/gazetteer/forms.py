"""Keys under which the gazetteer finds a spelled place.

They are the gazetteer's own, coarser than a name's light form and stable when that changes: the hierarchy tells apart
what a coarse key brings together. `fold` works on one name or on many at once, a name a line, which is how the whole
file is read in a fraction of a second.
"""

import re
from functools import lru_cache

_COMPASS = (
    ("N", "uttar[aio]?|uttor|utar|north|northern"),
    ("S", "dakshin[aio]?|dakkhin|dokkhin|dokshin|daxin|south|southern"),
    ("E", "purb[aio]?|purva|purvi|purbba|poorba|poorvi|east|eastern"),
    ("W", "paschim[aio]?|pashchim[aio]?|poshchim|poschim|west|western"),
)
_JOINED = (("N", "uttar"), ("S", "dakshin"), ("E", "purba"), ("W", "paschim"))
"""Written in one with the name (Uttardinajpur); the rest of the word must be long enough to be one."""
_STEPS = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        *((rf"\b(?:{words})\b", letter) for letter, words in _COMPASS),
        *((rf"\b{word}(?=[a-z]{{5}})", letter) for letter, word in _JOINED),
        ("x|ksh", "ks"), ("ck|q", "k"), ("chh?", "C"), ("c", "k"), ("C", "c"), ("sh", "s"), ("ph", "f"), ("[vw]", "b"),
        ("z", "j"), ("ee", "i"), ("oo|ou", "u"), ("y", "i"), ("([bdgjktr])h", r"\1"), (r"([^\n ])\1+", r"\1"),
        (r"g[ou]n([gj])\b", r"gan\1"), (r"pore\b", "pur"), (r"ga(?:unb|onb|nb|un|m)\b", "gaon"),
        (r"(?<=[aeiou])h\b", ""),
    )
)  # fmt: skip
_OTHERS = re.compile("[^a-z0-9\n]+")
_VOWELS = re.compile("[aeiou]")
_MARKS = re.compile("[NSEW]")


def fold(latin: str) -> str:
    """Keys of Latin names without regard to case, spaces and habits of spelling; one a line for one a line.

    Args:
        latin: ASCII text; what is neither letter nor digit separates words.
    """
    folded = _OTHERS.sub(" ", latin.lower()).strip(" ")
    for pattern, put in _STEPS:
        folded = pattern.sub(put, folded)
    return folded.replace(" ", "")


def compass_first(key: str) -> str:
    """The key with the points of the compass in front (Medinipur West, West Medinipur)."""
    return "".join(_MARKS.findall(key)) + _MARKS.sub("", key)


@lru_cache(1 << 14)
def place_key(latin: str) -> str:
    """The key of one Latin name; empty when nothing is written."""
    return compass_first(fold(latin.replace("\n", " ")))


def consonants(key: str) -> str:
    """A key without the vowels after its first letter, m and n as one: what survives most misspellings."""
    return key[:1] + _VOWELS.sub("", key[1:]).replace("m", "n")


@lru_cache(1 << 12)
def grams(key: str) -> frozenset[str]:
    """Padded pairs of letters of a key and of its consonants, the two kept apart."""
    whole, bare = f"^{key}$", f"^{consonants(key)}$"
    pairs = {whole[i : i + 2] for i in range(len(whole) - 1)}
    return frozenset(pairs | {"2" + bare[i : i + 2] for i in range(len(bare) - 1)})


def likeness(one: str, other: str) -> float:
    """Dice coefficient of two keys' pairs of letters, 0 to 1."""
    left, right = grams(one), grams(other)
    return 2 * len(left & right) / (len(left) + len(right))


@lru_cache(1 << 13)
def edits(one: str, other: str) -> float:
    """1 less the edits (insert, delete, replace, swap neighbours) between two keys by the longer one's length."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and against == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return 1 - row[-1] / max(len(one), len(other), 1)
