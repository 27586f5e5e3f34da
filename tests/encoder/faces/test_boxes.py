"""How much of two boxes is common to both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.faces.boxes import overlap
from encoder.faces.interface import FaceBox

shares = st.floats(0, 1)
boxes = st.tuples(shares, shares, shares, shares).map(
    lambda e: FaceBox(min(e[0], e[1]), min(e[2], e[3]), max(e[0], e[1]), max(e[2], e[3]))
)


@given(boxes, boxes)
def test_it_is_a_share_and_the_same_either_way(one: FaceBox, other: FaceBox) -> None:
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert 0 <= overlap(one, other) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("other", "share"),
    [((0, 0, 4, 4), 1), ((4, 0, 8, 4), 0), ((5, 5, 6, 6), 0), ((0, 2, 4, 6), 1 / 3), ((1, 1, 3, 3), 1 / 4),
     ((2, 2, 2, 2), 0)],
)  # fmt: skip
def test_of_known_boxes(other: tuple[float, float, float, float], share: float) -> None:
    assert overlap(FaceBox(0, 0, 4, 4), FaceBox(*other)) == pytest.approx(share)


def test_two_boxes_without_any_area_share_nothing() -> None:
    assert overlap(FaceBox(1, 1, 1, 1), FaceBox(1, 1, 1, 1)) == 0
