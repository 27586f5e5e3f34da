"""docs/records.md: every field stands there, the example reads cleanly, and the messages are those of the code."""

import re
from datetime import date

import pytest

from encoder.advice import advice
from encoder.ages.parse import parse_age
from encoder.ages.stated import OLDEST_YEARS
from encoder.birth import WIDENING, Widening
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import gregorian_date
from encoder.calendars.parse import parse_date
from encoder.reading.read import read_records
from encoder.schema import FIELDS
from matcher.errors import InputError
from matcher.views import Kind
from tests.docs.pages import blocks, codes, table_with


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs" / "records.md").read_text(encoding="utf-8")


def test_every_field_is_a_column(page):
    told = [code for row in table_with(page, "columns") for code in codes(row["columns"])]
    assert sorted(told) == sorted(field.name for field in FIELDS)


def test_the_example_reads_without_a_problem(page, tmp_path):
    (example,) = blocks(page, "csv")
    path = tmp_path / "missing.csv"
    path.write_text(example, encoding="utf-8")
    result = read_records(path, Kind.MISSING)
    assert result.problems == []
    assert len(result.records) == example.count("\n") - 1


def test_ages_widen_as_the_table_says(page):
    told = {}
    for row in table_with(page, "`age_basis`"):
        younger, older = map(int, row["years younger, older than stated"].split(","))
        told |= {name: Widening(younger, older) for name in codes(row["`age_basis`"])}
        if "empty" in row["`age_basis`"]:
            told[None] = Widening(younger, older)
    assert told == WIDENING
    assert f"years from 0 to {OLDEST_YEARS}" in page


def test_dates_are_read_as_the_table_says(page):
    for row in table_with(page, "read as"):
        for text in codes(row["written"]):
            days = parse_date(text)
            told = [date.fromisoformat(row[column]) for column in ("first day", "last day")]
            assert [gregorian_date(days.first), gregorian_date(days.last)] == told, text


def test_ages_are_read_as_the_table_says(page):
    reasons = set()
    for row in table_with(page, "from, up to (years)"):
        low, below = map(float, row["from, up to (years)"].split(","))
        for text in codes(row["written"]):
            stated = parse_age(text)
            assert (stated.low, round(stated.below, 2), stated.reason) == (low, below, row["why"]), text
            reasons.add(stated.reason)
    dates = {BirthReason.DATE, BirthReason.MONTH, BirthReason.YEAR, BirthReason.INVENTED_DAY, BirthReason.ESTIMATE}
    assert reasons == set(BirthReason) - dates


HEADER = "record_id,kind,sex,age,age_basis,date_of_birth,event_date,name,height_cm,age_as_of"
TODAY = date(2026, 11, 1)
ROWS = (
    "D-10,missing,girl,grown,,summer,2026-03-01,Asha,tall",
    "D-11,missing,girl,2026-10-08,,Asharh 2012,2027-03-01,Asha,",
    "D-12,missing,girl,16,,2009-01-01,2026-03-01,Asha,",
    "D-13,missing,girl,8 years,document,2000-05-31,2026-03-01,Asha,",
    "D-14,missing,girl,,,8 years,2026-03-01,Asha,",
    "D-15,missing,girl,5,,,2012-03-01,Asha,,2026-03-01",
    "D-1,missing,?!,ten,guess,31 May,2026-03-01,Asha",
    "D-2,missing,girl,70,,2069-02-18,2026-03-01,Asha",
    "D-3,missing,girl,9,,,,Asha",
    "D-4,missing,girl,,,2026-05-31,2026-03-01,Asha",
    "D-4,missing,girl,9,,,2026-03-01,Asha",
    ",missing,girl,9,,,2026-03-01,Asha",
    "D-6,found,girl,9,,,2026-03-01,Asha",
    "D-7,missing,girl,9,,,2026-03-01,Asha,,,more",
    'D-8,missing,girl,9,,,2026-03-01,"Asha',
)


def messages(folder, content: bytes) -> list[str]:
    """Everything that reading a file of missing reports says."""
    path = folder / "missing.csv"
    path.write_bytes(content)
    try:
        read = read_records(path, Kind.MISSING, TODAY)
        told = [each.message for record in read.records for each in advice(record, TODAY)]
        return [*(problem.message for problem in read.problems), *told]
    except InputError as error:
        return [str(error)]


def test_messages_are_those_of_the_program(page, tmp_path):
    said = [
        *messages(tmp_path, b"name\nAsha\n"),
        *messages(tmp_path, b"record_id,na\xefve\nD-1,Asha\n"),
        *messages(tmp_path, b"record_id,shoe size\nD-1,31\n"),
        *messages(tmp_path, "\n".join([HEADER, *ROWS]).encode()),
    ]
    for row in table_with(page, "message begins"):
        begins = ".+".join(map(re.escape, codes(row["message begins"])[0].split("...")))
        assert any(re.search(begins, message) for message in said), begins
