"""Birth dates in the forms that families and clerks write."""

from datetime import date

from encoder.synthetic.calendars import bangla, local_date
from encoder.synthetic.dice import Dice
from encoder.synthetic.rates import SyntheticRates

YEAR_ONLY, YEAR_AND_MONTH = 0.25, 0.20  # of the birth dates that a family gives (assumed)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BANGLA_MONTHS = (
    "Boishakh", "Joishtho", "Asharh", "Srabon", "Bhadro", "Ashwin",
    "Kartik", "Ogrohayon", "Poush", "Magh", "Falgun", "Choitro",
)  # fmt: skip
YEARS_OFF = (0, 0, 0, 0, -1, 1)  # of an invented 1 January


def written_birth(dice: Dice, rates: SyntheticRates, born: date, country: str) -> str:
    """Return a true birth date: whole, its year, or its month, seldom in the country's own calendar."""
    drawn = dice.unit()
    by_month = YEAR_ONLY <= drawn < YEAR_ONLY + YEAR_AND_MONTH
    in_words = by_month and dice.chance(rates.month_in_words)
    if dice.chance(rates.local_calendar):
        if in_words and country == "Bangladesh":
            year, month, _ = bangla(born)
            return f"{BANGLA_MONTHS[month - 1]} {year}"
        return local_date(born, country)
    if in_words:
        return f"{MONTHS[born.month - 1]} {born.year}"
    full = born.isoformat()
    return full[:4] if drawn < YEAR_ONLY else full[:7] if by_month else full


def invented_january(dice: Dice, born: date) -> str:
    """Return the first of January of about the year, as schools enter it for children without a certificate."""
    return f"{born.year + dice.pick(YEARS_OFF)}-01-01"
