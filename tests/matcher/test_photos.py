"""Bands of photo ages, and spaces that never meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import BatchError, SpaceMismatchError
from matcher.photos import PHOTO_AGE_BANDS, PHOTO_AGE_LIMITS, PhotoSpace, photo_age_band, photo_space, same_space

SPACES = st.builds(
    PhotoSpace, st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=24), st.booleans(),
    st.binary(min_size=16, max_size=16),
)  # fmt: skip


@given(st.floats(0, 120))
def test_a_band_holds_the_ages_up_to_its_limit(years: float) -> None:
    edges = (0, *PHOTO_AGE_LIMITS, 1000)
    band = photo_age_band(years)
    assert edges[band - 1] <= years < edges[band]
    assert 0 < band < PHOTO_AGE_BANDS


def test_an_unknown_age_has_a_band_of_its_own() -> None:
    assert photo_age_band(None) == 0


@given(SPACES)
def test_a_space_is_read_from_its_text(space: PhotoSpace) -> None:
    assert photo_space(space.text) == space


@pytest.mark.parametrize("text", ["", "dlib", "dlib.centred.00", "dlib.central." + "0" * 32, "D.centred." + "0" * 32,
                                  "dlib.centred." + "0" * 32 + "\n", "dlib.centred." + "\u0660" * 32])  # fmt: skip
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(BatchError):
        photo_space(text)


def test_a_space_that_no_text_could_hold_is_refused() -> None:
    with pytest.raises(BatchError):
        PhotoSpace("dlib", True, b"short")
    with pytest.raises(BatchError):
        PhotoSpace("dlib.x", True, bytes(16))


@given(SPACES, SPACES)
def test_two_spaces_never_meet(first: PhotoSpace, second: PhotoSpace) -> None:
    assert same_space(first, None) == same_space(None, first) == same_space(first, first) == first
    assert same_space(None, None) is None
    if first != second:
        with pytest.raises(SpaceMismatchError, match="space file"):
            same_space(first, second)
