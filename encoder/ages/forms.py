"""The forms of an age: the order of its letters (`words.py`), and what each order comes to."""

import re
from collections.abc import Callable, Sequence

from encoder.ages.classes import class_age
from encoder.ages.stated import OLDEST_YEARS, StatedAge
from encoder.birth_reason import BirthReason
from encoder.field_errors import FieldError

MONTHS_A_YEAR, WEEKS_A_YEAR, DAYS_A_YEAR = 12, 52.18, 365.25
NO_LIMIT = OLDEST_YEARS + 1.0

Numbers = Sequence[float]
Make = Callable[[Numbers], StatedAge]


def _range(low: float, below: float) -> StatedAge:
    if low >= below:
        raise FieldError("The range of ages runs backwards; write the lower age first, such as 8-10.")
    return StatedAge(low, below, BirthReason.AGE_RANGE)


def _short(unit: float) -> Make:
    return lambda n: StatedAge(n[0] / unit, (n[0] + 1) / unit, BirthReason.MONTHS)


def _years(low: float) -> StatedAge:
    return StatedAge(low, low + 1, BirthReason.AGE)


def _years_and_months(n: Numbers) -> StatedAge:
    if n[1] >= MONTHS_A_YEAR:
        raise FieldError("A year has 12 months; write years and months, such as 10 years 6 months.")
    low = n[0] + n[1] / MONTHS_A_YEAR
    return StatedAge(low, low + 1 / MONTHS_A_YEAR, BirthReason.MONTHS)


def _twins(n: Numbers) -> StatedAge:
    """Two numbers in a row, as people say seven-eight years."""
    if n[1] != n[0] + 1:
        raise FieldError("Two ages stand side by side; write a range, such as 7-8.")
    return _range(n[0], n[1] + 1)


_SOME_CLASS = "(?:C+(?:N|R)o?|(?:N|R)o?C+)"

_FORMS: tuple[tuple[str, Make], ...] = (
    ("N(?:-?Y+)?", lambda n: _years(n[0])),
    ("HNY*", lambda n: _years(n[0] + 0.5)),
    ("NY+-?N[Mm]", _years_and_months),
    ("NM", _short(MONTHS_A_YEAR)),
    ("NW", _short(WEEKS_A_YEAR)),
    ("ND", _short(DAYS_A_YEAR)),
    # Stations write 8+ for eight years and some months, and for a little more than eight.
    (r"NY*\+Y*", lambda n: StatedAge(n[0], n[0] + 2, BirthReason.ABOUT)),
    ("NY*-NY*", lambda n: _range(n[0], n[1] + 1)),
    ("NNY+", _twins),
    ("NM?-NM", lambda n: _range(n[0] / MONTHS_A_YEAR, (n[1] + 1) / MONTHS_A_YEAR)),
    ("NM-NY+", lambda n: _range(n[0] / MONTHS_A_YEAR, n[1] + 1)),
    ("N±NY*", lambda n: _range(max(0, n[0] - n[1]), n[0] + n[1] + 1)),
    ("<NY*|NY*u", lambda n: _range(0, n[0])),
    ("<NM|NMu", lambda n: _range(0, n[0] / MONTHS_A_YEAR)),
    ("LNY*|NY*U", lambda n: _range(0, n[0] + 1)),
    (">NY*|NY*O", lambda n: _range(n[0], NO_LIMIT)),
    (_SOME_CLASS, lambda n: class_age(n[0])),
    ("C+(?:N|R)o?-C*(?:N|R)o?", lambda n: StatedAge(class_age(n[0]).low, class_age(n[1]).below, BirthReason.CLASS)),
)
# A word that calls an age approximate may stand before or after.
FORMS: tuple[tuple[re.Pattern[str], Make], ...] = tuple(
    (re.compile(f"A*(?:{form})A*"), make) for form, make in _FORMS
)
"""Each form as a pattern of letters, with what makes an age of its numbers; FieldError when they cannot be."""

GROUP_FORM = re.compile("A*C*GC*A*")
"""A stretch of life, or a class before the first."""
