"""Tokens of a home: the spelled words of each level, the fine levels heavier than the coarse ones.

Levels are not hashed apart: clerks put a sub-district where a village belongs, and a neighbour's word still counts.
"""

from functools import lru_cache

from encoder.names.places import canonical_place
from encoder.record import RawRecord
from encoder.tokens.piece import CACHE, Piece, word_piece

LEVELS = (
    ("home_country", 1), ("home_state", 1), ("home_district", 3), ("home_subdistrict", 3), ("home_village", 4),
    ("home_landmark", 3),
)
"""Factor of each level: a state is shared by millions, a village by hundreds."""


@lru_cache(CACHE)
def place_bag(text: str, factor: int) -> tuple[Piece, ...]:
    """Pieces of one place."""
    return tuple(word_piece(word, factor) for word in canonical_place(text))


def home_bag(record: RawRecord) -> tuple[Piece, ...]:
    """Pieces of all known levels of the home."""
    return tuple(
        piece for field, factor in LEVELS if (text := getattr(record, field)) for piece in place_bag(text, factor)
    )
