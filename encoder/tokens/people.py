"""Tokens of persons: the child, the parents and other relatives."""

from functools import lru_cache

from encoder.record import NameSource, RawRecord
from encoder.tokens.name_words import ToldWord, told_names
from encoder.tokens.piece import CACHE, Piece

Words = tuple[ToldWord, ...]
Bag = tuple[Piece, ...]
Marks = frozenset[str]
NOBODY: Marks = frozenset()


def child_bags(record: RawRecord, most: int) -> list[Bag]:
    """A bag for each name the child may go by, at most `most`, the main name first.

    A name that staff gave is not the child's and makes none; nicknames and aliases still do.
    """
    seen: dict[tuple[str, ...], Words] = {}
    for text in (_own_name(record), *record.nicknames, *record.aliases):
        for words in told_names(text) if text else ():
            # The same words in another order would give the same code, and take a row from another name.
            seen.setdefault(tuple(sorted(told.word.latin for told in words)), words)
    return [_with_call_names(words) for words in list(seen.values())[:most]]


def _own_name(record: RawRecord) -> str | None:
    if record.name_source is NameSource.STAFF:
        return None
    return record.name or " ".join(part for part in (record.given_name, record.family_name) if part)


def _with_call_names(words: Words) -> Bag:
    return tuple(piece for told in words for piece in (*told.pieces, *told.calls))


def person_bag(text: str | None, known: Marks = NOBODY) -> Bag:
    """Pieces of one relative, alias parts together; empty when not known.

    Args:
        text: the name as written.
        known: `marks` of a name of the same record; words of it weigh half here.
    """
    if not text:
        return ()
    every = (told for words in told_names(text) for told in words)
    return tuple(piece for told in every for piece in (told.shared if told.mark in known else told.pieces))


@lru_cache(CACHE)
def marks(text: str) -> Marks:
    """What the words of a name have in common with other spellings of them: by this a surname is known again."""
    return frozenset(told.mark for words in told_names(text) for told in words if told.mark)


def _known(record: RawRecord) -> Marks:
    """Marks of the child's own name: the surname is in its view already, and relatives share it."""
    text = _own_name(record)
    return marks(text) if text else NOBODY


def father_bag(record: RawRecord) -> Bag:
    """Pieces of the father's name."""
    return person_bag(record.father_name, _known(record))


def mother_bag(record: RawRecord) -> Bag:
    """Pieces of the mother's name."""
    return person_bag(record.mother_name, _known(record))


def kin_bag(record: RawRecord) -> Bag:
    """Pieces of guardian, siblings and other relatives, all in one bag."""
    known = _known(record)
    texts = (record.guardian_name, *record.sibling_names, *record.other_relatives)
    return tuple(piece for text in texts for piece in person_bag(text, known))


def family_bag(record: RawRecord) -> Bag:
    """All relatives in one bag, for coarse profiles."""
    return (*father_bag(record), *mother_bag(record), *kin_bag(record))
