"""Homes to tokens: a place counts at whatever level a clerk put it, the fine levels more than the coarse ones."""

import pytest

from encoder.tokens.home import LEVELS, home_bag
from tests.encoder.builders import record, shared, tokens

FACTORS = dict(LEVELS)


@pytest.mark.parametrize("field", list(FACTORS))
def test_every_level_makes_tokens_with_its_factor(field: str) -> None:
    bag = home_bag(record(**{field: "Kendpur"}))
    assert len(bag) == 1
    assert min(bag[0].weights) == FACTORS[field]


def test_a_village_weighs_most_and_state_and_country_least() -> None:
    assert max(FACTORS, key=FACTORS.__getitem__) == "home_village"
    assert FACTORS["home_country"] == FACTORS["home_state"] < FACTORS["home_district"] < FACTORS["home_village"]


def test_the_tokens_of_a_place_are_those_of_any_level() -> None:
    village, district = (home_bag(record(**{field: "Kendpur"})) for field in ("home_village", "home_district"))
    assert set(tokens(village)) == set(tokens(district))


def test_a_place_at_the_wrong_level_still_counts() -> None:
    right = home_bag(record(home_district="Purulia", home_subdistrict="Baghmari", home_village="Kendpur"))
    wrong = home_bag(record(home_district="Purulia", home_village="Baghmari", home_landmark="Kendpur"))
    other = home_bag(record(home_district="Purulia", home_village="Nowapara", home_landmark="Tilaboni"))
    assert shared(right, wrong) > 0.7
    assert shared(right, wrong) > shared(right, other) + 0.3


def test_levels_add_up() -> None:
    fields = {"home_state": "West Bengal", "home_district": "Malda", "home_village": "Kendpur"}
    apart = [tokens(home_bag(record(**{field: text}))) for field, text in fields.items()]
    assert tokens(home_bag(record(**fields))) == sum(apart, tokens(()))


def test_words_of_addresses_and_scripts_do_not_matter() -> None:
    plain = tokens(home_bag(record(home_village="Kendpur")))
    assert tokens(home_bag(record(home_village="Vill. Kendpur"))) == plain
    assert tokens(home_bag(record(home_village="केन्दपुर"))) == plain


@pytest.mark.parametrize("text", [None, "unknown", "अज्ञात"])
def test_an_unknown_place_makes_no_token(text: str | None) -> None:
    assert home_bag(record(home_village=text, home_district=text)) == ()


def test_where_it_happened_is_no_home() -> None:
    assert home_bag(record(event_state="Bihar", event_district="Gaya", event_place="Gaya station")) == ()
