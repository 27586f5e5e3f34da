"""What the two sides state about a child's age."""

from datetime import date

from encoder.synthetic.calendars import local_date
from encoder.synthetic.dice import Dice
from encoder.synthetic.people import Child
from encoder.synthetic.rates import SyntheticRates

DAYS_OF_YEAR = 365.2425
OLDEST = 25
AGE_FIELDS = ("age", "age_min", "age_max")
YEAR_ONLY, YEAR_AND_MONTH = 0.25, 0.20  # of the birth dates that a family gives
AGE_WITH_DATE = 0.4
MEDICAL_ERRORS = (-3, -2, -2, -1, -1, 0, 0, 0, 1, 1, 2, 2, 3)
VISUAL_ERRORS = (-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)
TOLD_ERRORS = (-1, 0, 0, 0, 0, 0, 1)
FORGED_YEARS = (3, 4, 5, 6)
VISUAL = 0.6  # of the found children who can tell no document and see no doctor


def exact_age(child: Child, day: date) -> float:
    """Return the child's age in years on a day."""
    return (day - child.born).days / DAYS_OF_YEAR


def _birth_date(dice: Dice, rates: SyntheticRates, child: Child) -> str:
    country = child.family.home.region.country.key
    if dice.chance(rates.local_calendar):
        return local_date(child.born, country)
    full = child.born.isoformat()
    drawn = dice.unit()
    return full[:4] if drawn < YEAR_ONLY else full[:7] if drawn < YEAR_ONLY + YEAR_AND_MONTH else full


def reported_age(dice: Dice, rates: SyntheticRates, child: Child, event: date) -> dict[str, str]:
    """Return the fields of a missing report: a birth date, an age by the parents, or both."""
    row: dict[str, str] = {}
    if dice.chance(rates.missing_birth_date):
        row["date_of_birth"] = _birth_date(dice, rates, child)
        row["age_basis"] = "document" if dice.chance(0.4) else "parent"
        if not dice.chance(AGE_WITH_DATE):
            return row
        row["age"] = str(min(int(exact_age(child, event)), OLDEST))
    else:
        row["age"] = str(max(0, int(exact_age(child, event)) + dice.pick(TOLD_ERRORS)))
        row["age_basis"] = "parent"
    return row


def found_age(dice: Dice, rates: SyntheticRates, child: Child, event: date) -> dict[str, str]:
    """Return the fields of a found record, with no age that a shelter for children would not write down."""
    stated = _found_age(dice, rates, child, event)
    ages = {field: str(min(int(value), OLDEST)) for field, value in stated.items() if field in AGE_FIELDS}
    return {**stated, **ages}


def _found_age(dice: Dice, rates: SyntheticRates, child: Child, event: date) -> dict[str, str]:
    """Return the fields of a found record: a document, a doctor, the child's word or a look; some are forged upward."""
    age = int(exact_age(child, event))
    if dice.chance(rates.age_forged):
        basis = "document" if dice.chance(0.5) else "child"
        return {"age": str(age + dice.pick(FORGED_YEARS)), "age_basis": basis}
    if dice.chance(rates.document_birth):
        return {"date_of_birth": _birth_date(dice, rates, child), "age_basis": "document"}
    if dice.chance(rates.medical_age):
        return _medical(dice, age)
    if child.speaks and not dice.chance(VISUAL):
        return {"age": str(max(0, age + dice.pick(TOLD_ERRORS))), "age_basis": "child", "age_as_of": event.isoformat()}
    stated = max(0, age + dice.pick(VISUAL_ERRORS))
    if dice.chance(0.4):
        return {"age_min": str(max(0, stated - 1)), "age_max": str(stated + 1), "age_basis": "visual"}
    return {"age": str(stated), "age_basis": "visual"}


def _medical(dice: Dice, age: int) -> dict[str, str]:
    stated = max(0, age + dice.pick(MEDICAL_ERRORS))
    margin = dice.between(2, 3)
    basis = "ossification" if dice.chance(0.7) else "dental"
    if dice.chance(0.5):
        return {"age": str(stated), "age_basis": basis}
    return {"age_min": str(max(0, stated - margin)), "age_max": str(stated + margin), "age_basis": basis}
