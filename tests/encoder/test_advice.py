"""What clerks are told: bad input is data, and is told of where it can be mended."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder import advice as advice_module
from encoder.advice import Advice, advice
from encoder.date_advice import EVENT_IN_FUTURE, INVENTED
from encoder.names.advice import DIGITS, INVISIBLE, ONLY_TITLES, SYMBOLS, TOO_LONG, UNREADABLE, name_advice
from encoder.reading.problems import Problem, Severity
from encoder.reading.rows import read_rows
from encoder.reading.table import Row, Table
from encoder.record import RawRecord
from encoder.schema import FIELDS
from matcher.views import Kind

TODAY = date(2026, 3, 1)


def read(**cells: str) -> tuple[RawRecord, list[Problem]]:
    """The record of one row, and what the reader said."""
    table = Table(["record_id", *cells], 1, iter([Row(2, ["M1", *cells.values()])]))
    result = read_rows("a.csv", table, Kind.MISSING, TODAY)
    (found,) = result.records
    return found, result.problems


def record(**fields: Any) -> RawRecord:
    """A record with these fields and nothing else."""
    return RawRecord(record_id="M1", kind=Kind.MISSING, **fields)


def test_a_good_record_gets_no_advice() -> None:
    names = {"name": "Asha Hansda", "father_name": "রহিম শেখ"}
    good, problems = read(**names, date_of_birth="2016-05-31", event_date="2026-02-28")
    assert problems == []
    assert advice(good, TODAY) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Asha 🙂 Hansda", SYMBOLS), ("Asha2 Hansda", DIGITS), ("Asha\u202eHansda", INVISIBLE),
        ("Late Smt.", ONLY_TITLES), ("🙂", UNREADABLE), ("Asha " * 70, TOO_LONG), ("Asha\x07", INVISIBLE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["name", "father_name", "aliases"])
def test_names_that_a_clerk_could_mend(name: str, message: str, field: str) -> None:
    given_name = (name,) if field == "aliases" else name
    assert Advice(field, message) in advice(record(**{field: given_name}), TODAY)


def test_dates_are_among_the_advice() -> None:
    told, problems = read(date_of_birth="2016-01-01", event_date="2026-04-01")
    assert problems == []
    assert advice(told, TODAY) == [Advice("event_date", EVENT_IN_FUTURE), Advice("date_of_birth", INVENTED)]


def test_places_are_among_the_advice() -> None:
    (told,) = advice(record(home_country="India", home_state="West Bengal", home_district="Zqxwqzx"), TODAY)
    assert told.field == "home_district"
    assert "gazetteer" in told.message


def test_the_same_thing_is_told_once_a_field() -> None:
    assert len(advice(record(aliases=("🙂", "🙂")), TODAY)) == len(advice(record(aliases=("🙂",)), TODAY))


@pytest.mark.parametrize("nothing", ["unknown", "N/A", "नामालूम", ".", "-", "Unknown", "NA", "অজ্ঞাত", "نامعلوم", "???"])
def test_words_for_nothing_are_not_known_and_need_no_advice(nothing: str) -> None:
    cells = {field.name: nothing for field in FIELDS if field.name not in ("record_id", "kind")}
    empty, problems = read(**cells)
    assert advice(empty, TODAY) == []
    assert [problem for problem in problems if problem.severity is not Severity.DROPPED] == []
    assert empty.birth is None


def test_a_birth_in_the_future_is_dropped_with_a_note() -> None:
    told, problems = read(date_of_birth="2027-05-31")
    assert (told.date_of_birth, told.birth) == (None, None)
    assert [(problem.field, problem.severity) for problem in problems] == [("date_of_birth", Severity.DROPPED)]
    assert advice(told, TODAY) == []


_latin = st.lists(st.sampled_from(["Smt", "Late", "Md", "unknown", "Asha", "w", "shri"]), max_size=4).map(" ".join)


@given(st.text(st.characters(codec="utf-8"), max_size=40) | _latin)
def test_the_quick_look_at_ordinary_names_agrees_with_the_full_one(name: str) -> None:
    told = [each.message for each in advice(record(name=name), TODAY)] if name else []
    assert told == name_advice(name)


@given(st.lists(st.text(max_size=30), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_no_cell_stops_the_advice(cells: list[str]) -> None:
    rows = iter([Row(2, list(cells))])
    for found in read_rows("a.csv", Table([field.name for field in FIELDS], 1, rows), Kind.MISSING, TODAY).records:
        for each in advice(found, TODAY):
            assert each.message.endswith(".")


@pytest.mark.parametrize("text", ["রিয়া মণ্ডল", "मीना देवी", "ਗੁਰਪ੍ਰੀਤ ਕੌਰ", "முருகன் செல்வன்", "محمد عارف", "Meena Hansda"])
def test_most_names_are_known_to_need_no_look(text: str) -> None:
    """The short cut says what the long way does: nothing."""
    assert advice_module._is_ordinary(text)
    assert name_advice(text) == []


@pytest.mark.parametrize("text", ["रिয়া মণ্ডল", "मीना ३", "श्री", "Late Smt", "मी🙂ना", "রিয়া।", "X Æ"])
def test_names_with_something_about_them_are_looked_at(text: str) -> None:
    assert not advice_module._is_ordinary(text)
