"""Blind indexes of names: a clerk finds a record by a name in any script, and the database holds no name."""

from collections.abc import Iterable

from api.holder.vault.vault import Index, Vault
from encoder.names.canonical import canonical_names
from encoder.names.words import NameWord
from encoder.record import RawRecord

SHORTEST_SKELETON = 3
"""Below this many letters a skeleton stands for too many names to search by."""


def name_terms(vault: Vault, record: RawRecord) -> set[bytes]:
    """The search terms of every name of a record, its relatives' included; each 16 bytes."""
    words = {word for text in _names(record) for word in _words(text)}
    return {term for word in words for term in _terms(vault, word)}


def query_terms(vault: Vault, text: str) -> list[set[bytes]]:
    """For each word to look for, the terms of which a record must have one.

    Words that many share (Kumar, Khatun) count only when there is nothing else. Empty when the text names nobody.
    """
    words = list(dict.fromkeys(_words(text)))
    telling = [word for word in words if not word.slot] or words
    return [set(_terms(vault, word)) for word in telling]


def _terms(vault: Vault, word: NameWord) -> Iterable[bytes]:
    yield vault.blind_index(Index.NAME, f"light:{word.light}")
    if len(word.skeleton) >= SHORTEST_SKELETON:
        yield vault.blind_index(Index.NAME, f"skeleton:{word.skeleton}")


def _words(text: str) -> Iterable[NameWord]:
    return (word for name in canonical_names(text).names for word in name)


def _names(record: RawRecord) -> Iterable[str]:
    single = (
        record.name, record.given_name, record.family_name, record.father_name, record.mother_name,
        record.guardian_name,
    )  # fmt: skip
    several = (record.nicknames, record.aliases, record.sibling_names, record.other_relatives)
    return (*(text for text in single if text), *(text for texts in several for text in texts))
