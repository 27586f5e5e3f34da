"""Numbers of comparisons on the wire: one for each side, each partner's own, in the order of the hub."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.cursors import Cursors
from api.hub.refining.numbering import Numbers, Spot
from api.hub.storage.joined_comparisons import SIDES
from api.wire.problems import ProblemError

NUMBERS = Numbers(Cursors(bytes(32)), 1)
ids, sides = st.integers(1, 2**38), st.sampled_from(SIDES)


@given(ids, sides)
def test_a_spot_is_its_comparison_and_side(number: int, side: str) -> None:
    spot = Spot.of(number, side)
    assert (spot.comparison_id, spot.side) == (number, side)
    assert NUMBERS.show(NUMBERS.hide(spot)) == spot


@given(st.integers(0, 40), st.integers(1, 20), sides)
def test_a_page_goes_on_after_the_spot(place: int, number: int, side: str) -> None:
    assert (number > Spot(place).before(side)) == (Spot.of(number, side).place > place)


@given(ids, sides)
def test_another_partner_another_hub_and_another_feed_have_other_numbers(number: int, side: str) -> None:
    shown = NUMBERS.hide(Spot.of(number, side))
    for other in (Numbers(Cursors(bytes(32)), 2), Numbers(Cursors(b"1" * 32), 1)):
        assert other.hide(Spot.of(number, side)) != shown
        assert other.known(shown) is None
    with pytest.raises(ProblemError):
        Cursors(bytes(32)).show(shown, 1)


def test_the_beginning_is_nothing() -> None:
    assert NUMBERS.show(0) == Spot(0)
    assert NUMBERS.known(0) == Spot(0)
    assert NUMBERS.known(1) is None
