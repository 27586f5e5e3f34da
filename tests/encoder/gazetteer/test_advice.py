"""Advice tells a clerk which field to mend, and never says what stands in it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.gazetteer.advice import ELSEWHERE, FINER, NO_SUCH_CODE, SEVERAL, UNKNOWN, place_advice
from tests.encoder.builders import record


def advice(**fields: Any) -> list[tuple[str, str]]:
    return place_advice(record(**{f"home_{name}": text for name, text in fields.items()}))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"district": "Aurangabad"}, [("home_district", SEVERAL)]),
        ({"country": "India", "district": "Bilaspur"}, [("home_district", SEVERAL)]),
        ({"state": "Bihar", "district": "Pune"}, [("home_state", ELSEWHERE)]),
        ({"state": "Bihar", "district": "Xqzzy"}, [("home_district", UNKNOWN)]),
        ({"state": "Bihar", "district": "99999"}, [("home_district", NO_SUCH_CODE)]),
        ({"state": "Ranchi"}, [("home_state", FINER)]),
    ],
)
def test_what_a_clerk_could_mend_is_told_at_its_field(fields: dict[str, str], told: list[tuple[str, str]]) -> None:
    assert advice(**fields) == told


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"state": "Bihar", "district": "Aurangabad"},
        {"state": "पश्चिम बंगाल", "district": "Burdwan", "subdistrict": "Asansol", "village": "Kendpur"},
        {"country": "Pakistan", "state": "Sindh", "district": "Xqzzy"},
        {"country": "Nepal", "district": "काठमाडौं"},
        {"district": "unknown"},
    ],
)
def test_a_home_that_is_in_order_gets_none(fields: dict[str, str]) -> None:
    assert advice(**fields) == []


@given(st.text(min_size=4, max_size=40), st.text(min_size=4, max_size=40))
def test_advice_is_one_sentence_without_a_value(state: str, district: str) -> None:
    messages = {SEVERAL, ELSEWHERE, UNKNOWN, NO_SUCH_CODE, FINER}
    assert {message for _, message in advice(state=state, district=district)} <= messages
