"""Cursors hide numbers, and give them back to whom they were given."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.cursors import Cursors
from api.wire.problems import ProblemError

CURSORS = Cursors(b"a secret of thirty-two bytes....")
numbers = st.integers(1, 2**40 - 1)
partners = st.integers(1, 10_000)


@given(numbers, partners)
def test_a_cursor_gives_its_number_back(number: int, partner: int) -> None:
    shown = CURSORS.hide(number, partner)
    assert 0 < shown < 2**53
    assert CURSORS.show(shown, partner) == number


@given(st.lists(numbers, unique=True, max_size=50), partners)
def test_no_two_numbers_share_a_cursor(found: list[int], partner: int) -> None:
    assert len({CURSORS.hide(number, partner) for number in found}) == len(found)


def test_a_cursor_tells_neither_size_nor_distance() -> None:
    shown = [CURSORS.hide(number, 1) for number in range(1, 200)]
    assert sorted(shown) != shown
    assert len({later - earlier for earlier, later in pairwise(shown)}) == len(shown) - 1
    assert shown[0] != CURSORS.hide(1, 2)


def test_the_beginning_is_zero_for_all() -> None:
    assert CURSORS.hide(0, 1) == CURSORS.show(0, 2) == 0


def test_other_numbers_are_refused() -> None:
    for cursor in [1, 17, 2**52, 2**62, -1, *(CURSORS.hide(number, 2) for number in range(1, 20))]:
        with pytest.raises(ProblemError) as caught:
            CURSORS.show(cursor, 1)
        assert caught.value.kind == "invalid-query"
    with pytest.raises(ProblemError):
        CURSORS.show(Cursors(b"another secret").hide(1, 1), 1)


@pytest.mark.parametrize("number", [-1, 2**40])
def test_numbers_out_of_range(number: int) -> None:
    with pytest.raises(OverflowError):
        CURSORS.hide(number, 1)
