import csv
from importlib import resources

import pytest

from encoder.names.canonical import canonical_names
from encoder.names.nicknames import call_names
from encoder.names.tables import read_rows
from encoder.names.words import NameWord

SPELLED = ("given_names", "surnames", "nicknames")


def word_of(name: str) -> NameWord:
    """The first word of a name."""
    return canonical_names(name).names[0][0]


def listed() -> set[str]:
    """Every form in the table."""
    rows = list(read_rows("nicknames"))
    return {form.strip() for row in rows for form in (row["nickname"], *row["names"].split(","))}


@pytest.mark.parametrize(
    ("call", "name"), [("Raju", "Rajendra"), ("Raju", "राजेन्द्र"), ("Jitu", "Jitendra"), ("Jasu", "Jasim")]
)
def test_a_call_name_and_its_names_share_it(call: str, name: str) -> None:
    assert set(call_names(word_of(call))) & set(call_names(word_of(name)))


@pytest.mark.parametrize("name", ["Munni", "Guddu", "Khoka", "Babu", "Zephyrin"])
def test_endearments_and_other_names_have_none(name: str) -> None:
    assert call_names(word_of(name)) == ()


def test_every_row_is_looked_up_by_the_form_that_records_have() -> None:
    for row in read_rows("nicknames"):
        nickname = word_of(row["nickname"])
        assert nickname.light in call_names(nickname)
        for name in row["names"].split(","):
            assert nickname.light in call_names(word_of(name)), row


def test_no_form_is_a_spelling_variant_of_the_synthetic_population() -> None:
    variants: set[str] = set()
    for table in SPELLED:
        text = resources.files("encoder.synthetic").joinpath("data", f"{table}.tsv").read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t"):
            variants |= {form.lower() for form in row["latin"].split("|")[1:]}
    assert listed() & variants == set()


def test_the_table_is_in_small_latin_letters_and_no_nickname_comes_twice() -> None:
    assert all(form.isascii() and form.islower() and form.isalpha() for form in listed())
    nicknames = [row["nickname"] for row in read_rows("nicknames")]
    assert len(nicknames) == len(set(nicknames))
