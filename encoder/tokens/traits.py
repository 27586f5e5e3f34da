"""Tokens of traits: what can be seen or heard of a child."""

import unicodedata
from functools import lru_cache

from encoder.names.places import canonical_place
from encoder.record import RawRecord
from encoder.tokens.piece import CACHE, Piece, value_piece

LISTS = (("nationality", 1), ("languages", 2), ("religion", 2), ("ethnicity", 3))
SINGLE = (("complexion", 1), ("hair", 1), ("eyes", 2), ("disability", 5), ("speech", 4))
MARK, MARK_WITH_SIDE = 5, 3
"""A scar on the forehead is worth more than a language; left and right are often confused."""


@lru_cache(CACHE)
def _words(tag: str, text: str, weight: int) -> tuple[Piece, ...]:
    return tuple(value_piece(tag, word.skeleton or word.latin, weight) for word in canonical_place(text))


def _mark(text: str) -> tuple[Piece, ...]:
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    kind_and_site, _, side = plain.partition(":")
    if not kind_and_site:
        return ()
    site = value_piece("mark", kind_and_site, MARK)
    return (site, value_piece("mark", plain, MARK_WITH_SIDE)) if side else (site,)


def traits_bag(record: RawRecord) -> tuple[Piece, ...]:
    """Pieces of all known traits. Height and weight are left out: children grow between missing and found."""
    out: list[Piece] = []
    for field, weight in LISTS:
        for text in getattr(record, field):
            out += _words(field, text, weight)
    for field, weight in SINGLE:
        if text := getattr(record, field):
            out += _words(field, text, weight)
    for mark in record.marks:
        out += _mark(mark)
    return tuple(out)
