"""Tokens of persons: the child, the parents and other relatives."""

from functools import lru_cache
from operator import attrgetter

from encoder.names.canonical import canonical_names
from encoder.names.words import NameWord
from encoder.record import NameSource, RawRecord
from encoder.tokens.piece import CACHE, Piece, word_piece

WORD, SLOT = 2, 1
"""Factors: a word that many people bear in a slot of its own (Devi, Kumar, Md) says half as much."""

Words = tuple[NameWord, ...]
Bag = tuple[Piece, ...]


# One cache for both questions, so that asking whether a name can be read costs nothing once it has been read.
_read = lru_cache(CACHE)(canonical_names)


def _names(text: str) -> tuple[Words, ...]:
    return _read(text).names


def _unreadable(text: str) -> bool:
    return _read(text).unreadable


def name_bag(words: Words) -> Bag:
    """Pieces of one name; the order of its words does not matter."""
    return tuple(word_piece(word, SLOT if word.slot else WORD) for word in words)


def child_bags(record: RawRecord, most: int) -> list[Bag]:
    """A bag for each name the child may go by, at most `most`, the main name first.

    A name that staff gave is not the child's and makes none; nicknames and aliases still do.
    """
    texts = [] if record.name_source is NameSource.STAFF else [_written_name(record)]
    seen: dict[Words, Words] = {}
    for text in (*texts, *record.nicknames, *record.aliases):
        for words in _names(text) if text else ():
            # The same words in another order would give the same code, and take a row from another name.
            seen.setdefault(tuple(sorted(words, key=attrgetter("latin"))), words)
    return [name_bag(words) for words in seen.values() if words][:most]


def _written_name(record: RawRecord) -> str:
    return record.name or " ".join(part for part in (record.given_name, record.family_name) if part)


def person_bag(text: str | None) -> Bag:
    """Pieces of one relative, alias parts together; empty when not known."""
    return tuple(piece for words in _names(text) for piece in name_bag(words)) if text else ()


def kin_bag(record: RawRecord) -> Bag:
    """Pieces of guardian, siblings and other relatives, all in one bag."""
    texts = (record.guardian_name, *record.sibling_names, *record.other_relatives)
    return tuple(piece for text in texts for piece in person_bag(text))


def family_bag(record: RawRecord) -> Bag:
    """All relatives in one bag, for coarse profiles."""
    return (*person_bag(record.father_name), *person_bag(record.mother_name), *kin_bag(record))


def unreadable_names(record: RawRecord) -> list[str]:
    """Fields whose name has letters of which no form could be made: worth a clerk's look."""
    single = ("name", "given_name", "family_name", "father_name", "mother_name", "guardian_name")
    lists = ("nicknames", "aliases", "sibling_names", "other_relatives")
    bad = [field for field in single if (text := getattr(record, field)) and _unreadable(text)]
    return bad + [field for field in lists if any(map(_unreadable, getattr(record, field)))]
