"""The tables are large, well formed, and cover the scripts."""

import pytest

from encoder.synthetic.forms import (
    BENGALI,
    DEVANAGARI,
    GUJARATI,
    GURMUKHI,
    KANNADA,
    LATIN,
    MALAYALAM,
    ODIA,
    SCRIPT_COLUMNS,
    TAMIL,
    TELUGU,
    URDU,
    forms_of,
    joined,
    native_forms,
    table,
)
from encoder.synthetic.vocabulary import given_names, nicknames, patterns, surnames

BLOCKS = {
    DEVANAGARI: (0x0900, 0x097F), BENGALI: (0x0980, 0x09FF), TAMIL: (0x0B80, 0x0BFF), URDU: (0x0600, 0x06FF),
    GUJARATI: (0x0A80, 0x0AFF), GURMUKHI: (0x0A00, 0x0A7F), ODIA: (0x0B00, 0x0B7F), TELUGU: (0x0C00, 0x0C7F),
    KANNADA: (0x0C80, 0x0CFF), MALAYALAM: (0x0D00, 0x0D7F),
}  # fmt: skip
OWN_SCRIPT = {"o": ODIA, "p": GURMUKHI, "k": MALAYALAM, "g": GUJARATI, "e": TELUGU, "d": KANNADA, "u": URDU}
TABLES = ("given_names", "surnames", "slot_words", "nicknames", "place_forms", "villages", "village_prefixes",
          "event_places")  # fmt: skip


def test_vocabulary_is_large() -> None:
    given = {row["latin"].split("|")[0] for row in table("given_names")}
    family = {row["latin"].split("|")[0] for row in table("surnames")}
    assert len(given) >= 500
    assert len(family) >= 180
    assert len(table("surnames")) >= 200
    assert sum(row["generation"] == "p" for row in table("given_names")) >= 250


@pytest.mark.parametrize("name", TABLES)
def test_every_spelling_is_in_its_script_and_given_once(name: str) -> None:
    for row in table(name):
        forms = forms_of(row)
        assert forms.spellings[LATIN]
        for script, spellings in enumerate(forms.spellings):
            assert len(set(spellings)) == len(spellings), (name, spellings)
            for text in spellings:
                low, high = BLOCKS.get(script, (0x20, 0x7E))
                letters = [c for c in text if c.isalpha()]
                assert all(low <= ord(c) <= high for c in letters), (name, text)


def test_latin_names_have_variants_and_native_forms() -> None:
    rows = [forms_of(row) for row in table("given_names")]
    assert sum(len(f.spellings[LATIN]) >= 2 for f in rows) / len(rows) > 0.95
    assert sum(bool(f.spellings[DEVANAGARI]) for f in rows) / len(rows) > 0.99
    assert sum(bool(f.spellings[BENGALI]) for f in rows) / len(rows) > 0.70


@pytest.mark.parametrize("community", OWN_SCRIPT)
def test_a_community_has_its_own_names_in_its_own_script(community: str) -> None:
    script = OWN_SCRIPT[community]
    given = [forms_of(row) for row in table("given_names") if community in row["communities"]]
    family = [forms_of(row) for row in table("surnames") if community in row["communities"]]
    for names in (given, family):
        assert sum(bool(name.spellings[script]) for name in names) / len(names) > 0.9


def test_tables_of_native_forms_name_each_word_once_in_a_known_script() -> None:
    for name in ("native_forms", "attested_forms"):
        keys = [(row["script"], row["latin"].casefold()) for row in table(name)]
        assert len(set(keys)) == len(keys)
        assert {script for script, _ in keys} < set(SCRIPT_COLUMNS)
    for cells in native_forms().values():
        assert all(cell == cell.strip() for cell in cells)


@pytest.mark.parametrize("community", "hbaontkpscumgred")
def test_every_community_has_names_and_patterns(community: str) -> None:
    for sex in "fm":
        assert len(given_names(community, sex, "c").items) >= 25
        assert len(given_names(community, sex, "p").items) >= 25
        assert patterns(community, sex, "shared").items
        assert patterns(community, sex, "other").items
    for role in ("father", "mother"):
        assert all("G" in pattern for pattern in patterns(community, role, "-").items)
    assert len(surnames(community).items) >= 8
    assert nicknames(community, "f").items
    assert nicknames(community, "m").items


def test_joined_words_need_both_forms() -> None:
    both = joined(forms_of({"latin": "Uttar|North", "bengali": "উত্তর"}), forms_of({"latin": "Nowhere"}))
    assert both.spellings[LATIN] == ("Uttar Nowhere",)
    assert not both.spellings[BENGALI]
