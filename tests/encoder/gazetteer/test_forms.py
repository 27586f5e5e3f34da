"""Keys bring spellings of one place together and are the same for one name and for many at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.gazetteer.forms import compass_first, consonants, edits, fold, likeness, place_key

LINES = st.lists(st.text(alphabet=st.characters(codec="ascii", exclude_characters="\n"), max_size=30), max_size=8)


@pytest.mark.parametrize(
    "spellings",
    [
        "Medinipur West|West Medinipur|PASCHIM MEDINIPUR",
        "Chapai Nawabganj|Chapainawabganj|Chapai-Nababgonj",
        "Uttar Dinajpur|UttarDinajpur|North Dinajpur",
        "Kachar|Cachar",
        "Maldah|Malda",
        "Shivasagar|Sivasagar|Shiwasagar",
    ],
)
def test_spellings_of_one_place_have_one_key(spellings: str) -> None:
    assert len({place_key(spelling) for spelling in spellings.split("|")}) == 1


@pytest.mark.parametrize("pair", ["Purulia|Purnia", "North Dinajpur|South Dinajpur", "Banka|Banda", "Gaya|Goa"])
def test_different_places_have_different_keys(pair: str) -> None:
    one, other = pair.split("|")
    assert place_key(one) != place_key(other)


@given(LINES)
def test_many_names_at_once_fold_as_each_alone(names: list[str]) -> None:
    folded = fold("\n".join(names)).split("\n") if names else []
    assert [compass_first(key) for key in folded] == [place_key(name) for name in names]


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_and_edits_are_symmetric_and_bounded(one: str, other: str) -> None:
    for measure in (likeness, edits):
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == pytest.approx(measure(other, one))
        assert measure(one, one) == 1


def test_two_letters_that_changed_places_are_one_edit() -> None:
    assert edits("haora", "ahora") == pytest.approx(0.8)


def test_consonants_keep_the_first_letter() -> None:
    assert consonants("asansol") == "asnsl"
    assert consonants("sambal") == consonants("sanbal")
