import unicodedata

import pytest

from encoder.names.scripts import Script
from encoder.names.tables import Rule, read_rows, rule_table

TABLES = [script.value for script in Script if script not in (Script.LATIN, Script.DIGIT, Script.OTHER)]
UNIT_KINDS = {
    "consonant",
    "joined",
    "vowel",
    "sign",
    "virama",
    "nasal",
    "tail",
    "mark",
    "alif",
    "wau",
    "ye",
    "he",
    "hamza",
}
RHYME_KINDS = {"onset", "rhyme", "letter", "root", "prefix", "top", "suffix", "front"}
OTHER_KINDS = {"option", "respell", "initial", "voiced", "nasalised", "word", "joint"}
KINDS = UNIT_KINDS | RHYME_KINDS | OTHER_KINDS


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_of_a_known_kind_composed_and_latin(name: str) -> None:
    for row in read_rows(name):
        assert row["kind"] in KINDS, row
        assert row["source"] == unicodedata.normalize("NFC", row["source"])
        if row["kind"] not in ("option", "respell", "initial"):
            assert row["latin"] == "" or (row["latin"].isascii() and row["latin"].islower()), row


@pytest.mark.parametrize("name", TABLES)
def test_every_table_states_its_inherent_vowel_and_deletion(name: str) -> None:
    options = rule_table(name).options
    assert options["inherent"] == "a"
    assert options["deletion"] in ("ohala", "final", "none")


@pytest.mark.parametrize("name", TABLES)
def test_no_unit_stands_twice_in_a_table(name: str) -> None:
    sources = [row["source"] for row in read_rows(name) if row["kind"] in UNIT_KINDS]
    assert len(sources) == len(set(sources))


@pytest.mark.parametrize("name", TABLES)
def test_no_row_stands_twice_in_a_table(name: str) -> None:
    rows = [(row["kind"], row["source"]) for row in read_rows(name)]
    assert len(rows) == len(set(rows))


def test_longest_unit_wins() -> None:
    assert rule_table("tamil").units("ற்ற")[0] == Rule("consonant", "tr")


def test_respelling_comes_before_the_units() -> None:
    table = rule_table("bengali")
    assert table.units("অ্যা") == table.units("আ")


def test_an_initial_respelling_holds_at_the_start_only() -> None:
    table = rule_table("bengali")
    assert table.units("র্যান") == table.units("রান")
    assert table.units("কর্যান") != table.units("করান")


def test_elements_of_a_compound() -> None:
    table = rule_table("bengali")
    assert table.elements("রামনগর") == ("রাম", "নগর")
    assert table.elements("নগর") == ("নগর",)


def test_characters_without_a_rule_are_skipped() -> None:
    assert rule_table("bengali").units("x৺ক") == [Rule("consonant", "k")]
