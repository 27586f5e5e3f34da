"""School classes as ages.

Class 1 begins at six in India (Right of Children to Free and Compulsory Education Act 2009, sections 2(c) and 3) and
Bangladesh, at five in Nepal, so that children of class n are mostly n + 5. The children of these records began
late and repeated classes, if they went at all: an assumption of this project, and the reason for the wide upper end.
"""

from encoder.ages.stated import StatedAge
from encoder.birth_reason import BirthReason
from encoder.field_errors import FieldError

LAST_CLASS = 12
YOUNGEST_OVER_CLASS, OLDEST_OVER_CLASS = 4, 8
"""Completed years that a child of class n has: from n + 4 to n + 8."""


def class_age(number: float) -> StatedAge:
    """Ages of a class by its number; FieldError for one that no school has."""
    if number != int(number) or not 1 <= number <= LAST_CLASS:
        raise FieldError(f"A class must be 1 to {LAST_CLASS}; write the age in years, or the class.")
    return StatedAge(number + YOUNGEST_OVER_CLASS, number + OLDEST_OVER_CLASS + 1, BirthReason.CLASS)
