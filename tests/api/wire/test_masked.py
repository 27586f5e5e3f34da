"""Messages of masked comparison: they go through JSON unchanged, and show no code."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydantic import ValidationError

from api.wire.items import ItemError
from api.wire.masked import (
    MAX_MASKED,
    MaskedAnswer,
    MaskedAnswers,
    MaskedRequest,
    MaskedRequestPage,
    MaskedTaken,
    codes_of,
    codes_text,
)

REF, OTHER = "A" * 22, "B" * 22
REQUEST = {
    "comparison": 7, "domain": "in", "epoch": "2026-11", "profile": "cross-border-2026-11-22", "side": "found",
    "ref": REF, "version": 2, "partner": "punjab", "other_ref": OTHER, "other_version": 1, "rows": 1, "other_rows": 2,
}  # fmt: skip
SHAPES = st.tuples(st.integers(1, 16), st.integers(1, 40))
NUMBERS = st.integers(1, 2**63 - 1)


def answered(masked: np.ndarray, **changes: object) -> MaskedAnswer:
    fields = {"comparison": 7, "outcome": "answered", "presence": [1], "codes": codes_text(masked)}
    return MaskedAnswer.model_validate({**fields, **changes})


@given(codes=SHAPES.flatmap(lambda shape: arrays.arrays(np.uint64, shape)), numbers=st.data())
def test_answers_go_through_json_and_bring_the_same_codes(codes: np.ndarray, numbers: st.DataObject) -> None:
    presence = numbers.draw(st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=16))
    space = numbers.draw(st.sampled_from([None, "dlib.uncentred." + "0" * 32]))
    age = 0 if space is None else numbers.draw(st.integers(0, 7))
    answer = answered(codes, presence=presence, photo_space=space, photo_age=age, comparison=numbers.draw(NUMBERS))
    told = MaskedAnswers.model_validate_json(MaskedAnswers(answers=[answer]).model_dump_json())
    assert told.answers == [answer]
    assert (codes_of(told.answers[0], *codes.shape) == codes).all()


@given(codes=SHAPES.flatmap(lambda shape: arrays.arrays(np.uint64, shape)))
def test_words_are_little_endian_whatever_the_machine(codes: np.ndarray) -> None:
    raw = base64.b64decode(codes_text(codes.astype(">u8")))
    assert raw == codes.astype("<u8").tobytes()


@given(numbers=st.lists(NUMBERS, min_size=1, max_size=5), rows=st.integers(1, 16), version=st.integers(1, 2**31 - 1))
def test_requests_go_through_json(numbers: list[int], rows: int, version: int) -> None:
    changes = {"rows": rows, "version": version}
    items = [MaskedRequest.model_validate({**REQUEST, **changes, "comparison": number}) for number in numbers]
    page = MaskedRequestPage(items=items, next=numbers[-1], more=True)
    assert MaskedRequestPage.model_validate_json(page.model_dump_json()) == page


@pytest.mark.parametrize(
    "changes",
    [{"comparison": 0}, {"comparison": 2**63}, {"comparison": "7"}, {"domain": ""}, {"profile": "p" * 65},
     {"side": "custodian"}, {"ref": "A" * 21}, {"version": 0}, {"partner": "Punjab"}, {"rows": 0}, {"rows": 17},
     {"other_rows": 0}, {"other_rows": 17}, {"name": "Rekha"}],
)  # fmt: skip
def test_requests_that_do_not_fit_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MaskedRequest.model_validate({**REQUEST, **changes})


REFUSED = {"outcome": "refused", "reason": "not-here", "presence": [], "codes": ""}


@pytest.mark.parametrize(
    "changes",
    [{"reason": "not-here"}, {"presence": []}, {"codes": ""}, {"photo_age": 3}, {"photo_age": 8},
     {"presence": [2**16]}, {"presence": [1] * 17}, {"outcome": "waiting"}, {"comparison": 0},
     REFUSED | {"reason": None}, REFUSED | {"reason": "busy"}, REFUSED | {"codes": "AAAA"},
     REFUSED | {"presence": [1]}, REFUSED | {"photo_space": "dlib.uncentred." + "0" * 32},
     {"codes": "A" * (2**19 + 1)}],
)  # fmt: skip
def test_answers_that_do_not_fit_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        answered(np.zeros((1, 1), np.uint64), **changes)


def test_an_answer_may_be_refused_in_one_word() -> None:
    answer = answered(np.zeros((1, 1), np.uint64), **REFUSED)
    assert (answer.outcome, answer.reason) == ("refused", "not-here")


@pytest.mark.parametrize("codes", ["!!!!", "AAA", "AAAA", base64.b64encode(bytes(9)).decode()])
def test_codes_of_another_size_are_refused_and_not_quoted(codes: str) -> None:
    with pytest.raises(ItemError) as refusal:
        codes_of(answered(np.zeros((1, 1), np.uint64), codes=codes), 1, 1)
    assert refusal.value.reason == "bad-code"
    assert codes not in refusal.value.detail


def test_a_message_has_some_answers_and_not_too_many() -> None:
    one = answered(np.zeros((1, 1), np.uint64))
    for answers in ([], [one] * (MAX_MASKED + 1)):
        with pytest.raises(ValidationError):
            MaskedAnswers(answers=answers)
    assert len(MaskedAnswers(answers=[one] * MAX_MASKED).answers) == MAX_MASKED
    with pytest.raises(ValidationError):
        MaskedAnswers.model_validate({"format": 2, "answers": [one.model_dump()]})


def test_nothing_that_is_printed_shows_a_code() -> None:
    answer = answered(np.full((1, 3), 0x1234567890ABCDEF, np.uint64), photo_space="dlib.uncentred." + "0" * 32)
    message = MaskedAnswers(answers=[answer])
    for shown in (repr(answer), str(answer), repr(message), str(message), f"{answer}", repr([answer])):
        assert answer.codes not in shown
        assert "dlib" not in shown
    assert repr(MaskedTaken(taken=1, gone=2)) == "MaskedTaken(taken=1, gone=2)"
