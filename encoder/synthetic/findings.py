"""Draw the found children: those reported missing, those never reported, and those recorded by a second shelter."""

from dataclasses import dataclass
from datetime import date, timedelta

from encoder.synthetic.cases import Case, draw_day, written_script
from encoder.synthetic.dice import Dice
from encoder.synthetic.families import draw_child, draw_family, draw_namesake_family, draw_sibling
from encoder.synthetic.found_home import draw_found_region, draw_other_region
from encoder.synthetic.people import Child
from encoder.synthetic.places import Region
from encoder.synthetic.rates import SyntheticRates

FIRST_STAY, LONGEST_STAY = 3, 400  # days until a child is moved to the next shelter (assumed)


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A record: the child, when and in which state a shelter took it in.

    `script` is the one its missing report was, or would be, in; `again` marks the record of a second shelter.
    """

    child: Child
    day: date
    region: Region
    script: int
    again: bool = False


def draw_findings(dice: Dice, rates: SyntheticRates, cases: list[Case], count: int) -> list[Finding]:
    """Draw so many records in a random order."""
    again = min(sum(dice.chance(rates.transfer) for _ in range(count)), count // 2)
    first = _first_findings(dice, rates, cases, count - again)
    moved = [_transferred(dice, rates, finding) for finding in dice.shuffled(first)[:again]]
    return dice.shuffled(first + moved)


def _first_findings(dice: Dice, rates: SyntheticRates, cases: list[Case], count: int) -> list[Finding]:
    own = [case for case in cases if not case.again]
    reported = min(len(own), sum(not dice.chance(rates.unreported) for _ in range(count)))
    findings = [_found_again(dice, rates, case) for case in dice.shuffled(own)[:reported]]
    return findings + _unreported_findings(dice, rates, own, count - reported)


def _draw_lag(dice: Dice, rates: SyntheticRates) -> timedelta:
    drawn = dice.unit()
    if drawn < rates.within_month:
        return timedelta(days=dice.between(0, 30))
    if drawn < rates.within_month + rates.within_year:
        return timedelta(days=dice.between(31, 365))
    return timedelta(days=dice.between(366, 2_190))


def _found_again(dice: Dice, rates: SyntheticRates, case: Case) -> Finding:
    day = case.day + _draw_lag(dice, rates)
    return Finding(case.child, day, draw_found_region(dice, rates, case.child), case.script)


def _transferred(dice: Dice, rates: SyntheticRates, finding: Finding) -> Finding:
    day = finding.day + timedelta(days=dice.between(FIRST_STAY, LONGEST_STAY))
    moved = dice.chance(rates.transfer_other_state)
    region = draw_other_region(dice, finding.region) if moved else finding.region
    return Finding(finding.child, day, region, finding.script, again=True)


def _unreported_findings(dice: Dice, rates: SyntheticRates, cases: list[Case], count: int) -> list[Finding]:
    findings = _sibling_findings(dice, rates, cases, count)
    while len(findings) < count:
        namesake = bool(cases) and dice.chance(rates.namesake)
        findings.append(_namesake(dice, rates, cases) if namesake else _stranger(dice, rates))
    return findings


def _stranger(dice: Dice, rates: SyntheticRates) -> Finding:
    day = draw_day(dice)
    family = draw_family(dice, "m" if dice.chance(rates.unreported_found_boys) else "f")
    return _finding(dice, rates, draw_child(dice, rates, family, day), day)


def _namesake(dice: Dice, rates: SyntheticRates, cases: list[Case]) -> Finding:
    """Draw an unreported child with the names of a missing one."""
    day = draw_day(dice)
    family = draw_namesake_family(dice, dice.pick(cases).child)
    return _finding(dice, rates, draw_child(dice, rates, family, day), day)


def _sibling_findings(dice: Dice, rates: SyntheticRates, cases: list[Case], most: int) -> list[Finding]:
    """Draw found siblings of missing children; nobody reported them, so they are in no true pair."""
    twice = {case.child.family for case in cases if case.child.place > 0}
    alone = [case for case in cases if case.child.family not in twice and len(case.child.siblings) > 0]
    wanted = min(most, sum(dice.chance(rates.sibling_found) for _ in cases))
    findings = []
    for case in dice.shuffled(alone)[:wanted]:
        day = case.day + _draw_lag(dice, rates)
        if sibling := draw_sibling(dice, rates, case.child, day):
            findings.append(_finding(dice, rates, sibling, day))
    return findings


def _finding(dice: Dice, rates: SyntheticRates, child: Child, day: date) -> Finding:
    script = written_script(dice, rates, child, child.family.home.region)
    return Finding(child, day, draw_found_region(dice, rates, child), script)
