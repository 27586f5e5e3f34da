"""Why a birth interval is as wide as it is."""

from enum import StrEnum


class BirthReason(StrEnum):
    """What a birth interval was made from.

    DATE           a whole date of birth that nobody estimated
    MONTH, YEAR    a date of birth without its day, or without month and day
    INVENTED_DAY   1 January, or another day that stands for one that nobody knows: its year, widened by the basis
    ESTIMATE       a date counted back from an estimated age, widened by the basis
    AGE            an age in years
    MONTHS         an age in months, weeks or days
    ABOUT          an age that its writer calls approximate
    AGE_RANGE      two ages, or a limit
    CLASS          a school class
    GROUP          a word for a stretch of life, such as infant
    """

    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    INVENTED_DAY = "invented day"
    ESTIMATE = "estimate"
    AGE = "age"
    MONTHS = "months"
    ABOUT = "about"
    AGE_RANGE = "age range"
    CLASS = "class"
    GROUP = "group"
