"""Birth dates in the calendars of Nepal (BS) and Bangladesh (BN)."""

from datetime import date, timedelta

from encoder.synthetic.forms import table

REFORMED_BANGLA_YEAR = 1426  # from 2019 Bangladesh gives six months 31 days, before it five


def bikram_sambat(day: date) -> tuple[int, int, int] | None:
    """Return year, month and day of a Gregorian date in Bikram Sambat, or None outside the table's years.

    Each row of `data/bikram_sambat.tsv` has the Gregorian first day of a year and the lengths of its twelve months.
    """
    for row in reversed(table("bikram_sambat")):
        first = date.fromisoformat(row["first_day"])
        left = (day - first).days
        if left >= 0:
            return _within(int(row["year"]), left, [int(n) for n in row["months"].split()])
    return None


def _within(year: int, left: int, lengths: list[int]) -> tuple[int, int, int] | None:
    for month, length in enumerate(lengths, start=1):
        if left < length:
            return year, month, left + 1
        left -= length
    return None


def bangla(day: date) -> tuple[int, int, int]:
    """Return year, month and day in Bangladesh's calendar, whose year begins on 14 April."""
    start = date(day.year, 4, 14)
    if day < start:
        start = date(day.year - 1, 4, 14)
    year = start.year - 593
    leap = _is_leap(start.year + 1)
    lengths = [31] * 6 + [30] * 4 + [30 if leap else 29, 30]
    if year < REFORMED_BANGLA_YEAR:
        lengths = [31] * 5 + [30] * 5 + [31 if leap else 30, 30]
    found = _within(year, (day - start).days, lengths)
    assert found is not None
    return found


def _is_leap(year: int) -> bool:
    return date(year, 2, 28) + timedelta(days=1) != date(year, 3, 1)


def local_date(day: date, country: str) -> str:
    """Return `BS:…` or `BN:…` for Nepal or Bangladesh, else the ISO date."""
    parts = bikram_sambat(day) if country == "Nepal" else bangla(day) if country == "Bangladesh" else None
    if parts is None:
        return day.isoformat()
    prefix = "BS" if country == "Nepal" else "BN"
    return f"{prefix}:{parts[0]:04d}-{parts[1]:02d}-{parts[2]:02d}"
