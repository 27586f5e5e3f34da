"""Homes to places: any script, age, level and number; the hierarchy decides between namesakes."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from encoder.gazetteer.home import FIELDS, ResolvedHome, Share
from encoder.gazetteer.load import Level, gazetteer
from encoder.gazetteer.resolve import resolve, resolve_texts
from tests.encoder.builders import record
from tests.encoder.gazetteer.shipped import shipped_rows

KNOWN = gazetteer()
NAMES = {row[0]: row[2].split("|")[0] for row in shipped_rows()}
OFFICIAL = [n for n, c in enumerate(KNOWN.codes) if len(c) > 2 and c[3] in "sdt" and c[:2] in ("in", "bd", "np")]


def home(**fields: Any) -> ResolvedHome:
    return resolve(record(**{f"home_{name}": text for name, text in fields.items()}))


def codes(share: Share = Share.SURE, **fields: Any) -> set[str]:
    return {KNOWN.codes[found.place] for found in home(**fields).places if found.share == share}


@pytest.mark.parametrize(
    ("spellings", "code"),
    [
        ("Kolkata|Calcutta|কলকাতা|कोलकाता|کولکتہ", "in.d315"),
        ("Prayagraj|ALLAHABAD|इलाहाबाद|এলাহাবাদ", "in.d120"),
        ("Ayodhya|Faizabad|फैजाबाद", "in.d140"),
        ("Gurugram|Gurgaon|गुड़गांव", "in.d62"),
        ("Narmadapuram|Hoshangabad|होशंगाबाद", "in.d409"),
        ("North 24 Parganas|24 PARAGANAS NORTH|উত্তর ২৪ পরগনা|उत्तर 24 परगना", "in.d303"),
        ("Chattogram|Chittagong|চট্টগ্রাম", "bd.d15"),
        ("Barishal|Barisal|বরিশাল", "bd.d6"),
        ("Cox's Bazar|Coxs Bazar|কক্সবাজার", "bd.d22"),
        ("Kathmandu|काठमाडौं|काठमांडू", "np.d27"),
        ("Mumbai|Bombay|मुंबई|মুম্বই", "in.d482"),
        ("Sribhumi|Karimganj|করিমগঞ্জ", "in.d293"),
    ],
)
def test_a_district_is_found_under_all_its_names(spellings: str, code: str) -> None:
    for spelling in spellings.split("|"):
        assert code in codes(district=spelling), spelling


@pytest.mark.parametrize("state", ["Odisha|Orissa|उड़ीसा|ଓଡ଼ିଶା", "West Bengal|WB|W.B.|পশ্চিমবঙ্গ|प. बंगाल", "UP|U.P.|उ.प्र."])
def test_a_state_is_found_under_all_its_names(state: str) -> None:
    assert len({frozenset(codes(state=spelling)) for spelling in state.split("|")}) == 1
    assert codes(state=state.split("|")[0])


def test_what_lies_above_is_filled_in() -> None:
    assert codes(district="Nadia") == {"in", "in.s19", "in.d320"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": "Bihar", "district": "Aurangabad"}, "in.d189"),
        ({"state": "Maharashtra", "district": "Aurangabad"}, "in.d469"),
        ({"state": "हिमाचल प्रदेश", "district": "Hamirpur"}, "in.d17"),
        ({"state": "UP", "district": "हमीरपुर"}, "in.d149"),
        ({"state": "Rajasthan", "district": "Pratapgarh"}, "in.d629"),
        ({"country": "Bangladesh", "district": "Dinajpur"}, "bd.d27"),
        ({"country": "India", "district": "Dinajpur"}, "in.f4"),
    ],
)
def test_the_state_or_country_decides_between_namesakes(fields: dict[str, str], code: str) -> None:
    assert code in codes(**fields)
    assert not home(**fields).many


@pytest.mark.parametrize("name", ["Aurangabad", "Hamirpur", "Bilaspur", "Pratapgarh", "Balrampur"])
def test_without_a_state_namesakes_are_all_possible(name: str) -> None:
    found = home(district=name)
    possible = [p for p in found.places if p.level == Level.DISTRICT and p.share == Share.POSSIBLE]
    assert found.many
    assert len(possible) >= 2
    assert codes(district=name) == {"in"}


@pytest.mark.parametrize("fields", [{"village": "Sandila"}, {"subdistrict": "Sandila"}, {"landmark": "सण्डीला"}])
def test_a_sub_district_is_found_in_any_field(fields: dict[str, str]) -> None:
    assert "in.t813" in codes(state="UP", district="Hardoi", **fields)


def test_a_village_that_is_named_like_a_district_elsewhere_is_not_it() -> None:
    assert codes(state="West Bengal", district="Nadia", village="Rampur") == {"in", "in.s19", "in.d320"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": "West Bengal", "district": "Nodiya"}, "in.d320"),
        ({"state": "WB", "district": "Hworah"}, "in.d313"),
        ({"country": "Bangladesh", "district": "Narayangnaj"}, "bd.d67"),
        ({"state": "Bihar", "district": "Bhagalpurr"}, "in.d192"),
    ],
)
def test_a_misspelled_district_is_found_within_its_state(fields: dict[str, str], code: str) -> None:
    assert code in codes(**fields)


def test_an_older_district_goes_with_a_town_of_the_new_one() -> None:
    assert "in.d704" in codes(state="West Bengal", district="Burdwan", subdistrict="Asansol")
    assert "in.d661" in codes(state="UP", district="Ghaziabad", subdistrict="Hapur")


def test_a_whole_address_in_one_field_is_read_in_parts() -> None:
    assert "in.d320" in codes(village="Vill. Rampur, Dist: Nadia, W.B.")


def test_a_district_that_contradicts_the_state_stands_beside_it() -> None:
    found = home(country="India", state="Bihar", district="Pune")
    named = {KNOWN.codes[place.place] for place in found.places}
    assert {"in.d490", "in.s27", "in.s10"} <= named
    assert found.against == {"home_state"}


@pytest.mark.parametrize("number", ["120", "0120", "LGD 120", "lgd:120", "१२०"])
def test_an_official_number_is_the_place(number: str) -> None:
    assert "in.d120" in codes(district=number)


def test_a_number_is_bangladeshs_when_the_country_is() -> None:
    assert codes(country="বাংলাদেশ", state="30", district="26") == {"bd", "bd.s30", "bd.d26"}
    assert "bd.d26" in codes(district="BBS 26")


def test_a_place_that_nobody_knows_is_reported_and_nothing_else() -> None:
    found = home(district="Xqzzy")
    assert found.places == ()
    assert found.unknown == {"home_district"}


@pytest.mark.parametrize("text", ["unknown", "अज्ञात", "🙂", "n/a"])
def test_a_text_that_says_nothing_is_no_unknown_place(text: str) -> None:
    assert home(district=text).unknown == frozenset()


@given(st.sampled_from(OFFICIAL))
def test_a_code_and_the_name_give_the_same_place(place: int) -> None:
    code = KNOWN.codes[place]
    level = KNOWN.levels[place]
    country = {"in": "India", "bd": "Bangladesh", "np": "Nepal"}[code[:2]]
    above = [NAMES[KNOWN.codes[found]] for found in KNOWN.ancestors(place)][::-1]
    texts = (country, *above[1:], *([None] * (5 - level)))
    named = {found.place for found in resolve_texts(texts).places}
    assert place in named
    if code[:2] == "in":
        numbered = (*texts[:level], code[4:], *texts[level + 1 :])
        assert place in {found.place for found in resolve_texts(numbered).places}


@given(st.sampled_from(sorted(key for key in KNOWN.by_key if key.isascii() and key.isalpha() and len(key) > 4)))
def test_case_and_spaces_do_not_matter(key: str) -> None:
    spellings = (key, key.upper(), f" {key.title()} ", f"Dist. {key}")
    assert len({resolve_texts((None, None, spelling, None, None, None)) for spelling in spellings}) == 1


TEXT = st.none() | st.text(max_size=60) | st.sampled_from(["India", "बिहार", "Nadia", "24", ",,,", "Delhi, UP", "\n|"])


@given(st.tuples(*[TEXT] * len(FIELDS)))
@example(("A" * 5_000,) * 6)
@example((",".join(["Rampur"] * 300),) * 6)
def test_any_text_at_all_is_read(texts: tuple[str | None, ...]) -> None:
    found = resolve_texts(texts)
    given_fields = {field for field, text in zip(FIELDS, texts, strict=True) if text}
    assert found.understood | found.against | found.unknown <= given_fields
    numbers = {place.place for place in found.places}
    assert all(KNOWN.above[number] in numbers or len(KNOWN.codes[number]) == 2 for number in numbers)
