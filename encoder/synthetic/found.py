"""Write a found record: what a shelter learns from a child, often little and sometimes false."""

from datetime import date

from encoder.synthetic.ages import exact_age, found_age
from encoder.synthetic.bodies import height_cm, seen_marks, write_disability
from encoder.synthetic.dice import Dice
from encoder.synthetic.findings import Finding
from encoder.synthetic.forms import LATIN
from encoder.synthetic.found_home import found_home
from encoder.synthetic.found_names import found_names
from encoder.synthetic.people import Child
from encoder.synthetic.phones import misremembered, write_phone
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.schema import EMPTY
from encoder.synthetic.shared_fields import draw_languages, religion_of, write_event, write_sex
from encoder.synthetic.writing import Clerk
from encoder.synthetic.written import WrittenRecord


def _found_script(dice: Dice, rates: SyntheticRates, finding: Finding) -> int:
    """Return the shelter's script: the report's, or at the given rate another that the child's name has.

    The other script is one that the state of the finding uses, if there is any.
    """
    others = [script for script in finding.child.name.scripts if script != finding.script]
    if not others or not dice.chance(rates.other_script):
        return finding.script
    used = [script for script in others if script in (LATIN, finding.region.script)]
    return dice.pick(used or others)


def found_record(dice: Dice, rates: SyntheticRates, finding: Finding, record_id: str) -> WrittenRecord:
    """Return the record, with every column of the schema."""
    child = finding.child
    script = _found_script(dice, rates, finding)
    capitals = script == LATIN and dice.chance(rates.capitals)
    clerk = Clerk(dice, rates, script, capitals, True, finding.region.state.key == "Assam")
    row = EMPTY | {"record_id": record_id, "kind": "found", "event_date": finding.day.isoformat()}
    name_type, names = found_names(clerk, child, finding.region)
    row.update(names)
    row.update(found_age(clerk, child, finding.day))
    row["sex"] = write_sex(clerk, child.sex)
    row.update(found_home(clerk, child, finding.region))
    row.update(write_event(clerk, finding.region, None))
    row.update(_description(dice, rates, child, finding.day))
    if child.speaks:
        row.update(_told(dice, rates, child))
    row.update(_papers(dice, rates, record_id))
    return WrittenRecord(row, child.name.script_or_latin(script), name_type, clerk.slips)


def _told(dice: Dice, rates: SyntheticRates, child: Child) -> dict[str, str]:
    home = child.family.home
    row = {"languages": draw_languages(dice, home.region, child.family.community)}
    row["religion"] = religion_of(child) if dice.chance(0.4) else ""
    if dice.chance(rates.found_phone):
        number = dice.pick(child.family.phones)
        if dice.chance(rates.found_phone_wrong):
            row["phones"] = misremembered(dice, number)
        else:
            row["phones"] = write_phone(dice, number, home.region.country.key)
    return row


def _description(dice: Dice, rates: SyntheticRates, child: Child, day: date) -> dict[str, str]:
    row = {"complexion": child.complexion if dice.chance(0.6) else ""}
    if dice.chance(rates.found_height):
        measured = height_cm(child.sex, exact_age(child, day), child.stature)
        row["height_cm"] = str(measured + dice.between(-1, 1))
    if dice.chance(rates.found_marks):
        row["marks"] = seen_marks(dice, child.marks, later=True)
    if child.disability and dice.chance(rates.disability_seen):
        row["disability"] = write_disability(dice, child.disability)
    if not child.speaks:
        row["speech"] = "does not speak"
    return row


def _papers(dice: Dice, rates: SyntheticRates, record_id: str) -> dict[str, str]:
    photo = rates.photo_names and dice.chance(rates.found_photo)
    return {
        "photos": f"{record_id}.jpg" if photo else "",
        "protect_location": "false" if dice.chance(0.1) else "true",
        "sealed_by_court": "true" if dice.chance(0.04) else "false",
    }
