"""What holds of every population: determinism, columns, truth, siblings."""

import gc
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encoder.synthetic.cases import draw_cases
from encoder.synthetic.dice import Dice
from encoder.synthetic.people import Child, Family
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.schema import COLUMNS


def test_the_same_seed_gives_the_same_rows() -> None:
    assert generate(120, 80, 5) == generate(120, 80, 5)


def test_different_seeds_give_different_rows() -> None:
    first, second = generate(60, 40, 1), generate(60, 40, 2)
    same = sum(a["name"] == b["name"] for a, b in zip(first.missing, second.missing, strict=True) if a["name"])
    assert same < 10
    assert first.truth != second.truth


@settings(max_examples=25, deadline=None)
@given(missing=st.integers(0, 60), found=st.integers(0, 60), seed=st.integers(0, 2**63))
def test_any_size_gives_valid_truth(missing: int, found: int, seed: int) -> None:
    people = generate(missing, found, seed)
    assert (len(people.missing), len(people.found)) == (missing, found)
    assert len(set(people.truth)) == len(people.truth)
    assert people.truth == sorted(people.truth)
    assert {m for m, _ in people.truth} <= {row["record_id"] for row in people.missing}
    assert {f for _, f in people.truth} <= {row["record_id"] for row in people.found}


@settings(max_examples=25, deadline=None)
@given(missing=st.integers(0, 60), found=st.integers(0, 60), seed=st.integers(0, 2**63))
def test_without_duplicates_and_transfers_truth_is_one_to_one(missing: int, found: int, seed: int) -> None:
    people = generate(missing, found, seed, SyntheticRates(duplicate=0, transfer=0))
    assert not people.same_kind
    left, right = [m for m, _ in people.truth], [f for _, f in people.truth]
    assert len(set(left)) == len(left)
    assert len(set(right)) == len(right)


def test_negative_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        generate(-1, 3, 0)


def test_rows_have_exactly_the_columns_of_the_schema(population: SyntheticPopulation) -> None:
    for row in population.missing + population.found:
        assert tuple(row) == COLUMNS
        assert all(value == value.strip() for value in row.values())


def test_kinds_and_record_ids(population: SyntheticPopulation) -> None:
    assert {row["kind"] for row in population.missing} == {"missing"}
    assert {row["kind"] for row in population.found} == {"found"}
    ids = [row["record_id"] for row in population.missing + population.found]
    assert len(set(ids)) == len(ids)


def test_true_pairs_are_found_after_they_went_missing_and_within_six_years(population: SyntheticPopulation) -> None:
    missing = {row["record_id"]: row for row in population.missing}
    found = {row["record_id"]: row for row in population.found}
    again = {second for _, _, second in population.same_kind}
    for left, right in population.truth:
        lag = date.fromisoformat(found[right]["event_date"]) - date.fromisoformat(missing[left]["event_date"])
        assert lag.days >= 0
        if not {left, right} & again:
            assert lag.days <= 2_190


def test_record_ids_do_not_betray_the_pairs(population: SyntheticPopulation) -> None:
    ranks = [(int(m[1:]), int(f[1:])) for m, f in population.truth]
    rising = sum(a[1] < b[1] for a, b in pairwise(ranks) if a[0] != b[0])
    assert 0.43 < rising / (len(ranks) - 1) < 0.57


def test_missing_siblings_share_a_family_but_neither_name_nor_birth() -> None:
    cases = draw_cases(Dice(3), SyntheticRates(sibling_missing=0.5, duplicate=0), 2_000)
    families = Counter(case.child.family for case in cases)
    pairs = [case for case in cases if families[case.child.family] == 2]
    assert 0.42 < len(pairs) / len(cases) < 0.58
    rows: dict[Family, list[Child]] = {}
    for case in pairs:
        rows.setdefault(case.child.family, []).append(case.child)
    for first, second in rows.values():
        assert first.place != second.place
        assert first.born != second.born
        assert first.name is not second.name


def test_siblings_in_the_rows_name_the_same_father_and_village() -> None:
    rates = SyntheticRates(
        sibling_missing=1.0, typo=0, missing_father_absent=0, father_late=0, capitals=0, namesake=0,
        missing_siblings_listed=1.0, split_name=0, duplicate=0,
    )  # fmt: skip
    rows = generate(400, 0, 11, rates).missing
    fathers = Counter((row["father_name"], row["home_district"]) for row in rows if row["name"])
    shared = sum(count for count in fathers.values() if count > 1)
    assert shared / len(rows) > 0.35
    # Without siblings hardly any two rows agree on both.
    rates = SyntheticRates(sibling_missing=0, typo=0, father_late=0, capitals=0, namesake=0, duplicate=0)
    alone = generate(400, 0, 11, rates).missing
    lone = Counter((row["father_name"], row["home_district"]) for row in alone if row["father_name"])
    assert sum(count for count in lone.values() if count > 1) / len(alone) < 0.05


def test_about_four_in_a_hundred_missing_have_a_sibling_in_the_data() -> None:
    cases = draw_cases(Dice(8), SyntheticRates(duplicate=0), 6_000)
    families = Counter(case.child.family for case in cases)
    share = sum(count for count in families.values() if count > 1) / len(cases)
    assert 0.02 < share < 0.04  # siblings who were found without a report add the fourth


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    generate(2, 2, 0)
    assert gc.isenabled()
    gc.disable()
    try:
        generate(2, 2, 0)
        assert not gc.isenabled()
    finally:
        gc.enable()
