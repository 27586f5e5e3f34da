"""Years of two digits."""

DAYS_OF_LONGEST_MONTH = 32  # of Bikram Sambat
FIRST_OF_2000S_ENDS = 50


def year_of_two_digits(year: int) -> int:
    """2000 to 2049, or 1950 to 1999: the hundred years about the lives of children and of those who report them.

    It does not depend on today, because the same text must be read the same in years to come.
    """
    return year + (2000 if year < FIRST_OF_2000S_ENDS else 1900)
