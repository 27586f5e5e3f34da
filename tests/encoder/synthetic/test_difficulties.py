"""Easy, field and harsh, and single rates in place of theirs."""

from dataclasses import fields

import pytest

from encoder.synthetic.population import generate
from encoder.synthetic.rates import ABSENCE, CORRUPTION, DIFFICULTIES, FIELD, KNOWLEDGE, SyntheticRates, overridden
from tests.encoder.synthetic.measuring import full_name, pairs_of

LEVELS = ("easy", "field", "harsh")


def test_the_field_is_the_default() -> None:
    assert DIFFICULTIES["field"] == SyntheticRates() == FIELD
    assert tuple(DIFFICULTIES) == LEVELS


@pytest.mark.parametrize("name", CORRUPTION + ABSENCE)
def test_corruption_and_absence_grow(name: str) -> None:
    easy, field, harsh = (getattr(DIFFICULTIES[level], name) for level in LEVELS)
    assert easy < field < harsh


@pytest.mark.parametrize("name", KNOWLEDGE)
def test_knowledge_shrinks(name: str) -> None:
    easy, field, harsh = (getattr(DIFFICULTIES[level], name) for level in LEVELS)
    assert easy > field > harsh


def test_the_rest_is_alike() -> None:
    named = set(CORRUPTION + ABSENCE + KNOWLEDGE)
    for field in fields(SyntheticRates):
        if field.name not in named:
            assert len({getattr(DIFFICULTIES[level], field.name) for level in LEVELS}) == 1


def test_records_agree_less_the_harder_they_are() -> None:
    names, fathers = [], []
    for level in LEVELS:
        pairs = pairs_of(generate(1_500, 1_500, 3, DIFFICULTIES[level]))
        names.append(sum(full_name(m).casefold() == full_name(f).casefold() for m, f in pairs) / len(pairs))
        fathers.append(sum(bool(m["father_name"] and f["father_name"]) for m, f in pairs) / len(pairs))
    assert names[0] > names[1] + 0.05 > names[2] + 0.1
    assert fathers[0] > fathers[1] > fathers[2]


def test_single_rates_are_replaced() -> None:
    changed = overridden(FIELD, {"typo": 0.5})
    assert changed.typo == 0.5
    assert overridden(changed, {"typo": FIELD.typo}) == FIELD


@pytest.mark.parametrize(
    ("values", "said"), [({"tipo": 0.1}, "tipo"), ({"typo": 1.1}, "typo"), ({"transfer": 0.6}, "transfer")]
)
def test_impossible_changes_are_refused(values: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        overridden(FIELD, values)
