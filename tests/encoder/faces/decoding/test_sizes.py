from hypothesis import given
from hypothesis import strategies as st

from encoder.faces.decoding.sizes import LONGEST_SIDE, fitted

sides = st.integers(1, 100_000)


@given(sides, sides)
def test_a_picture_fits_keeps_its_shape_and_is_never_enlarged(width, height):
    fit = fitted(width, height)
    assert 1 <= fit[0] <= min(width, LONGEST_SIDE)
    assert 1 <= fit[1] <= min(height, LONGEST_SIDE)
    assert max(fit) == min(max(width, height), LONGEST_SIDE)
    assert abs(fit[0] * height - fit[1] * width) <= max(width, height)


@given(st.integers(1, LONGEST_SIDE), st.integers(1, LONGEST_SIDE))
def test_a_small_picture_stays_as_it_is(width, height):
    assert fitted(width, height) == (width, height)
