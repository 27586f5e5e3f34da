"""What of a Pydantic error may be told."""

import re
from typing import Annotated, Literal, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Discriminator, HttpUrl, TypeAdapter, ValidationError, field_validator
from pydantic_core._pydantic_core import list_all_errors
from pydantic_core.core_schema import ErrorType

from api.service.validation import QUOTING_TYPES, message_of, place_of

# Holes of Pydantic's sentences that hold part of the schema or a number of things.
OF_THE_SCHEMA = {
    "le", "lt", "ge", "gt", "multiple_of", "min_length", "max_length", "actual_length", "field_type", "expected_plural",
    "expected", "discriminator", "pattern", "class", "class_name", "method_name", "expected_schemes",
    "expected_version", "max_digits", "decimal_places", "whole_digits",
}  # fmt: skip


def test_every_sentence_of_pydantic_with_another_hole_is_looked_at():
    for entry in list_all_errors():
        holes = set(re.findall(r"{(\w+)}", entry["message_template_python"]))
        assert holes <= OF_THE_SCHEMA or entry["type"] in QUOTING_TYPES, entry["type"]
    assert set(get_args(ErrorType)) >= QUOTING_TYPES


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Record(BaseModel):
    number: int = 0
    ident: UUID | None = None
    home: HttpUrl | None = None
    pet: Annotated[Cat | Dog, Discriminator("kind")] | None = None
    note: str = ""

    @field_validator("note")
    @classmethod
    def never_fits(cls, value: str) -> str:
        raise ValueError(f"nobody is called {value}")


@pytest.mark.parametrize(
    "value",
    [
        {"number": "Zubaida"}, {"ident": "Zubaida"}, {"home": "Zubaida"}, {"pet": {"kind": "Zubaida"}},
        {"note": "Zubaida"}, {"note": "the Zubaida family"}, {"pet": "Zubaida"},
    ],
)  # fmt: skip
def test_no_message_repeats_what_was_given(value):
    with pytest.raises(ValidationError) as caught:
        Record.model_validate(value)
    for error in caught.value.errors():
        assert message_of(error)
        assert "zubaida" not in message_of(error).casefold()


def test_a_rule_is_told():
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[int]).validate_python([1, "x"])
    error = caught.value.errors()[0]
    assert (place_of(error["loc"]), message_of(error)[:33]) == ("1", "Input should be a valid integer, ")


@given(st.lists(st.text() | st.integers(0, 9)).map(tuple))
def test_a_place_is_made_of_names_and_numbers(location):
    assert re.fullmatch(r"[A-Za-z0-9_.?-]*", place_of(location))


def test_a_place_reads_like_a_path():
    assert place_of(("items", 3, "ref")) == "items.3.ref"
    assert place_of(("items", "Zubaida Begum")) == "items.?"
