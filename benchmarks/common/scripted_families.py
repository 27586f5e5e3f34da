"""Families written once in Latin letters and once in another script.

A family is a child and its father, each a given name and the family's surname. Words are drawn
evenly and no two families of a list share two of their three words: they stand for unrelated people. At one false pair
in a million, families drawn by how common names are would measure how often two of them share theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np

from encoder.synthetic.forms import LATIN, SCRIPT_COLUMNS, Forms, forms_of, table

SPELLINGS = 3
"""Families keep to the commonest spellings of a word."""

FEWEST_WORDS = 40
"""A script with fewer given names or surnames gives no list."""

TRIES = 50
"""Families drawn for one that is kept, at most."""


class Word(NamedTuple):
    """A word as it is written in one family, and what is the same for all its spellings."""

    latin: str
    native: str
    key: str


@dataclass(frozen=True)
class ScriptedFamilies:
    """n families in one script: child and father, in Latin letters and in the script."""

    script: str
    child: tuple[list[str], list[str]]
    father: tuple[list[str], list[str]]


def invented_families(count: int, seed: int) -> Iterator[ScriptedFamilies]:
    """`count` families for each script with names enough in the synthetic vocabulary; a family is of one community."""
    rng = np.random.default_rng(seed)
    for script, name in enumerate(SCRIPT_COLUMNS):
        given = [(row["communities"], forms) for row, forms in _rows("given_names", script)]
        surnames = [(row["communities"], forms) for row, forms in _rows("surnames", script)]
        if script == LATIN or min(len(given), len(surnames)) < FEWEST_WORDS:
            continue
        drawn = _of_communities(given, surnames, script, rng)
        yield _written(name, drawn, count)


def attested_families(name: str, words: Sequence[Word], count: int, seed: int) -> ScriptedFamilies:
    """`count` families whose words are attested pairs of a Latin and a native spelling."""
    rng = np.random.default_rng(seed)
    return _written(name, _any_three(words, rng), count)


def _any_three(words: Sequence[Word], rng: np.random.Generator) -> Iterator[tuple[Word, Word, Word]]:
    while True:
        child, father, surname = (words[i] for i in rng.integers(len(words), size=3).tolist())
        yield child, father, surname


def _rows(name: str, script: int) -> list[tuple[dict[str, str], Forms]]:
    listed = ((row, forms_of(row)) for row in table(name))
    return [(row, forms) for row, forms in listed if forms.spellings[script]]


def _of_communities(
    given: Sequence[tuple[str, Forms]], surnames: Sequence[tuple[str, Forms]], script: int, rng: np.random.Generator
) -> Iterator[tuple[Word, Word, Word]]:
    by_letter = {
        letter: [forms for letters, forms in given if letter in letters]
        for letter in {letter for letters, _ in given for letter in letters}
    }
    while True:
        letters, surname = surnames[int(rng.integers(len(surnames)))]
        names = by_letter.get(letters[int(rng.integers(len(letters)))], [])
        if len(names) > 1:
            child, father = (names[i] for i in rng.choice(len(names), 2, replace=False))
            yield _word(child, script, rng), _word(father, script, rng), _word(surname, script, rng)


def _word(forms: Forms, script: int, rng: np.random.Generator) -> Word:
    latin, native = (forms.spellings[column][:SPELLINGS] for column in (LATIN, script))
    # The smaller of two draws: the commoner a spelling, the more families have it.
    forms_written = [side[rng.integers(len(side), size=2).min()] for side in (latin, native)]
    return Word(forms_written[0], forms_written[1], native[0])


def _written(script: str, drawn: Iterator[tuple[Word, Word, Word]], count: int) -> ScriptedFamilies:
    families = ScriptedFamilies(script, ([], []), ([], []))
    seen: set[frozenset[str]] = set()
    for child, father, surname in islice(drawn, TRIES * count):
        shared = {frozenset(pair) for pair in combinations((child.key, father.key, surname.key), 2)}
        if min(map(len, shared)) < 2 or seen & shared:
            continue
        seen |= shared
        for side in (0, 1):
            families.child[side].append(f"{child[side]} {surname[side]}")
            families.father[side].append(f"{father[side]} {surname[side]}")
        if len(families.child[0]) == count:
            break
    return families
