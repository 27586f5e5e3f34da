"""Call names that come from given names: Raju is often Rajesh or Rajendra on paper.

Names with no likeness in spelling to any other (a daknam such as Khoka, or Munni for any girl) have no table: they
match as names of their own.
"""

from functools import cache

from encoder.names.readings import read_token
from encoder.names.scripts import clean_text
from encoder.names.tables import read_rows
from encoder.names.words import NameWord


def call_names(word: NameWord) -> tuple[str, ...]:
    """The call names that a word is or may go by, as light forms in order; none for most words.

    Two words that share one may be the same child's.
    """
    return _call_names().get(word.light, ())


@cache
def _call_names() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for row in read_rows("nicknames"):
        nickname = _light(row["nickname"])
        for name in (row["nickname"], *row["names"].split(",")):
            found.setdefault(_light(name), set()).add(nickname)
    return {word: tuple(sorted(names)) for word, names in found.items()}


def _light(name: str) -> str:
    """The light form of a name as records have it after the lexicon; of Nasiruddin, which is two words, the first."""
    return read_token(clean_text(name))[0].word.light
