"""Names of directories to names of the gazetteer."""

import pytest

from tools.gazetteer.place import Place, latin_form, native_form, variants


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("KAIMUR (BHABUA)", ["KAIMUR", "BHABUA"]),
        ("Chanchal - I", ["Chanchal I", "Chanchal"]),
        ("Sidli (Pt)", ["Sidli"]),
        ("Nandgaon-Khandeshwar", ["Nandgaon Khandeshwar"]),
        ("SRINAGAR (NORTH)", ["SRINAGAR"]),
    ],
)
def test_an_entry_holds_one_name_or_several(written: str, names: list[str]) -> None:
    assert variants(written) == names


def test_names_are_cleaned_of_the_words_of_addresses() -> None:
    assert latin_form("NADIA DISTRICT") == "Nadia"
    assert native_form("নদিয়া জেলা") == native_form("নদিয়া")


def test_a_spelling_with_the_same_key_is_not_kept_twice() -> None:
    place = Place("in.d1", "in.s1")
    place.add(["Shivasagar", "SIVASAGAR", "Sibsagar", "শিৱসাগৰ", "শিৱসাগৰ"])
    assert place.latin == ["Shivasagar", "Sibsagar"]
    assert len(place.native) == 1
