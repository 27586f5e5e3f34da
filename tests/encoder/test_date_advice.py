"""What a clerk is told about dates and ages that were read."""

from datetime import date
from typing import Any

import pytest

from encoder.date_advice import (
    ADULT,
    AGE_DISAGREES,
    BORN_IN_FUTURE,
    EVENT_BEFORE_BIRTH,
    EVENT_IN_FUTURE,
    INVENTED,
    date_advice,
)
from encoder.reading.rows import read_rows
from encoder.reading.table import Row, Table
from encoder.record import RawRecord
from matcher.views import Kind

TODAY = date(2026, 3, 1)


def read(**cells: str) -> RawRecord:
    """The record of one row."""
    table = Table(["record_id", *cells], 1, iter([Row(2, ["M1", *cells.values()])]))
    (record,) = read_rows("a.csv", table, Kind.MISSING).records
    return record


def told(**cells: str) -> list[tuple[str, str]]:
    """Everything that is said about one row."""
    return list(date_advice(read(**cells), TODAY))


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"date_of_birth": "2016-05-31", "event_date": "2026-02-28"},
        {"date_of_birth": "2016", "age": "9", "event_date": "2026-02-28"},
        {"date_of_birth": "2016-05-31", "age": "11", "event_date": "2026-02-28"},
        {"date_of_birth": "2016-05-31", "age": "11"},
        {"age": "9", "event_date": "2026-03-02"},  # it is tomorrow already where the clerk sits
        {"age": "17", "event_date": "2026-02-28", "age_basis": "document"},
        {"age": "18", "event_date": "2026-02-28"},  # by no certain account
        {"age_min": "8", "age_max": "20", "event_date": "2026-02-28"},
        {"name": "Asha"},
    ],
)
def test_dates_that_agree_say_nothing(cells: dict[str, str]) -> None:
    assert told(**cells) == []


SAID: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"date_of_birth": "2027-05-31"}, ("date_of_birth", BORN_IN_FUTURE)),
    ({"date_of_birth": "2016-01-01", "event_date": "2026"}, ("date_of_birth", INVENTED)),
    ({"date_of_birth": "1/7/2016"}, ("date_of_birth", INVENTED)),
    ({"event_date": "2026-03-03"}, ("event_date", EVENT_IN_FUTURE)),
    ({"date_of_birth": "2000-05-31", "event_date": "2026-02-28"}, ("date_of_birth", ADULT)),
    ({"age": "21", "event_date": "2026-02-28", "age_basis": "document"}, ("age", ADULT)),
    ({"age": "adult", "event_date": "2026-02-28"}, ("age", ADULT)),
    ({"age": "5", "age_as_of": "2026-02-28", "event_date": "2012-02-28"}, ("event_date", EVENT_BEFORE_BIRTH)),
    ({"date_of_birth": "2016-05-31", "age": "14", "event_date": "2026-02-28"}, ("age", AGE_DISAGREES)),
    ({"date_of_birth": "2012-05-31", "age": "Class II", "event_date": "2026-02-28"}, ("age", AGE_DISAGREES)),
    ({"date_of_birth": "2016-05-31", "age_min": "14", "event_date": "2026-02-28"}, ("age", AGE_DISAGREES)),
]


@pytest.mark.parametrize(("cells", "said"), SAID)
def test_each_thing_that_a_clerk_could_mend(cells: dict[str, str], said: tuple[str, str]) -> None:
    assert told(**cells) == [said]


@pytest.mark.parametrize(("cells", "said"), SAID)
def test_messages_are_one_sentence_without_the_value(cells: dict[str, str], said: tuple[str, str]) -> None:
    assert said[1].endswith(".")
    assert said[1].count(". ") == 0
    assert not any(value in said[1] for value in cells.values() if len(value) > 2)
