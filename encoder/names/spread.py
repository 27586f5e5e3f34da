"""The Latin spellings of one written word, with whole-number shares: what a word's tokens are weighted by."""

from encoder.names.romaniser import Spellings

SHARES = 8
"""Shares of a word. A word in Latin letters has one spelling, which takes them all."""
BY_TABLE = 3
"""Shares of the rule table's form where there is a fitted one too: it helps most with formal names and with places."""

Spread = tuple[tuple[str, int], ...]


def spread_of(table_form: str, fitted: Spellings = ()) -> Spread:
    """The spellings that a word's tokens are made of.

    Args:
        table_form: form A, by rule table; empty when no rule read the word.
        fitted: spellings of form B with probabilities that add up to 1, likeliest first; empty when there are none.

    Returns:
        (spelling, share), each spelling once, shares at least 1 that add up to SHARES; largest remainders decide, and
        of equal ones the likelier spelling. Empty when both forms are.
    """
    if not fitted:
        return ((table_form, SHARES),) if table_form else ()
    shares = {table_form: BY_TABLE} if table_form else {}
    left = SHARES - sum(shares.values())
    for (spelled, _), units in zip(fitted, _apportioned([chance for _, chance in fitted], left), strict=True):
        if units:
            shares[spelled] = shares.get(spelled, 0) + units
    return tuple(shares.items())


def _apportioned(chances: list[float], units: int) -> list[int]:
    """Whole units by largest remainder (Hamilton's method)."""
    exact = [chance * units for chance in chances]
    whole = [int(value) for value in exact]
    left = units - sum(whole)
    for place in sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))[:left]:
        whole[place] += 1
    return whole
