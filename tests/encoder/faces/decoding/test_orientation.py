import io

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from encoder.faces.decoding.upright import upright_rgb

ORIENTATION = 0x0112

# How a camera that notes the orientation has stored the upright picture: the inverse of what Exif asks a viewer to do.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored(upright: Image.Image, orientation: int) -> Image.Image:
    transpose = STORED[orientation]
    return upright if transpose is None else upright.transpose(transpose)


def with_orientation(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True}), ("JPEG", {})])
def test_every_orientation_becomes_the_upright_picture(decoder, encode, drawn, kind, options, orientation):
    upright = drawn(96, 64)
    data = encode(stored(upright, orientation), kind, exif=with_orientation(orientation), **options)
    pixels = decoder.decode(data)
    assert pixels.shape == (64, 96, 3)
    assert np.abs(pixels.astype(int) - np.asarray(upright, dtype=int)).mean() <= (3 if kind == "JPEG" else 0)


@pytest.mark.parametrize("orientation", STORED)
def test_a_large_photo_is_turned_as_well(decoder, encode, drawn, orientation):
    upright = drawn(1800, 1200)
    data = encode(stored(upright, orientation), "JPEG", exif=with_orientation(orientation))
    small = np.asarray(upright.resize((800, 533), Image.Resampling.LANCZOS), dtype=int)
    pixels = decoder.decode(data)
    assert pixels.shape == small.shape
    assert np.abs(pixels.astype(int) - small).mean() <= 2


@pytest.mark.parametrize("orientation", STORED)
def test_a_heic_is_turned_once(decoder, encode, drawn, orientation):
    upright = drawn(96, 64)
    # The encoder writes the turn into the container, as phones do, and libheif takes it from there.
    data = encode(stored(upright, orientation), "HEIC", exif=with_orientation(orientation).tobytes())
    pixels = decoder.decode(data)
    assert pixels.shape == (64, 96, 3)
    assert np.abs(pixels.astype(int) - np.asarray(upright, dtype=int)).mean() <= 4


@pytest.mark.parametrize("noted", [1, 3, 8])
def test_what_the_exif_of_a_heic_notes_changes_nothing(decoder, encode, drawn, noted):
    data = encode(stored(drawn(96, 64), 6), "HEIC", exif=with_orientation(6).tobytes())
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00"
    assert data.count(entry + b"\x06") == 1
    other = data.replace(entry + b"\x06", entry + bytes([noted]))
    assert decoder.decode(other).tobytes() == decoder.decode(data).tobytes()


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_none(decoder, encode, drawn, orientation):
    data = encode(drawn(96, 64), "PNG", exif=with_orientation(orientation))
    assert decoder.decode(data).tobytes() == drawn(96, 64).tobytes()


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0garbage", bytes(40)])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_broken_metadata_leaves_the_picture_as_it_stands(decoder, encode, drawn, kind, exif):
    assert decoder.decode(encode(drawn(96, 64), kind, exif=exif)).shape == (64, 96, 3)


def test_running_out_of_memory_in_the_metadata_is_not_passed_over(encode, drawn, monkeypatch):
    def fails(_):
        raise MemoryError

    monkeypatch.setattr(PngImageFile, "getexif", fails)
    with pytest.raises(MemoryError):
        upright_rgb(PngImageFile(io.BytesIO(encode(drawn(9, 9), "PNG"))))
