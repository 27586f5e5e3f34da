import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.faces.decoding.answers import ANSWER_BYTES, picture_answer, read_answer, reason_answer
from encoder.faces.interface import PhotoError, PhotoReason


def reason_of(answer: bytes) -> PhotoReason | None:
    try:
        read_answer(answer)
    except PhotoError as error:
        return error.reason
    return None


def test_a_picture_comes_back():
    height, width, raw = read_answer(picture_answer(2, 3, bytes(range(18))))
    assert (height, width, bytes(raw)) == (2, 3, bytes(range(18)))


def test_the_largest_picture_is_the_largest_answer():
    assert len(picture_answer(800, 800, bytes(800 * 800 * 3))) == ANSWER_BYTES


@pytest.mark.parametrize("reason", PhotoReason)
def test_a_reason_comes_back(reason):
    assert reason_of(reason_answer(reason)) is reason


@pytest.mark.parametrize(
    "answer",
    [
        b"", bytes(7), bytes(8), bytes(8) + b"no-such-reason", bytes(8) + b"\xff",
        picture_answer(2, 3, bytes(17)), picture_answer(2, 3, bytes(19)), picture_answer(0, 3, b""),
        picture_answer(801, 1, bytes(2403)), struct.pack(">II", 2**32 - 1, 2**32 - 1),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_not_believed(answer):
    assert reason_of(answer) is PhotoReason.UNREADABLE


@given(st.binary(max_size=64))
def test_any_bytes_are_a_picture_or_a_reason(answer):
    reason_of(answer)
