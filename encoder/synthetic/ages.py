"""What the two sides state about a child's age."""

from datetime import date

from encoder.synthetic.birth_dates import invented_january, written_birth
from encoder.synthetic.people import Child
from encoder.synthetic.writing import Clerk

DAYS_OF_YEAR = 365.2425
OLDEST = 25
AGE_WITH_DATE = 0.4
MEDICAL_ERRORS = (-3, -2, -2, -1, -1, 0, 0, 0, 1, 1, 2, 2, 3)
VISUAL_ERRORS = (-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)
TOLD_ERRORS = (-1, 0, 0, 0, 0, 0, 1)
FORGED_YEARS = (3, 4, 5, 6)
VISUAL = 0.6  # of the found children who can tell no document and see no doctor
CLASSES = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
AGE_IN_CLASS_ONE = 6
LOOSE_FORMS = ("about", "about", "range", "class")


def exact_age(child: Child, day: date) -> float:
    """Return the child's age in years on a day."""
    return (day - child.born).days / DAYS_OF_YEAR


def _birth_date(clerk: Clerk, child: Child) -> str:
    if clerk.dice.chance(clerk.rates.invented_january):
        clerk.slips.add("invented_january")
        return invented_january(clerk.dice, child.born)
    return written_birth(clerk.dice, clerk.rates, child.born, child.family.home.region.country.key)


def _told(clerk: Clerk, age: int) -> str:
    """Return an age as people say it: mostly a number, else about, between, or the class at school."""
    dice, age = clerk.dice, min(max(age, 0), OLDEST)
    if not dice.chance(clerk.rates.loose_age):
        return str(age)
    clerk.slips.add("loose_age")
    form, grade = dice.pick(LOOSE_FORMS), age - AGE_IN_CLASS_ONE
    if form == "class" and 0 <= grade < len(CLASSES):
        return f"Class {CLASSES[grade]}"
    return f"{age}-{age + 1}" if form == "range" else f"about {age}"


def reported_age(clerk: Clerk, child: Child, event: date) -> dict[str, str]:
    """Return the fields of a missing report: a birth date, an age by the parents, or both."""
    dice, rates = clerk.dice, clerk.rates
    row: dict[str, str] = {}
    if dice.chance(rates.missing_birth_date):
        row["date_of_birth"] = _birth_date(clerk, child)
        row["age_basis"] = "document" if dice.chance(0.4) else "parent"
        if not dice.chance(AGE_WITH_DATE):
            return row
        row["age"] = str(min(int(exact_age(child, event)), OLDEST))
    else:
        row["age"] = _told(clerk, int(exact_age(child, event)) + dice.pick(TOLD_ERRORS))
        row["age_basis"] = "parent"
    return row


def found_age(clerk: Clerk, child: Child, event: date) -> dict[str, str]:
    """Return the fields of a found record: a document, a doctor, the child's word or a look; some are forged upward.

    No age is above `OLDEST`, which a shelter for children would not write down.
    """
    dice, rates = clerk.dice, clerk.rates
    age = int(exact_age(child, event))
    if dice.chance(rates.age_forged):
        clerk.slips.add("age_forged")
        basis = "document" if dice.chance(0.5) else "child"
        return {"age": _years(age + dice.pick(FORGED_YEARS)), "age_basis": basis}
    if dice.chance(rates.document_birth):
        return {"date_of_birth": _birth_date(clerk, child), "age_basis": "document"}
    if dice.chance(rates.medical_age):
        clerk.slips.add("medical_age")
        return _medical(clerk, age)
    if child.speaks and not dice.chance(VISUAL):
        told = _told(clerk, age + dice.pick(TOLD_ERRORS))
        return {"age": told, "age_basis": "child", "age_as_of": event.isoformat()}
    return _looked(clerk, age + dice.pick(VISUAL_ERRORS))


def _years(age: int) -> str:
    return str(min(max(age, 0), OLDEST))


def _looked(clerk: Clerk, stated: int) -> dict[str, str]:
    if clerk.dice.chance(0.4):
        return {"age_min": _years(stated - 1), "age_max": _years(stated + 1), "age_basis": "visual"}
    return {"age": _told(clerk, stated), "age_basis": "visual"}


def _medical(clerk: Clerk, age: int) -> dict[str, str]:
    dice = clerk.dice
    stated = age + dice.pick(MEDICAL_ERRORS)
    margin = dice.between(2, 3)
    basis = "ossification" if dice.chance(0.7) else "dental"
    if dice.chance(0.5):
        return {"age": _years(stated), "age_basis": basis}
    return {"age_min": _years(stated - margin), "age_max": _years(stated + margin), "age_basis": basis}
