"""Everything that is written can be read: no value is dropped, and no row rejected."""

import re
from pathlib import Path

import pytest

from encoder.reading.problems import Severity
from encoder.reading.read import read_records
from encoder.synthetic.files import write
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.rates import DIFFICULTIES, SyntheticRates
from matcher.views import Kind
from tests.encoder.synthetic.measuring import assert_rate, with_rates

LOOSE = re.compile(r"about \d+|\d+-\d+|Class [IVX]+")
IN_WORDS = re.compile(r"[A-Z][a-z]+ \d{4}")


@pytest.mark.parametrize("level", DIFFICULTIES)
def test_nothing_that_is_written_is_dropped(tmp_path: Path, level: str) -> None:
    write(generate(2_500, 1_500, 5, DIFFICULTIES[level]), tmp_path)
    for kind, rows in ((Kind.MISSING, 2_500), (Kind.FOUND, 1_500)):
        read = read_records(tmp_path / f"{kind.name.lower()}.csv", kind)
        assert len(read.records) == rows
        lost = [(p.field, p.message) for p in read.problems if p.severity is not Severity.NOTE]
        assert lost == []


def test_ages_as_people_say_them() -> None:
    rates = with_rates(loose_age=0.5, missing_birth_date=0)
    ages = [row["age"] for row in generate(3_000, 10, 5, rates).missing]
    assert_rate([bool(LOOSE.fullmatch(age)) for age in ages], 0.5)
    assert {age.split()[0] for age in ages if not age[0].isdigit()} == {"about", "Class"}


def test_birth_dates_as_people_write_them() -> None:
    rates = with_rates(month_in_words=1.0, missing_birth_date=1.0, local_calendar=1.0)
    rows = generate(6_000, 10, 5, rates).missing
    for row in rows:
        born = row["date_of_birth"]
        assert born.startswith("BS:") == (row["nationality"] == "Nepali")
    words = [row["date_of_birth"] for row in rows if IN_WORDS.fullmatch(row["date_of_birth"])]
    assert any(born.startswith("Asharh 14") for born in words)


def test_months_in_words_have_english_names_without_a_local_calendar() -> None:
    rates = with_rates(month_in_words=1.0, missing_birth_date=1.0, local_calendar=0)
    born = [row["date_of_birth"] for row in generate(3_000, 10, 5, rates).missing]
    assert_rate([bool(IN_WORDS.fullmatch(text)) for text in born], 0.20)
    assert any(text.startswith("Aug 20") for text in born)


def test_invented_birthdays() -> None:
    rates = with_rates(invented_january=0.5, missing_birth_date=1.0, local_calendar=0)
    born = [row["date_of_birth"] for row in generate(3_000, 10, 5, rates).missing]
    assert_rate([text.endswith("-01-01") for text in born], 0.5, slack=0.01)


def test_disabilities_are_in_the_words_of_clerks(population: SyntheticPopulation) -> None:
    rates = SyntheticRates()
    assert_rate([bool(row["disability"]) for row in population.missing], rates.disability * rates.disability_told)
    assert_rate([bool(row["disability"]) for row in population.found], rates.disability * rates.disability_seen)
