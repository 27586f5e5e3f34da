"""Native forms and counts from public lists: what is taken from them, and what is not."""

from pathlib import Path

import pytest

from encoder.names.held_out import held_out
from encoder.synthetic.forms import SCRIPT_COLUMNS, forms_of, table
from encoder.synthetic.vocabulary import surnames
from tools.synthetic_names import attested_forms, attested_spellings, consonants, token_counts


@pytest.mark.parametrize(
    ("word", "block", "devanagari"),
    [("પૂજા", 0x0A80, "पूजा"), ("ਪੂਜਾ", 0x0A00, "पूजा"), ("ଦେବେନ୍ଦ୍ର", 0x0B00, "देवेंद्र"), ("ಶಂಕರ", 0x0C80, "सङ्कर")],
)
def test_consonants_agree_across_scripts(word: str, block: int, devanagari: str) -> None:
    assert consonants(word, block) == consonants(devanagari, 0x0900)


def test_other_names_of_one_latin_spelling_disagree() -> None:
    assert consonants("કમલ", 0x0A80) != consonants("कमला", 0x0900)[:2]
    assert consonants("ਗੀਤਾ", 0x0A00) != consonants("गीला", 0x0900)


def test_forms_are_taken_of_known_names_and_places_only() -> None:
    words = [("gu", "પૂજા", "pooja"), ("gu", "પૂનમ", "pooja"), ("gu", "ઘર", "ghar"), ("or", "ବାଲିଆପାଲ", "baliapal"),
             ("kn", "ಬಾಲಿಯಾಪಾಲ", "baliapal")]  # fmt: skip
    assert attested_forms(words) == [("gujarati", "pooja", "પૂજા"), ("odia", "baliapal", "ବାଲିଆପାଲ")]


def test_spellings_are_new_and_like_the_name() -> None:
    spellings = [("hi", "jagdissh"), ("hi", "jagdish"), ("hi", "world"), ("sd", "jagdees")]
    words = [(language, "जगदीश", latin) for language, latin in spellings]
    assert attested_spellings(words) == [("Jagdish", "Jagdissh")]


def test_counts_put_together_the_spellings_of_a_name(tmp_path: Path) -> None:
    name = "name_token_counts_affidavit_by_state.tsv"
    (tmp_path / name).write_text("state\ttoken\tcount\nWest Bengal\tdas\t7\nAssam\tdas\t2\nWest Bengal\tlate\t9\n")
    assert ("b", "Das", "7") in token_counts(tmp_path)
    assert all(latin != "Late" for _, latin, _ in token_counts(tmp_path))


def test_family_names_come_in_the_order_of_their_counts() -> None:
    counts = {row["latin"]: int(row["count"]) for row in table("token_counts") if row["community"] == "b"}
    ranks = [counts.get(word.key, 0) for word in surnames("b").items]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[0] > 100


def test_tables_hold_words_and_no_persons() -> None:
    family = {form.casefold() for row in table("surnames") for form in row["latin"].split("|")}
    given = {form.casefold() for row in table("given_names") for form in row["latin"].split("|") if " " not in form}
    for name in ("given_names", "surnames", "nicknames", "native_forms", "attested_forms", "attested_spellings"):
        for row in table(name):
            first, *others = row["latin"].partition("|")[0].casefold().split()
            assert not (name != "native_forms" and others and first in given and others[-1] in family), name


def test_word_lists_add_what_the_hand_did_not_write() -> None:
    hand = {(row["script"], row["latin"].casefold()) for row in table("native_forms")}
    listed = {(row["script"], row["latin"].casefold()): row["native"] for row in table("attested_forms")}
    assert len(set(listed) - hand) > 40
    assert all(held_out(form) for cell in listed.values() for form in cell.split("|"))
    (row,) = (row for row in table("given_names") if row["latin"].startswith("Paresh|"))
    assert forms_of(row).spellings[SCRIPT_COLUMNS.index("gurmukhi")] == ("ਪਰੇਸ਼",)
