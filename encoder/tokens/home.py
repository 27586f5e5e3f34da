"""Tokens of a home: codes of the places that the gazetteer finds, and the spelled words of each level.

Fine levels weigh more than coarse ones. Words of different levels are not hashed apart: clerks put a sub-district where
a village belongs, and a neighbour's word still counts. A place's code is the same token whichever field it stood in,
whatever script or name it was written in, and the levels above it are filled in; the words of a field that the
gazetteer understood then count less, and are there for the case that it is wrong. A district also gives a token for
each district it was cut out of, which a family that left before the split knows, and one for each district beside it.
"""

from functools import lru_cache

from encoder.gazetteer.home import FIELDS, ResolvedHome, ResolvedPlace, Share
from encoder.gazetteer.load import Level, gazetteer
from encoder.gazetteer.resolve import resolve_texts
from encoder.names.places import canonical_place
from encoder.names.spread import SHARES
from encoder.record import RawRecord
from encoder.tokens.piece import CACHE, Piece, of_pairs, word_piece

LEVELS = (
    ("home_country", 1), ("home_state", 1), ("home_district", 3), ("home_subdistrict", 3), ("home_village", 4),
    ("home_landmark", 3),
)
"""Factor of each level's words: a state is shared by millions, a village by hundreds."""

UNDERSTOOD = {
    "home_country": 0, "home_state": 0, "home_district": 1, "home_subdistrict": 1, "home_village": 3,
    "home_landmark": 2,
}  # fmt: skip
"""Factor of the words of a field that the gazetteer understood; 0 for none."""

CODES = {Level.COUNTRY: 8, Level.STATE: 16, Level.DISTRICT: 36, Level.SUBDISTRICT: 36, Level.VILLAGE: 36}
"""Weight of a place's code in the shares that words have (SHARES each); half when other places are as likely."""
LAND, NEAR = 12, 8
"""The same for each token of an older district, and for each one of a district and those beside it."""
HOMES = 1 << 15
"""Homes kept: whole ones repeat less than the places in them."""


@lru_cache(CACHE)
def place_bag(text: str, factor: int) -> tuple[Piece, ...]:
    """Pieces of one place's words."""
    return tuple(word_piece(word, factor) for word in canonical_place(text))


def home_bag(record: RawRecord) -> tuple[Piece, ...]:
    """Pieces of all known levels of the home."""
    return _bag(tuple(getattr(record, field) for field in FIELDS))


@lru_cache(HOMES)
def _bag(texts: tuple[str | None, ...]) -> tuple[Piece, ...]:
    home = resolve_texts(texts)
    words = [
        piece
        for (field, factor), text in zip(LEVELS, texts, strict=True)
        if text and (weight := UNDERSTOOD[field] if field in home.understood else factor)
        for piece in place_bag(text, weight)
    ]
    return (*_code_pieces(home), *words)


def _code_pieces(home: ResolvedHome) -> tuple[Piece, ...]:
    return tuple(_place_piece(found) for found in home.places)


@lru_cache(CACHE)
def _place_piece(found: ResolvedPlace) -> Piece:
    """The code of a place, and for a district those of older ones and of those beside it."""
    known = gazetteer()
    share = found.share
    pairs = [(f"place:{known.codes[found.place]}", _part(CODES[found.level], share))]
    if found.level == Level.DISTRICT:
        older = (found.place, *known.former.get(found.place, ()))
        pairs += [(f"land:{known.codes[place]}", _part(LAND, share)) for place in older]
        pairs += [(f"near:{known.codes[place]}", _part(NEAR, share)) for place in around(found.place)]
    return of_pairs(pairs)


def around(district: int) -> tuple[int, ...]:
    """A district and those beside it; for one that is no more, those on its land."""
    return (district, *gazetteer().near.get(district, ()))


def _part(weight: int, share: Share) -> int:
    return SHARES * (weight if share == Share.SURE else (weight + 1) // 2)
