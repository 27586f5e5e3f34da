"""Tokens of a birth: the years it may lie in and the parts of a whole date, so that one wrong part costs one part."""

from functools import lru_cache

from encoder.birth import BirthInterval
from encoder.calendars.interval import gregorian_date
from encoder.tokens.piece import CACHE, Piece, of_pairs

YEAR, MONTH, DAY, MONTH_AND_DAY, DATE = 4, 2, 2, 3, 4
MOST_YEARS = 12
"""A wider interval says nothing about the year."""


@lru_cache(CACHE)
def birth_bag(birth: BirthInterval) -> tuple[Piece, ...]:
    """One piece for a birth interval.

    Month and day are unordered, since stations write both orders and a swap is the commonest slip. A day that offices
    invent (1 January) is no whole date and gives its year alone. Lighter tokens for the years at the ends of a wide
    interval were measured, and moved no recall.
    """
    first, last = gregorian_date(birth.first), gregorian_date(birth.last)
    years = range(first.year, last.year + 1)
    pairs = [(f"y{year}", YEAR) for year in years] if len(years) <= MOST_YEARS else []
    if (first.year, first.month) == (last.year, last.month):
        pairs.append((f"m{first.month}", MONTH))
    if birth.exact:
        low, high = sorted((first.month, first.day))
        pairs += [(f"d{first.day}", DAY), (f"p{low}-{high}", MONTH_AND_DAY), (f"{first.isoformat()}", DATE)]
    return (of_pairs(pairs),) if pairs else ()
