import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from encoder.faces.decoding.webp_canvas import webp_pixels


@pytest.mark.parametrize("size", [(1, 1), (16, 9), (300, 7), (16383, 1)])
@pytest.mark.parametrize(
    ("mode", "options"),
    [("RGB", {}), ("RGB", {"lossless": True}), ("RGBA", {}), ("RGB", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"})],
)
def test_the_canvas_is_read_of_every_header(encode, size, mode, options):
    assert webp_pixels(encode(Image.new(mode, size, 1), "WEBP", **options)) == size[0] * size[1]


@given(st.binary(max_size=40), st.sampled_from([b"", b"VP8 ", b"VP8L", b"VP8X"]))
def test_any_header_gives_some_number(rest, kind):
    assert webp_pixels(b"RIFF\0\0\0\0WEBP" + kind + rest) >= 0
