"""The facts of a true pair agree with its two records and with the rates."""

from datetime import date

import pytest

from encoder.synthetic.facts import FACT_COLUMNS, SLIPS
from encoder.synthetic.forms import SCRIPT_COLUMNS
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.rates import SyntheticRates
from tests.encoder.synthetic.measuring import CLEAN, Pair, assert_rate, full_name, pairs_of, script, with_rates

Facts = dict[str, str]


def told(population: SyntheticPopulation) -> list[tuple[Facts, Pair]]:
    return list(zip(population.facts, pairs_of(population), strict=True))


def test_each_true_pair_has_a_line_with_every_column(population: SyntheticPopulation) -> None:
    assert [(line["missing_id"], line["found_id"]) for line in population.facts] == population.truth
    assert all(tuple(line) == FACT_COLUMNS for line in population.facts)
    assert all(line[slip] in ("yes", "no") for line in population.facts for slip in SLIPS)


def test_scripts_are_those_of_the_names() -> None:
    for facts, (missing, found) in told(generate(2_000, 2_000, 6, CLEAN)):
        assert facts["script_pair"] == f"{script(full_name(missing))}-{script(full_name(found))}"


def test_lag_bands_follow_the_dates(population: SyntheticPopulation) -> None:
    for facts, (missing, found) in told(population):
        days = (date.fromisoformat(found["event_date"]) - date.fromisoformat(missing["event_date"])).days
        assert facts["lag_band"] == ("a month" if days <= 30 else "a year" if days <= 365 else "longer")


def test_staff_names_and_false_nationalities_are_told(population: SyntheticPopulation) -> None:
    for facts, (missing, found) in told(population):
        assert (facts["name_type"] == "staff") == (found["name_source"] == "staff")
        if facts["false_nationality"] == "yes":
            assert facts["cross_border"] == "yes"
            assert (missing["nationality"], found["nationality"]) != ("Indian", "Indian")


@pytest.mark.parametrize(
    ("slip", "rate"),
    [("respelled", "spelling"), ("age_forged", "age_forged"), ("sex_wrong", "sex_wrong")],
)
def test_flags_are_as_frequent_as_their_rates(slip: str, rate: str) -> None:
    people = generate(2_500, 2_500, 8, with_rates(**{rate: 0.3}))
    slack = 0.3 if rate == "sex_wrong" else 0.0  # both sides may err
    assert_rate([line[slip] == "yes" for line in people.facts], 0.3, slack)
    assert any(line[slip] == "yes" for line in people.facts)
    assert not any(line[slip] == "yes" for line in generate(500, 500, 8, with_rates(**{rate: 0})).facts)


def test_a_name_that_lost_a_word_is_told_from_a_whole_one() -> None:
    people = generate(2_000, 2_000, 8, with_rates(dropped_token=1.0))
    for facts, (missing, found) in told(people):
        dropped = len(full_name(missing).split()) - len(full_name(found).split())
        assert (facts["name_type"] == "dropped token") == (dropped > 0)


def test_initials_in_full_are_told() -> None:
    people = generate(4_000, 4_000, 8, with_rates(initial_spelled=1.0))
    written = [pair for facts, pair in told(people) if facts["name_type"] == "initials"]
    assert len(written) > 50
    for missing, found in written:
        if script(full_name(missing)) == script(full_name(found)) == "latin":
            assert any(len(word.strip(".")) == 1 for word in full_name(missing).split())
            assert all(len(word) > 1 for word in full_name(found).split())


def test_moves_and_disabilities(population: SyntheticPopulation) -> None:
    rates = SyntheticRates()
    assert_rate([line["moved_state"] == "yes" for line in population.facts], rates.other_state, slack=0.02)
    assert_rate([line["disability"] not in ("none", "speech") for line in population.facts], rates.disability)
    for facts, (missing, found) in told(population):
        if missing["disability"] or found["disability"]:
            assert facts["disability"] not in ("none", "speech")


def test_every_value_is_from_a_short_list(population: SyntheticPopulation) -> None:
    values = {column: {line[column] for line in population.facts} for column in FACT_COLUMNS[2:]}
    assert values["sex"] == {"female", "male"}
    assert values["age_band"] == {"0-5", "6-11", "12-14", "15-17"}
    assert values["country"] == {"India", "Bangladesh", "Nepal"}
    sides = {side for pair in values["script_pair"] for side in pair.split("-")}
    assert sides <= set(SCRIPT_COLUMNS)
    assert len(sides) >= 9
