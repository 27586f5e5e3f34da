"""Draw the missing children: families, siblings, namesakes, and reports of a child that is reported already."""

from dataclasses import dataclass
from datetime import date, timedelta

from encoder.synthetic.dice import Dice
from encoder.synthetic.families import draw_child, draw_family, draw_namesake_family, draw_sibling
from encoder.synthetic.forms import LATIN, MALAYALAM, TAMIL, URDU
from encoder.synthetic.people import Child
from encoder.synthetic.places import Region, home_regions
from encoder.synthetic.rates import SyntheticRates

# Fixed, so that a seed gives the same rows in any year; the last child is found by mid-2026.
FIRST_DAY = date(2013, 1, 1)
DAYS = (date(2020, 6, 30) - FIRST_DAY).days
SAME_DAY = 0.6  # of siblings who go missing
FAMILIES_WITH_SIBLINGS = 3 / 4  # by families.CHILDREN_OF_FAMILY
WITHOUT_URDU = (MALAYALAM, TAMIL)  # Muslims of Kerala and Tamil Nadu write the language of the state
DAYS_EARLIER = 5  # at most, by which a second report of a child differs


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A report: the missing child, the day it names, where it is made and in which script.

    `again` marks the second report of a child, made by somebody else at another station.
    """

    child: Child
    day: date
    region: Region
    script: int
    again: bool = False


def written_script(dice: Dice, rates: SyntheticRates, child: Child, region: Region) -> int:
    """Return the script in which the police of a region writes the child's name."""
    knows_urdu = child.family.community == "u" and region.script not in WITHOUT_URDU
    if knows_urdu and dice.chance(rates.urdu_script):
        script = URDU
    else:
        script = LATIN if dice.chance(region.latin_share) else region.script
    return child.name.script_or_latin(script)


def draw_day(dice: Dice) -> date:
    """Return a day of the years that the population covers."""
    return FIRST_DAY + timedelta(days=dice.below(DAYS))


def draw_cases(dice: Dice, rates: SyntheticRates, count: int) -> list[Case]:
    """Draw so many reports in a random order, siblings, namesakes and children reported twice among them."""
    again = min(sum(dice.chance(rates.duplicate) for _ in range(count)), count // 2)
    cases: list[Case] = []
    sibling = rates.sibling_missing / (2.0 - rates.sibling_missing)  # one draw brings two siblings
    while len(cases) < count - again:
        case = _draw_case(dice, rates, cases)
        cases.append(case)
        if len(cases) < count - again and dice.chance(sibling / FAMILIES_WITH_SIBLINGS):
            cases += _missing_sibling(dice, rates, case)
    cases += [_reported_again(dice, rates, case) for case in dice.shuffled(cases)[:again]]
    return dice.shuffled(cases)


def _draw_case(dice: Dice, rates: SyntheticRates, cases: list[Case]) -> Case:
    day = draw_day(dice)
    if cases and dice.chance(rates.namesake):
        family = draw_namesake_family(dice, dice.pick(cases).child)
    else:
        family = draw_family(dice, "f" if dice.chance(rates.missing_girls) else "m")
    return _at_home(dice, rates, draw_child(dice, rates, family, day), day)


def _missing_sibling(dice: Dice, rates: SyntheticRates, case: Case) -> list[Case]:
    day = case.day if dice.chance(SAME_DAY) else draw_day(dice)
    sibling = draw_sibling(dice, rates, case.child, day)
    return [_at_home(dice, rates, sibling, day)] if sibling else []


def _at_home(dice: Dice, rates: SyntheticRates, child: Child, day: date) -> Case:
    region = child.family.home.region
    return Case(child, day, region, written_script(dice, rates, child, region))


def _reported_again(dice: Dice, rates: SyntheticRates, case: Case) -> Case:
    region = _another(dice, case.region) if dice.chance(rates.duplicate_other_state) else case.region
    earlier = dice.between(1, DAYS_EARLIER) if dice.chance(rates.duplicate_other_day) else 0
    script = written_script(dice, rates, case.child, region)
    return Case(case.child, case.day - timedelta(days=earlier), region, script, again=True)


def _another(dice: Dice, home: Region) -> Region:
    """Return another state of the same country."""
    while True:
        region = home_regions().draw(dice)
        if region is not home and region.country is home.country:
            return region
