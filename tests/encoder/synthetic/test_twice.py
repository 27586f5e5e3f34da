"""Duplicate reports and children who were handed on: their rates, and a truth that knows all of them."""

from collections import defaultdict
from datetime import date

from encoder.synthetic.blocks import DUPLICATE, TRANSFER
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.rates import SyntheticRates
from tests.encoder.synthetic.measuring import assert_rate, full_name, script, with_rates

TWICE = with_rates(duplicate=0.2, transfer=0.2)


def twice(population: SyntheticPopulation, kind: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    rows = {row["record_id"]: row for row in population.missing + population.found}
    return [(rows[first], rows[second]) for told, first, second in population.same_kind if told == kind]


def test_rates_of_duplicates_and_transfers(population: SyntheticPopulation) -> None:
    again = {second for _, _, second in population.same_kind}
    rates = SyntheticRates()
    assert_rate([row["record_id"] in again for row in population.missing], rates.duplicate)
    assert_rate([row["record_id"] in again for row in population.found], rates.transfer)


def test_truth_holds_every_report_and_record_of_a_child() -> None:
    people = generate(1_500, 1_500, 9, TWICE)
    found_of, missing_of = defaultdict(set), defaultdict(set)
    for missing, found in people.truth:
        found_of[missing].add(found)
        missing_of[found].add(missing)
    for kind, first, second in people.same_kind:
        partners = found_of if kind == DUPLICATE else missing_of
        assert partners[first] == partners[second]
    # Some child has two reports and two records, and so four true pairs.
    assert any(len(found) == 2 and all(len(missing_of[f]) == 2 for f in found) for found in found_of.values())
    assert max(map(len, found_of.values())) == max(map(len, missing_of.values())) == 2


def test_a_duplicate_has_its_own_case_number_and_names_the_same_family() -> None:
    pairs = twice(generate(3_000, 10, 2, TWICE), DUPLICATE)
    assert len(pairs) > 400
    for first, second in pairs:
        assert first["record_id"] != second["record_id"]
        assert first["kind"] == second["kind"] == "missing"
        assert first["nationality"] == second["nationality"]
        assert 0 <= (day(first) - day(second)).days <= 5
    numbers = [a["identifiers"] == b["identifiers"] for a, b in pairs if a["identifiers"] and b["identifiers"]]
    assert sum(numbers) / len(numbers) < 0.05
    # Two stations may write two scripts; in one script nothing else was changed.
    alike = [(full_name(a), full_name(b)) for a, b in pairs if script(full_name(a)) == script(full_name(b))]
    assert 0.4 < len(alike) / len(pairs) < 0.9
    assert all(first.replace("ৰ", "র") == second.replace("ৰ", "র") for first, second in alike)


def test_a_second_station_writes_the_name_by_ear() -> None:
    pairs = twice(generate(3_000, 10, 2, with_rates(duplicate=0.3, spelling=1.0)), DUPLICATE)
    same = [full_name(a) == full_name(b) for a, b in pairs]
    assert sum(same) / len(same) < 0.2  # some words have one spelling only


def test_duplicates_are_made_elsewhere() -> None:
    pairs = twice(generate(4_000, 10, 3, with_rates(duplicate=0.3, duplicate_other_state=1.0)), DUPLICATE)
    same = [a["event_state"].casefold() == b["event_state"].casefold() for a, b in pairs]
    assert sum(same) == 0


def test_a_transfer_is_later_and_of_another_shelter() -> None:
    pairs = twice(generate(10, 3_000, 2, TWICE), TRANSFER)
    assert len(pairs) > 400
    for first, second in pairs:
        assert first["kind"] == second["kind"] == "found"
        assert 3 <= (day(second) - day(first)).days <= 400


def test_same_kind_pairs_name_each_record_once_at_most(population: SyntheticPopulation) -> None:
    named = [name for _, first, second in population.same_kind for name in (first, second)]
    assert len(set(named)) == len(named)
    assert {kind for kind, _, _ in population.same_kind} == {DUPLICATE, TRANSFER}


def day(row: dict[str, str]) -> date:
    return date.fromisoformat(row["event_date"])
