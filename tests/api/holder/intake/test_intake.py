"""Cells, readings, sharing and search terms: the parts of intake without a database."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.holder.intake.cells import cells_of, shown_record
from api.holder.intake.content import Content, ReporterDetails
from api.holder.intake.entry import case_index, entry_of
from api.holder.intake.reading import read_cells
from api.holder.intake.retries import retry_key
from api.holder.intake.search_terms import name_terms, query_terms
from api.holder.intake.sharing import kept_because, sharing_words
from api.wire.problems import ProblemError
from encoder.reading.problems import Severity
from encoder.reading.rows import LONGEST_CELL
from encoder.record import RawRecord
from encoder.schema import FIELDS
from matcher.views import Kind, Sex
from tests.api.holder.desk import VAULT, child

words = st.text(st.characters(codec="utf-8", exclude_characters=";\0"), max_size=12)
values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(0, 1e6), words, st.lists(words, max_size=4)
)
keys = st.sampled_from([field.name for field in FIELDS])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def read(**fields: Any) -> RawRecord:
    record = read_cells(cells_of(child(**fields))[0]).record
    assert record is not None
    return record


@given(st.dictionaries(keys, values, max_size=8))
def test_what_is_shown_becomes_the_same_cells(record: dict[str, Any]) -> None:
    cells, _ = cells_of(record)
    # A text with semicolons in a list field is a list; parts lose the blanks around them once.
    again, problems = cells_of(shown_record(cells))
    assert cells_of(shown_record(again)) == (again, [])
    assert problems == []


@given(st.dictionaries(st.text() | keys, anything, max_size=6))
def test_any_json_is_taken_or_refused_by_field_and_never_quoted(record: dict[str, Any]) -> None:
    told: object
    try:
        entry = entry_of({**record, "zqxwzqxw": "zqxwvalue"}, "police", None, None)
        told = [problem.as_json() for problem in entry.problems]
    except ProblemError as error:
        told = error.document()
    assert "zqxwvalue" not in str(told)
    assert "invalid-record" in str(told) or isinstance(told, list)


def test_numbers_and_truths_read_as_a_file_would_have_them() -> None:
    record = read(age=8.0, height_cm=120.5, sex="f", protect_location=False, languages=["Bengali", " Hindi "])
    assert (record.age, record.height_cm, record.sex, record.protect_location) == (8.0, 120.5, Sex.FEMALE, False)
    assert record.languages == ("Bengali", "Hindi")


def test_names_of_other_formats_are_understood_and_kept_under_ours() -> None:
    cells, problems = cells_of({"person_record_id": "P-1", "full_name": "Meena", "Relation Name": "Karim"})
    assert (cells, problems) == ({"record_id": "P-1", "name": "Meena", "other_relatives": "Karim"}, [])


def test_a_cell_that_is_too_long_is_told_and_not_kept() -> None:
    entry = entry_of(child(hair="x" * (LONGEST_CELL + 1)), "police", None, None)
    assert [(each.field, each.severity) for each in entry.problems] == [("hair", Severity.DROPPED)]
    assert "hair" not in entry.content.cells


def test_a_file_may_stand_for_the_kind() -> None:
    cells = cells_of(child())[0]
    del cells["kind"]
    assert read_cells(cells).record is None
    reading = read_cells(cells, Kind.FOUND)
    assert reading.record is not None
    assert reading.record.kind is Kind.FOUND


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, None), ({"sealed_by_court": "yes", "consent_sharing": "no"}, "sealed_by_court"),
        ({"consent_sharing": "no"}, "no_consent"), ({"consent_sharing": "zqxw"}, "no_consent"),
        ({"expires_on": "2026-11"}, None), ({"expires_on": "2026-10"}, "expired"), ({"expires_on": "2025"}, "expired"),
    ],
)  # fmt: skip
def test_why_a_record_is_kept(fields: dict[str, str], why: str | None) -> None:
    assert kept_because(read(**fields), date(2026, 11, 30)) == why


def test_words_of_sharing() -> None:
    assert sharing_words(None, "refused") == "refused"
    assert sharing_words(None, None).startswith("kept here: ")
    assert sharing_words("expired", "arrived").startswith("kept here: ")


def fits(asked: str, /, **fields: Any) -> bool:
    terms = name_terms(VAULT, read(**fields))
    wanted = query_terms(VAULT, asked)
    return bool(wanted) and all(terms & word for word in wanted)


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ("मीना", {"name": "Meena Hansda"}), ("Meena", {"name": "মীনা"}), ("Raheela", {"name": "راحیلہ"}),
        ("Rina", {"sibling_names": "Mita;Reena"}), ("Fatema", {"mother_name": "ফাতেমা বিবি"}),
        ("Karim Sheikh", {"father_name": "Md. Karim Seikh"}), ("Pinki", {"nicknames": "Pinky"}),
        ("Anil", {"guardian_name": "Anil Das"}), ("Gopal urf Babu", {"aliases": "Babu;Gopal"}),
    ],
)  # fmt: skip
def test_a_name_finds_every_spelling_in_every_field(asked: str, fields: dict[str, str]) -> None:
    assert fits(asked, **fields)
    assert not fits("Zubaida " + asked, **fields)


def test_terms_tell_nothing_without_the_vault() -> None:
    terms = name_terms(VAULT, read(name="Meena Hansda"))
    assert terms
    assert all(len(term) == 16 and b"mina" not in term for term in terms)


def test_case_numbers_are_told_apart_by_kind() -> None:
    index = case_index(VAULT, "missing", " C-1 ")
    assert len(index) == 32
    assert index == case_index(VAULT, "missing", "C-1")
    assert index != case_index(VAULT, "found", "C-1")


def test_a_retry_key_shows_neither_key_nor_request() -> None:
    retry = retry_key(VAULT, 1, "C-1", "POST", "Meena")
    assert retry is not None
    assert "C-1" not in retry.key
    assert "Meena" not in repr(retry) + repr(retry.digest)
    assert retry_key(VAULT, 1, None, "POST", "Meena") is None


def test_nothing_of_intake_shows_what_it_holds() -> None:
    entry = entry_of(child(), "police", "Zqxw", ReporterDetails("Zqxw"))
    shown = repr([entry, entry.content, entry.content.reporter, entry.record, read_cells(entry.content.cells)])
    for word in ("Zqxw", *map(str, child().values())):
        assert word == "missing" or word == "8" or word not in shown
    assert repr(Content({"name": "Zqxw"})) == "Content(1 cells)"
