"""Homes to tokens: codes of places, whatever their spelling, and words at whatever level a clerk put them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.gazetteer.home import FIELDS
from encoder.gazetteer.load import Level
from encoder.names.places import canonical_place
from encoder.tokens.home import CODES, LEVELS, UNDERSTOOD, home_bag
from encoder.tokens.piece import word_piece
from tests.encoder.builders import record, shared, tokens

FACTORS = dict(LEVELS)
PLACES = ("place:", "land:", "near:")


def home(**fields: Any) -> tuple[Any, ...]:
    return home_bag(record(**{f"home_{name}": text for name, text in fields.items()}))


def places(bag: tuple[Any, ...]) -> dict[str, int]:
    return {token: weight for token, weight in tokens(bag).items() if token.startswith(PLACES)}


@pytest.mark.parametrize("field", list(FACTORS))
def test_words_that_are_no_place_of_the_gazetteer_have_their_level_s_factor(field: str) -> None:
    bag = home_bag(record(**{field: "Kendpurtola"}))
    assert bag == tuple(word_piece(word, FACTORS[field]) for word in canonical_place("Kendpurtola"))


def test_a_village_weighs_most_and_state_and_country_least() -> None:
    assert max(FACTORS, key=FACTORS.__getitem__) == "home_village"
    assert FACTORS["home_country"] == FACTORS["home_state"] < FACTORS["home_district"] < FACTORS["home_village"]
    assert CODES[Level.COUNTRY] < CODES[Level.STATE] < CODES[Level.DISTRICT] <= CODES[Level.SUBDISTRICT]


def test_words_of_a_place_that_was_understood_count_less() -> None:
    assert set(UNDERSTOOD) == set(FACTORS) == set(FIELDS)
    assert all(UNDERSTOOD[field] < factor for field, factor in LEVELS)


def test_the_words_of_a_place_are_those_of_any_level() -> None:
    village, district = (home_bag(record(**{field: "Kendpurtola"})) for field in ("home_village", "home_district"))
    assert set(tokens(village)) == set(tokens(district))


def test_a_place_under_another_name_or_script_has_the_same_places() -> None:
    assert places(home(district="Allahabad")) == places(home(district="प्रयागराज"))
    assert places(home(state="WB", district="Hugli")) == places(home(state="পশ্চিমবঙ্গ", district="হুগলী"))


def test_a_code_is_the_place() -> None:
    assert places(home(district="120")) == places(home(district="Prayagraj"))


def test_levels_that_are_implied_are_filled_in() -> None:
    assert {"place:in", "place:in.s19", "place:in.d320"} <= set(places(home(district="Nadia")))


def test_a_place_at_the_wrong_level_still_counts() -> None:
    right = home(district="Purulia", subdistrict="Baghmundi", village="Kendpurtola")
    wrong = home(district="Purulia", village="Baghmundi", landmark="Kendpurtola")
    other = home(district="Purulia", village="Nowaparatola", landmark="Tilabonipur")
    assert shared(right, wrong) > 0.7
    assert shared(right, wrong) > shared(right, other) + 0.2


def test_neighbouring_districts_share_more_than_distant_ones() -> None:
    nadia, murshidabad, purulia = (places(home(district=name)) for name in ("Nadia", "Hooghly", "Darjeeling"))
    assert len(nadia.keys() & murshidabad.keys()) > len(nadia.keys() & purulia.keys())


def test_a_split_district_shares_its_land_with_the_older_one() -> None:
    hapur, ghaziabad = (places(home(state="UP", district=name)) for name in ("Hapur", "Ghaziabad"))
    assert any(token.startswith("land:") for token in hapur.keys() & ghaziabad.keys())
    older, newer = (places(home(state="WB", district=name)) for name in ("Burdwan", "Purba Bardhaman"))
    assert any(token.startswith("land:") for token in older.keys() & newer.keys())


def test_a_place_that_is_only_possible_weighs_half() -> None:
    sure, possible = places(home(state="Bihar", district="Aurangabad")), places(home(district="Aurangabad"))
    assert possible["place:in.d189"] * 2 == sure["place:in.d189"]
    assert "place:in.d469" in possible


def test_words_of_addresses_do_not_matter_and_scripts_little() -> None:
    plain = home(village="Kendpurtola")
    assert tokens(home(village="Vill. Kendpurtola")) == tokens(plain)
    assert shared(home(village="केन्दपुरटोला"), plain) > 0.85


@pytest.mark.parametrize("text", [None, "unknown", "अज्ञात"])
def test_an_unknown_place_makes_no_token(text: str | None) -> None:
    assert home(village=text, district=text) == ()


def test_where_it_happened_is_no_home() -> None:
    assert home_bag(record(event_state="Bihar", event_district="Gaya", event_place="Gaya station")) == ()


@given(st.tuples(*[st.none() | st.text(max_size=40)] * len(FIELDS)))
def test_a_code_can_take_the_weights_whatever_is_written(texts: tuple[str | None, ...]) -> None:
    for piece in home_bag(record(**dict(zip(FIELDS, texts, strict=True)))):
        assert len(piece.tokens) == len(piece.weights) > 0
        assert all(1 <= weight < 2**16 for weight in piece.weights)
