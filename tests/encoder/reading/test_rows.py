"""What one row comes to: values of every kind, and the problems of bad ones."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.birth import AgeBasis
from encoder.birth_reason import BirthReason
from encoder.calendars.parse import parse_date, read_date
from encoder.reading.problems import Problem, ReadResult, Severity
from encoder.reading.rows import LONGEST_CELL, read_rows
from encoder.reading.table import Row, Table
from encoder.record import NameSource, RawRecord
from encoder.schema import FIELDS
from matcher.errors import InputError
from matcher.views import Kind, Sex


def read(header: Sequence[str], *rows: Sequence[str], kind: Kind = Kind.MISSING) -> ReadResult:
    """The result of rows that start in row 2."""
    return read_rows("a.csv", Table(list(header), 1, (Row(n, list(row)) for n, row in enumerate(rows, 2))), kind)


def read_one(**cells: str) -> tuple[RawRecord, list[Problem]]:
    """The record and problems of one row with these cells."""
    result = read(["record_id", *cells], ["M1", *cells.values()])
    assert len(result.records) == 1
    return result.records[0], result.problems


def test_every_kind_of_value() -> None:
    record, problems = read_one(
        name=" Tara Invented ", nicknames="Mithu; ;Guddi;", name_source="Family", sex="মেয়ে",
        date_of_birth="BS:2069", age="८", age_as_of="2020-06", age_basis="parent", event_date="15/06/2021",
        height_cm="120.5", marks="scar@forehead;mole@cheek:left", photo_date="7", protect_location="no",
        sealed_by_court="yes", consent_sharing="हाँ", expires_on="2030-01-01T00:00:00Z",
    )  # fmt: skip
    assert problems == []
    assert record.name == "Tara Invented"
    assert record.nicknames == ("Mithu", "Guddi")
    assert record.name_source is NameSource.FAMILY
    assert record.sex is Sex.FEMALE
    assert record.date_of_birth == read_date("BS:2069")
    assert record.birth is not None
    assert record.birth.reason is BirthReason.YEAR
    assert (record.birth.first, record.birth.last) == (parse_date("BS:2069").first, parse_date("BS:2069").last)
    assert (record.age, record.age_basis) == (8, AgeBasis.PARENT)
    assert record.event_date == parse_date("2021-06-15")
    assert (record.height_cm, record.photo_date) == (120.5, 7)
    assert record.marks == ("scar@forehead", "mole@cheek:left")
    assert (record.protect_location, record.sealed_by_court, record.consent_sharing) == (False, True, True)
    assert record.expires_on == parse_date("2030-01-01")


def test_placeholders_are_not_known() -> None:
    record, problems = read_one(
        name="Unknown",
        aliases="-;N/A",
        date_of_birth="not known",
        age="?",
        sex="-",
        father_name="अज्ञात",
        age_basis="n/a",
    )
    assert problems == []
    assert record == RawRecord(record_id="M1", kind=Kind.MISSING)


@pytest.mark.parametrize(
    ("field", "cell", "says"),
    [
        ("date_of_birth", "2012-02-30", "no such day"),
        ("date_of_birth", "BS:2090-13-01", "months 1 to 12"),
        ("event_date", "yesterday", "not a date"),
        ("photo_date", "200", "not a date"),
        ("age", "200", "0 to 25"),
        ("date_of_birth", "summer 2012", "not a date"),
        ("date_of_birth", "12 Aug", "year cannot"),
        ("date_of_birth", "2069-02-18", "BS:"),
        ("age", "grown", "not an age"),
        ("age", "-3", "not an age"),
        ("age", "nan", "not an age"),
        ("age", "1e1", "not an age"),
        ("age", "1_0", "not an age"),
        ("age", "2026-10-08", "a date and no age"),
        ("age", "Class 14", "class must be 1 to 12"),
        ("age", "10-8", "backwards"),
        ("age", "8" * 5000, "too long"),
        ("height_cm", "9999", "25 to 230"),
        ("weight_kg", "heavy", "not a number"),
        ("sex", "Zebunnisa", "not a word for sex"),
        ("age_basis", "guess", "document, parent"),
        ("name_source", "neighbour", "child, family"),
        ("name", "x" * (LONGEST_CELL + 1), "10,000 characters"),
    ],
)
def test_bad_field_costs_that_field_only(field: str, cell: str, says: str) -> None:
    record, problems = read_one(**{"mother_name": "Rekha Invented", field: cell})
    assert getattr(record, field) == getattr(RawRecord(record_id="M1", kind=Kind.MISSING), field)
    assert record.mother_name == "Rekha Invented"
    (problem,) = problems
    assert (problem.file, problem.row, problem.field) == ("a.csv", 2, field)
    assert problem.severity is Severity.DROPPED
    assert says in problem.message
    assert str(problem).startswith(f"a.csv, row 2, {field} (field dropped): ")
    assert len(cell) < 4 or cell not in str(problem)


@pytest.mark.parametrize(
    ("field", "taken"), [("protect_location", True), ("sealed_by_court", True), ("consent_sharing", False)]
)
def test_unreadable_flag_shares_least(field: str, taken: bool) -> None:
    record, problems = read_one(**{field: "perhaps"})
    assert getattr(record, field) is taken
    assert [problem.severity for problem in problems] == [Severity.DROPPED]


def test_longest_cell_is_kept() -> None:
    record, problems = read_one(name="x" * LONGEST_CELL)
    assert not problems
    assert record.name is not None


def test_range_of_ages() -> None:
    record, problems = read_one(age="8\u201310", event_date="2020-06-15")
    assert not problems
    assert (record.age, record.age_min, record.age_max) == (None, 8, 10)
    assert record.birth is not None


def test_bounds_that_contradict_are_dropped() -> None:
    record, problems = read_one(age_min="12", age_max="8", event_date="2020-06-15")
    assert (record.age_min, record.age_max, record.birth) == (None, None, None)
    assert [(problem.field, problem.severity) for problem in problems] == [("age_min", Severity.DROPPED)]


def test_birth_after_the_event_is_dropped_and_the_age_counts() -> None:
    record, problems = read_one(date_of_birth="2022-01-01", age="8", event_date="2020-06-15")
    assert record.date_of_birth is None
    assert record.birth is not None
    assert not record.birth.exact
    assert [problem.field for problem in problems] == ["date_of_birth"]


@pytest.mark.parametrize("cells", [
    {"home_country": "Nepal"}, {"event_country": "नेपाल"}, {"nationality": "Indian;Nepali"},
])  # fmt: skip
def test_years_of_nepal_are_read_where_the_record_is_of_nepal(cells: dict[str, str]) -> None:
    record, problems = read_one(date_of_birth="2069-03-11", event_date="2077-05", photo_date="2076", **cells)
    assert problems == []
    assert record.date_of_birth == read_date("BS 2069-03-11")
    assert record.event_date == parse_date("BS 2077-05")
    assert record.photo_date == parse_date("BS 2076")


def test_years_of_nepal_are_refused_elsewhere() -> None:
    record, problems = read_one(date_of_birth="2069-03-11", home_country="India")
    assert record.birth is None
    assert ["BS:" in problem.message for problem in problems] == [True]


def test_an_unreadable_date_stays_unreadable_in_every_country() -> None:
    record, problems = read_one(date_of_birth="summer", age="grown", home_country="Nepal")
    assert (record.date_of_birth, record.age) == (None, None)
    assert [problem.field for problem in problems] == ["date_of_birth", "age"]


@pytest.mark.parametrize("text", ["8 years", "about 8", "Class IV", "८ वर्ष"])
def test_an_age_in_the_place_of_a_date_counts_as_an_age(text: str) -> None:
    record, problems = read_one(date_of_birth=text, event_date="2020-06-15")
    other, _ = read_one(age=text, event_date="2020-06-15")
    assert record == other
    assert record.birth is not None
    assert [(problem.field, problem.severity) for problem in problems] == [("date_of_birth", Severity.NOTE)]


def test_an_age_of_its_own_goes_before_one_in_the_place_of_a_date() -> None:
    record, _ = read_one(date_of_birth="8 years", age="9", event_date="2020-06-15")
    assert record.age == 9


def test_bounds_take_the_outer_ends_of_what_is_written_there() -> None:
    record, problems = read_one(age_min="8-9", age_max="10-11", event_date="2020-06-15")
    assert problems == []
    assert (record.age_min, record.age_max) == (8, 11)
    assert read_one(age_min="Class IV", age_max="under 6")[1][0].field == "age_min"


def test_an_age_in_the_photo() -> None:
    assert read_one(photo_date="7 years")[0].photo_date == 7
    assert read_one(photo_date="6-8 yrs")[0].photo_date == 7


def test_a_birth_in_the_future_is_dropped_where_today_is_known() -> None:
    rows = [Row(2, ["M1", "2026-03-03"]), Row(3, ["M2", "2026-03-02"]), Row(4, ["M3", "2026-03"])]
    table = Table(["record_id", "date_of_birth"], 1, iter(rows))
    result = read_rows("a.csv", table, Kind.MISSING, date(2026, 3, 1))
    assert [record.birth is None for record in result.records] == [True, False, False]
    (problem,) = result.problems
    assert (problem.row, problem.field, problem.severity) == (2, "date_of_birth", Severity.DROPPED)


def test_the_same_text_reads_the_same_again() -> None:
    cells = {"date_of_birth": "1/1/12", "age": "about 8", "event_date": "12 Aug 2020", "age_basis": "visual"}
    assert read_one(**cells) == read_one(**cells)


def test_age_without_a_day_is_noted_once() -> None:
    record, problems = read_one(age="8")
    assert (record.age, record.birth) == (8, None)
    assert [(problem.field, problem.severity) for problem in problems] == [("age", Severity.NOTE)]


@pytest.mark.parametrize("empty", ["", "  ", "-", "unknown"])
def test_row_without_case_number_is_rejected(empty: str) -> None:
    result = read(["record_id", "name"], [empty, "Canary Invented"], ["M2", "Tara Invented"])
    assert [record.record_id for record in result.records] == ["M2"]
    (problem,) = result.problems
    assert (problem.row, problem.field, problem.severity) == (2, "record_id", Severity.REJECTED)
    assert "Canary" not in str(problem)


def test_first_of_two_equal_case_numbers_is_kept() -> None:
    result = read(["record_id", "name"], ["CANARY-1", "A"], ["M2", "B"], [" CANARY-1 ", "C"])
    assert [record.name for record in result.records] == ["A", "B"]
    (problem,) = result.problems
    assert (problem.row, problem.severity) == (4, Severity.REJECTED)
    assert "row 2" in problem.message
    assert "CANARY" not in str(problem)


def test_kind_of_the_row() -> None:
    rows = ["M1", "Missing"], ["M2", "found"], ["M3", ""], ["M4", "stolen"]
    result = read(["record_id", "kind"], *rows)
    assert [record.record_id for record in result.records] == ["M1", "M3"]
    assert all(record.kind is Kind.MISSING for record in result.records)
    assert [(problem.row, problem.field, problem.severity) for problem in result.problems] == [
        (3, "kind", Severity.REJECTED), (5, "kind", Severity.REJECTED),
    ]  # fmt: skip
    assert [record.record_id for record in read(["record_id", "kind"], *rows, kind=Kind.FOUND).records] == ["M2", "M3"]


def test_rejected_row_does_not_take_its_case_number() -> None:
    result = read(["record_id", "kind"], ["M1", "found"], ["M1", "missing"])
    assert [record.record_id for record in result.records] == ["M1"]


def test_header_in_the_middle_is_rejected() -> None:
    result = read(["record_id", "name"], ["M1", "A"], ["record_id", "name"], ["M2", "B"])
    assert [record.record_id for record in result.records] == ["M1", "M2"]
    assert [(problem.row, problem.message) for problem in result.problems] == [
        (3, "The row repeats the header; delete it.")
    ]
    assert result.rows_read == 3


def test_short_rows_are_filled_and_long_ones_rejected() -> None:
    result = read(["record_id", "name", "sex"], ["M1"], ["M2", "A", "f", "", ""], ["M3", "A", "f", "", "Canary"])
    assert [record.record_id for record in result.records] == ["M1", "M2"]
    (problem,) = result.problems
    assert (problem.row, problem.severity) == (4, Severity.REJECTED)
    assert "3 columns" in problem.message
    assert "Canary" not in str(problem)


def test_unknown_columns_are_noted_one_by_one() -> None:
    result = read(["record_id", "colour", "mood"], ["M1", "Canary", "Canary"])
    assert [(problem.row, problem.severity) for problem in result.problems] == [(1, Severity.NOTE)] * 2
    assert ["colour" in result.problems[0].message, "mood" in result.problems[1].message] == [True, True]
    assert not any("Canary" in str(problem) for problem in result.problems)


def test_many_unknown_columns_are_summarised() -> None:
    result = read(["record_id", *(f"x{n}" for n in range(21))], ["M1"])
    (problem,) = result.problems
    assert problem.message.startswith("21 columns")


def test_column_without_name_is_noted_when_it_holds_something() -> None:
    result = read(["record_id", "", "sex"], ["M1", "", "f"], ["M2", "Canary", "m"], ["M3", "Canary", "m"])
    (problem,) = result.problems
    assert (problem.row, problem.severity) == (3, Severity.NOTE)
    assert "Column 2" in problem.message


def test_faults_of_cells_drop_them() -> None:
    table = Table(["record_id", "name", "sealed_by_court"], 1, iter([Row(2, ["M1", "", ""], {1: "Bad.", 2: "Bad."})]))
    result = read_rows("a.xlsx", table, Kind.FOUND)
    assert result.records[0].sealed_by_court is True
    assert [problem.field for problem in result.problems] == ["name", "sealed_by_court"]


def test_fault_of_the_case_number_rejects() -> None:
    result = read_rows("a.xlsx", Table(["record_id"], 1, iter([Row(2, [""], {0: "Bad."})])), Kind.FOUND)
    assert not result.records
    assert result.problems[0].severity is Severity.REJECTED


@pytest.mark.parametrize("header", [["name", "sex"], ["M1", "Canary Invented"]])
def test_header_without_case_number(header: list[str]) -> None:
    with pytest.raises(InputError, match="record_id") as caught:
        read(header, ["x", "y"])
    assert "Canary" not in str(caught.value)


@pytest.mark.parametrize("header", [["record_id", "name", "Name"], ["record_id", "name", "full_name"]])
def test_doubled_column(header: list[str]) -> None:
    with pytest.raises(InputError, match=r"two columns for name \(columns 2 and 3\)"):
        read(header)


@given(st.lists(st.text(max_size=30), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_whatever_the_cells_hold_a_row_gives_a_record_or_one_reason(cells: list[str]) -> None:
    result = read([field.name for field in FIELDS], cells)
    rejected = [problem for problem in result.problems if problem.severity is Severity.REJECTED]
    assert len(result.records) + len(rejected) == 1
    assert repr(result.records) in ("[]", "[RawRecord(missing)]")
