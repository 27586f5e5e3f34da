"""Generate a population of missing and found children with the truth about who is whom."""

from dataclasses import dataclass
from datetime import date, timedelta

from encoder.garbage import collection_paused
from encoder.synthetic.dice import Dice
from encoder.synthetic.families import draw_child, draw_family, draw_namesake_family, draw_sibling
from encoder.synthetic.found import Finding, found_row
from encoder.synthetic.found_home import draw_found_region
from encoder.synthetic.missing import home_script, missing_row
from encoder.synthetic.people import Child
from encoder.synthetic.rates import SyntheticRates

# Fixed, so that a seed gives the same rows in any year; the last child is found by mid-2026.
FIRST_DAY = date(2013, 1, 1)
DAYS = (date(2020, 6, 30) - FIRST_DAY).days
SAME_DAY = 0.6  # of siblings who go missing
FAMILIES_WITH_SIBLINGS = 3 / 4  # by families.CHILDREN_OF_FAMILY
UNREPORTED = -1
DEFAULT_RATES = SyntheticRates()


@dataclass(frozen=True)
class SyntheticPopulation:
    """Rows by the record schema, and the true pairs (missing record_id, found record_id), one-to-one."""

    missing: list[dict[str, str]]
    found: list[dict[str, str]]
    truth: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A missing child, the day it went missing and the script of the report."""

    child: Child
    day: date
    script: int


def generate(missing: int, found: int, seed: int, rates: SyntheticRates = DEFAULT_RATES) -> SyntheticPopulation:
    """Invent `missing` reports and `found` records; the same arguments give the same rows on any machine.

    Raises `ValueError` for a negative number of records.
    """
    if missing < 0 or found < 0:
        raise ValueError("the numbers of missing and found records must not be negative")
    with collection_paused():
        return _generate(Dice(seed), rates, missing, found)


def _generate(dice: Dice, rates: SyntheticRates, missing: int, found: int) -> SyntheticPopulation:
    cases = _draw_cases(dice, rates, missing)
    reports = [missing_row(dice, rates, c.child, c.day, c.script, f"M{n:06d}") for n, c in enumerate(cases, start=1)]
    sources = _draw_sources(dice, rates, missing, found)
    others = _unreported_findings(dice, rates, cases, sources.count(UNREPORTED))
    records, truth = [], []
    for number, source in enumerate(sources, start=1):
        child, finding = others.pop() if source == UNREPORTED else _found_again(dice, rates, cases[source])
        records.append(found_row(dice, rates, child, finding, f"F{number:06d}"))
        if source != UNREPORTED:
            truth.append((f"M{source + 1:06d}", f"F{number:06d}"))
    return SyntheticPopulation(reports, records, sorted(truth))


def _draw_cases(dice: Dice, rates: SyntheticRates, count: int) -> list[Case]:
    """Draw the missing children in a random order, siblings and namesakes among them."""
    cases: list[Case] = []
    sibling = rates.sibling_missing / (2.0 - rates.sibling_missing)  # one draw brings two siblings
    while len(cases) < count:
        case = _draw_case(dice, rates, cases)
        cases.append(case)
        if len(cases) < count and dice.chance(sibling / FAMILIES_WITH_SIBLINGS):
            cases += _missing_sibling(dice, rates, case)
    return dice.shuffled(cases)


def _draw_case(dice: Dice, rates: SyntheticRates, cases: list[Case]) -> Case:
    day = _draw_day(dice)
    if cases and dice.chance(rates.namesake):
        family = draw_namesake_family(dice, dice.pick(cases).child)
    else:
        family = draw_family(dice, "f" if dice.chance(rates.missing_girls) else "m")
    child = draw_child(dice, rates, family, day)
    return Case(child, day, home_script(dice, child))


def _missing_sibling(dice: Dice, rates: SyntheticRates, case: Case) -> list[Case]:
    day = case.day if dice.chance(SAME_DAY) else _draw_day(dice)
    sibling = draw_sibling(dice, rates, case.child, day)
    return [Case(sibling, day, home_script(dice, sibling))] if sibling else []


def _draw_day(dice: Dice) -> date:
    return FIRST_DAY + timedelta(days=dice.below(DAYS))


def _draw_sources(dice: Dice, rates: SyntheticRates, missing: int, found: int) -> list[int]:
    """Return for each found record the index of its missing report, or UNREPORTED."""
    reported = min(missing, sum(not dice.chance(rates.unreported) for _ in range(found)))
    chosen = dice.shuffled(range(missing))[:reported]
    return dice.shuffled(chosen + [UNREPORTED] * (found - reported))


def _draw_lag(dice: Dice, rates: SyntheticRates) -> timedelta:
    drawn = dice.unit()
    if drawn < rates.within_month:
        return timedelta(days=dice.between(0, 30))
    if drawn < rates.within_month + rates.within_year:
        return timedelta(days=dice.between(31, 365))
    return timedelta(days=dice.between(366, 2_190))


def _found_again(dice: Dice, rates: SyntheticRates, case: Case) -> tuple[Child, Finding]:
    day = case.day + _draw_lag(dice, rates)
    return case.child, Finding(day, draw_found_region(dice, rates, case.child), case.script)


def _unreported(dice: Dice, rates: SyntheticRates) -> tuple[Child, Finding]:
    """Draw a child whom nobody reported."""
    day = _draw_day(dice)
    family = draw_family(dice, "m" if dice.chance(rates.unreported_found_boys) else "f")
    return _finding(dice, rates, draw_child(dice, rates, family, day), day)


def _namesake(dice: Dice, rates: SyntheticRates, cases: list[Case]) -> tuple[Child, Finding]:
    """Draw an unreported child with the names of a missing one."""
    day = _draw_day(dice)
    family = draw_namesake_family(dice, dice.pick(cases).child)
    return _finding(dice, rates, draw_child(dice, rates, family, day), day)


def _finding(dice: Dice, rates: SyntheticRates, child: Child, day: date) -> tuple[Child, Finding]:
    return child, Finding(day, draw_found_region(dice, rates, child), home_script(dice, child))


def _sibling_findings(dice: Dice, rates: SyntheticRates, cases: list[Case], most: int) -> list[tuple[Child, Finding]]:
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


def _unreported_findings(
    dice: Dice, rates: SyntheticRates, cases: list[Case], count: int
) -> list[tuple[Child, Finding]]:
    findings = _sibling_findings(dice, rates, cases, count)
    while len(findings) < count:
        namesake = bool(cases) and dice.chance(rates.namesake)
        findings.append(_namesake(dice, rates, cases) if namesake else _unreported(dice, rates))
    return dice.shuffled(findings)
