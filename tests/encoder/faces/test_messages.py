"""What goes between parent and child comes out as it went in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.faces.interface import EmbedderIdentity, FaceBox, FaceSeen, FaceVector, PhotoReading
from encoder.faces.messages import (
    WHO,
    failure_from_bytes,
    failure_to_bytes,
    identity_from_bytes,
    identity_to_bytes,
    reading_from_bytes,
    reading_to_bytes,
    request_from_bytes,
    request_to_bytes,
)
from encoder.faces.reasons import PhotoReason

shares = st.floats(0, 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
seen = st.builds(FaceSeen, st.builds(FaceBox, shares, shares, shares, shares), shares, st.booleans())
vectors = st.builds(FaceVector, st.lists(numbers, min_size=1, max_size=8).map(np.array), st.booleans())
readings = st.builds(
    PhotoReading,
    st.none() | st.sampled_from(PhotoReason),
    st.binary(max_size=50),
    st.lists(seen, max_size=4).map(tuple),
    st.none() | vectors,
    st.integers(0, 3),
)


@given(readings)
def test_a_reading_comes_back(reading: PhotoReading) -> None:
    data = reading_to_bytes(reading)
    assert failure_from_bytes(data) is None
    back = reading_from_bytes(data)
    assert (back.reason, back.thumbnail, back.turns) == (reading.reason, reading.thumbnail, reading.turns)
    assert back.faces == reading.faces
    assert (back.face is None) == (reading.face is None)
    if back.face is not None and reading.face is not None:
        assert back.face.embedding.tobytes() == reading.face.embedding.tobytes()
        assert back.face.embedding.dtype == np.float64
        assert back.face.good == reading.face.good


@given(st.integers(1, 9), st.integers(1, 9), st.none() | st.integers(0, 99))
def test_a_request_comes_back(height: int, width: int, chosen: int | None) -> None:
    pixels = np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)
    data = request_to_bytes(pixels, chosen)
    assert data != WHO
    back, number = request_from_bytes(data)
    assert np.array_equal(back, pixels)
    assert number == chosen


def test_an_identity_comes_back() -> None:
    identity = EmbedderIdentity("sface", bytes(range(32)), "some way", 128)
    assert identity_from_bytes(identity_to_bytes(identity)) == identity


def test_a_failure_comes_back() -> None:
    assert failure_from_bytes(failure_to_bytes("kind", "A sentence.")) == ("kind", "A sentence.")


def test_a_request_that_is_cut_off_is_refused() -> None:
    data = request_to_bytes(np.zeros((4, 4, 3), np.uint8), None)
    with pytest.raises(ValueError, match=r"reshape|size"):
        request_from_bytes(data[:-1])
