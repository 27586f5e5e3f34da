"""Rates of single slips and gaps, each measured where its parameter is set high."""

from collections import Counter

import pytest

from encoder.synthetic.cases import draw_cases
from encoder.synthetic.dice import Dice
from encoder.synthetic.forms import URDU
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.vocabulary import slot_words
from tests.encoder.synthetic.measuring import assert_rate, full_name, pairs_of, script, with_rates

HIGH = 0.3


def people(**rates: float) -> SyntheticPopulation:
    return generate(2_500, 2_500, 14, with_rates(**rates))


def starts_with(text: str, word: str) -> bool:
    spellings = (form for forms in slot_words()[word].spellings for form in forms)
    return any(text.casefold().startswith(f"{form.casefold()} ") for form in spellings)


@pytest.mark.parametrize(
    ("rate", "types"),
    [("renamed", {"renamed", "renamed with alias"}), ("nickname_as_name", {"nickname"}), ("staff_name", {"staff"})],
)
def test_names_that_are_not_the_childs(rate: str, types: set[str]) -> None:
    assert_rate([line["name_type"] in types for line in people(**{rate: HIGH}).facts], HIGH)


def test_old_names_among_the_aliases() -> None:
    renamed = people(renamed=1.0, renamed_with_alias=HIGH)
    assert_rate([line["name_type"] == "renamed with alias" for line in renamed.facts], HIGH)
    aliases = [found["aliases"] for _, found in pairs_of(renamed)]
    assert_rate([bool(alias) for alias in aliases], HIGH)


@pytest.mark.parametrize(("rate", "slip"), [("dropped_token", "dropped_token"), ("order_swapped", "reordered")])
def test_words_that_go_missing_or_astray(rate: str, slip: str) -> None:
    population = people(**{rate: HIGH})
    pairs = zip(population.facts, pairs_of(population), strict=True)
    several = [facts[slip] == "yes" for facts, (missing, _) in pairs if len(full_name(missing).split()) > 1]
    assert_rate(several, HIGH, slack=0.01)  # a given name may itself be written as two words


def test_slips_of_the_fingers_on_both_sides() -> None:
    assert_rate([line["typo"] == "yes" for line in people(typo=HIGH).facts], 1 - (1 - HIGH) ** 2)


def test_honorifics() -> None:
    rows = people(father_late=HIGH, mother_honorific=HIGH).missing
    assert_rate([starts_with(row["father_name"], "late") for row in rows], HIGH)
    assert_rate([starts_with(row["mother_name"], "smt") for row in rows if row["mother_name"]], HIGH)


def test_columns_and_capitals() -> None:
    rows = people(split_name=HIGH, capitals=HIGH).missing
    several = [row for row in rows if len(full_name(row).split()) > 1]
    assert_rate([bool(row["given_name"]) for row in several], HIGH)
    latin = [full_name(row) for row in rows if script(full_name(row)) == "latin"]
    assert_rate([name.isupper() for name in latin], HIGH, slack=0.01)


def test_urdu_where_muslim_families_read_it() -> None:
    cases = draw_cases(Dice(3), with_rates(urdu_script=1.0), 4_000)
    muslim = [case for case in cases if case.child.family.community == "u"]
    assert sum(case.script == URDU for case in muslim) / len(muslim) > 0.7
    assert all(case.child.family.community == "u" for case in cases if case.script == URDU)


def test_documents_and_unknown_sex() -> None:
    population = people(document_birth=HIGH, sex_unknown=HIGH)
    assert_rate([bool(row["date_of_birth"]) for row in population.found], HIGH)
    assert_rate([row["sex"] == "unknown" for row in population.missing + population.found], HIGH)


def test_children_who_cross_a_border() -> None:
    abroad = [line for line in people(border_crossed=0.6, other_state=1.0).facts if line["country"] != "India"]
    assert_rate([line["cross_border"] == "yes" for line in abroad], 0.6)


@pytest.mark.parametrize(
    ("column", "rate", "side"),
    [
        ("phones", "found_phone", "found"), ("nicknames", "missing_nickname_listed", "missing"),
        ("mother_name", "found_mother_absent", "found"), ("date_of_birth", "missing_birth_date", "missing"),
        ("disability", "disability", "missing"),
    ],
)  # fmt: skip
def test_what_is_told(column: str, rate: str, side: str) -> None:
    told = {"disability_told": 1.0} if column == "disability" else {}
    population = people(**{rate: HIGH}, **told)
    rows = population.missing if side == "missing" else population.found
    expected = 1 - HIGH if rate.endswith("absent") else HIGH
    assert_rate([bool(row[column]) for row in rows], expected)


def test_namesakes_take_the_name_of_another_family() -> None:
    cases = draw_cases(Dice(5), with_rates(namesake=0.2, sibling_missing=0), 3_000)
    names = Counter(case.child.name for case in cases)
    assert_rate([True] * (len(cases) - len(names)) + [False] * len(names), 0.2)
    families = Counter(case.child.family for case in cases)
    assert max(families.values()) == 1
