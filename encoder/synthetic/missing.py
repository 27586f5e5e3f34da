"""Write a missing report: what a family tells a police clerk."""

from datetime import date

from encoder.synthetic.ages import exact_age, reported_age
from encoder.synthetic.bodies import height_cm, seen_marks, write_disability
from encoder.synthetic.cases import Case
from encoder.synthetic.dice import Dice
from encoder.synthetic.forms import Forms
from encoder.synthetic.found_names import OWN
from encoder.synthetic.people import Child
from encoder.synthetic.phones import write_phone
from encoder.synthetic.places import draw_district
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.schema import EMPTY
from encoder.synthetic.shared_fields import (
    NATIONALITIES,
    draw_languages,
    religion_of,
    write_event,
    write_name,
    write_sex,
)
from encoder.synthetic.writing import Clerk
from encoder.synthetic.written import WrittenRecord

LAST_SEEN_AT_HOME = 0.85  # in the home district, else elsewhere in the state
VILLAGE_KNOWN, SUBDISTRICT_KNOWN = 0.93, 0.75
CASE_NUMBER = 0.7


def missing_record(dice: Dice, rates: SyntheticRates, case: Case, record_id: str) -> WrittenRecord:
    """Return the report, with every column of the schema; a second report is written by ear, like a found record."""
    child, event, region = case.child, case.day, case.region
    clerk = Clerk(dice, rates, case.script, dice.chance(rates.capitals), case.again, region.state.key == "Assam")
    row = EMPTY | {"record_id": record_id, "kind": "missing", "event_date": event.isoformat()}
    row.update(write_name(clerk, child.name))
    row.update(reported_age(clerk, child, event))
    row["sex"] = write_sex(clerk, child.sex)
    row["name_source"] = dice.pick(("family", "family", "document", ""))
    row.update(_relatives(clerk, child))
    row.update(_home(clerk, child))
    row.update(write_event(clerk, region, _last_seen(dice, case)))
    row.update(_description(dice, rates, child, event))
    row.update(_papers(dice, rates, event, record_id))
    row["phones"] = _phones(dice, rates, child)
    row["nationality"] = NATIONALITIES[child.family.home.region.country.key]
    row["languages"] = draw_languages(dice, child.family.home.region, child.family.community)
    row["religion"] = religion_of(child) if dice.chance(0.6) else ""
    return WrittenRecord(row, case.script, OWN, clerk.slips)


def _last_seen(dice: Dice, case: Case) -> Forms:
    home = case.child.family.home
    at_home = case.region is home.region and not case.again and dice.chance(LAST_SEEN_AT_HOME)
    return home.district if at_home else draw_district(dice, case.region)[1]


def _relatives(clerk: Clerk, child: Child) -> dict[str, str]:
    dice, rates, family = clerk.dice, clerk.rates, child.family
    row: dict[str, str] = {}
    if not dice.chance(rates.missing_father_absent):
        row["father_name"] = clerk.person(family.father, "late" if dice.chance(rates.father_late) else "")
    if not dice.chance(rates.missing_mother_absent):
        row["mother_name"] = clerk.person(family.mother, "smt" if dice.chance(rates.mother_honorific) else "")
    if dice.chance(rates.missing_siblings_listed):
        row["sibling_names"] = ";".join(clerk.person(name) for name in child.siblings)
    if dice.chance(rates.missing_kin_listed):
        row["other_relatives"] = ";".join(clerk.person(name) for name in family.kin)
    if dice.chance(rates.missing_nickname_listed):
        row["nicknames"] = clerk.person(child.nickname)
    return row


def _home(clerk: Clerk, child: Child) -> dict[str, str]:
    dice, home = clerk.dice, child.family.home
    return {
        "home_country": clerk.listed_place(home.region.country),
        "home_state": clerk.listed_place(home.region.state),
        "home_district": clerk.place(home.district),
        "home_subdistrict": clerk.place(home.subdistrict) if dice.chance(SUBDISTRICT_KNOWN) else "",
        "home_village": clerk.village(home.village) if dice.chance(VILLAGE_KNOWN) else "",
    }


def _description(dice: Dice, rates: SyntheticRates, child: Child, event: date) -> dict[str, str]:
    row = {"complexion": child.complexion if dice.chance(0.7) else ""}
    if dice.chance(rates.missing_height):
        exact = height_cm(child.sex, exact_age(child, event), child.stature)
        row["height_cm"] = str(5 * round((exact + dice.between(-5, 5)) / 5))  # families guess to the nearest five
    if dice.chance(rates.missing_marks):
        row["marks"] = seen_marks(dice, child.marks, later=False)
    if child.disability and dice.chance(rates.disability_told):
        row["disability"] = write_disability(dice, child.disability)
    if not child.speaks:
        row["speech"] = "does not speak"
    return row


def _papers(dice: Dice, rates: SyntheticRates, event: date, record_id: str) -> dict[str, str]:
    number = f"fir:{dice.between(1, 900)}/{event.year}"
    photo = rates.photo_names and dice.chance(rates.missing_photo)
    return {
        "identifiers": number if dice.chance(CASE_NUMBER) else "",
        "photos": f"{record_id}.jpg" if photo else "",
        "protect_location": "false",
        "sealed_by_court": "false",
    }


def _phones(dice: Dice, rates: SyntheticRates, child: Child) -> str:
    if not dice.chance(rates.missing_phone):
        return ""
    country = child.family.home.region.country.key
    return ";".join(write_phone(dice, number, country) for number in child.family.phones)
