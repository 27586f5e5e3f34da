"""From the values of a row to its birth."""

from datetime import date
from typing import Any

import pytest

from encoder.ages.parse import parse_age
from encoder.birth import AgeBasis
from encoder.birth_reason import BirthReason
from encoder.calendars.parse import parse_date, read_date
from encoder.reading.births import (
    AGE_FOR_A_DATE,
    BORN_AFTER_EVENT,
    BORN_IN_FUTURE,
    BOUNDS_CROSSED,
    NO_DAY_OF_AGE,
    settle_birth,
)

TODAY = date(2026, 3, 1)
SEEN = parse_date("2020-06-15")


@pytest.mark.parametrize(
    ("values", "left", "said"),
    [
        ({"age": parse_age("8"), "event_date": SEEN}, {"age": 8}, []),
        ({"age": parse_age("8-10"), "event_date": SEEN}, {"age_min": 8, "age_max": 10}, []),
        ({"age": parse_age("Class IV"), "event_date": SEEN}, {"age_min": 8, "age_max": 12}, []),
        ({"age": parse_age("6-9 months"), "event_date": SEEN}, {"age_min": 0.5, "age_max": 0.5}, []),
        ({"age": parse_age("8-10"), "age_min": parse_age("9"), "event_date": SEEN}, {"age_min": 9, "age_max": 10}, []),
        ({"age_min": parse_age("9"), "age_max": parse_age("8"), "event_date": SEEN}, {}, [BOUNDS_CROSSED]),
        ({"age": parse_age("8")}, {"age": 8}, [NO_DAY_OF_AGE]),
        ({"date_of_birth": parse_age("8"), "event_date": SEEN}, {"age": 8}, [AGE_FOR_A_DATE]),
        ({"date_of_birth": read_date("2021"), "event_date": SEEN}, {}, [BORN_AFTER_EVENT]),
        ({"date_of_birth": read_date("2027")}, {}, [BORN_IN_FUTURE]),
        ({"date_of_birth": read_date("2026")}, {"date_of_birth": read_date("2026")}, []),
    ],
)
def test_what_is_left_and_what_is_told(values: dict[str, Any], left: dict[str, Any], said: list[str]) -> None:
    kept = {name: values[name] for name in values if name == "event_date"}
    _, told = settle_birth(values, TODAY)
    assert values == kept | left
    assert [message for _, _, message in told] == said


def test_a_date_goes_before_an_age_and_a_dropped_date_leaves_it() -> None:
    for born, reason in (("2012-05-03", BirthReason.DATE), ("2021-05-03", BirthReason.ABOUT)):
        values = {"date_of_birth": read_date(born), "age": parse_age("about 8"), "event_date": SEEN}
        birth, _ = settle_birth(values, TODAY)
        assert birth is not None
        assert birth.reason is reason


def test_the_day_and_basis_of_the_age_count() -> None:
    age = parse_age("8")
    wide, _ = settle_birth({"age": age, "event_date": SEEN, "age_basis": AgeBasis.VISUAL}, None)
    narrow, _ = settle_birth({"age": age, "event_date": SEEN, "age_basis": AgeBasis.DOCUMENT}, None)
    later, _ = settle_birth({"age": age, "event_date": SEEN, "age_as_of": parse_date("2024-06-15")}, None)
    assert wide is not None
    assert narrow is not None
    assert later is not None
    assert wide.first < narrow.first < narrow.last < wide.last < later.last
