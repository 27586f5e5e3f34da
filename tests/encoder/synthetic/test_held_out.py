"""No spelling variant of the invented people stands in a table that the normaliser looks up."""

from pathlib import Path

import pytest

from encoder.names.held_out import held_out
from encoder.synthetic.forms import forms_of, table
from tools import synthetic_held_out
from tools.synthetic_held_out import offending, prune

DATA = Path("encoder/synthetic/data")
PRUNE = "run python -m tools.synthetic_names prune"


def test_no_variant_stands_in_a_table_of_the_normaliser() -> None:
    assert offending(DATA) == [], PRUNE


def test_the_normalisers_tables_are_seen() -> None:
    taken = synthetic_held_out.taken()
    assert {"mukhopadhyay", "khatoon", "श्रीमती"} <= taken
    assert len(taken) > 300


def test_words_of_public_lists_are_those_that_nothing_is_fitted_on() -> None:
    forms = [form for row in table("attested_forms") for form in row["native"].split("|")]
    assert len(forms) > 50
    assert all(held_out(form) for form in forms)


def test_attested_spellings_are_new_and_of_a_known_name() -> None:
    keys = {row["latin"].partition("|")[0] for name in ("given_names", "surnames", "nicknames") for row in table(name)}
    for row in table("attested_spellings"):
        assert row["latin"] in keys
        assert row["latin"] not in row["spellings"].split("|")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of each kind whose second spelling is looked up."""
    for name in (*synthetic_held_out.PRUNED, "slot_words"):
        (tmp_path / f"{name}.tsv").write_text("latin\tnative\n")
    (tmp_path / "native_forms.tsv").write_text("script\tlatin\tnative\nodia\tDevi\tଦେବୀ\n")
    (tmp_path / "slot_words.tsv").write_text("word\tlatin\ndevi\tDevi|Debi\n")
    (tmp_path / "surnames.tsv").write_text("communities\tlatin\nb\tRay|Roy|Rey|Debi\nb\tSen\n")
    (tmp_path / "attested_spellings.tsv").write_text("latin\tspellings\nSen\tRoy\nRay\tRoy|Raay\n")
    monkeypatch.setattr(synthetic_held_out, "taken", lambda: frozenset({"ray", "roy", "debi"}))
    return tmp_path


def test_pruning_keeps_first_forms_slot_words_and_free_variants(small: Path) -> None:
    assert offending(small) == [("surnames", "Roy"), ("attested_spellings", "Roy"), ("attested_spellings", "Roy")]
    assert prune(small) == 3
    assert (small / "surnames.tsv").read_text() == "communities\tlatin\nb\tRay|Rey|Debi\nb\tSen\n"
    assert (small / "attested_spellings.tsv").read_text() == "latin\tspellings\nRay\tRaay\n"
    assert prune(small) == 0


def test_spellings_of_a_word_come_in_the_order_of_the_tables() -> None:
    (row,) = (row for row in table("given_names") if row["latin"].startswith("Dharmendra|"))
    assert forms_of(row).spellings[0][: len(row["latin"].split("|"))] == tuple(row["latin"].split("|"))
