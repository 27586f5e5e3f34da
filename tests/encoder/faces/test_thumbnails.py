"""Thumbnails: small, in proportion, of the same picture, and nothing but a picture."""

import io

import numpy as np
import pytest
from PIL import Image

from encoder.faces.thumbnails import thumbnail


def test_a_thumbnail_is_small_and_in_proportion() -> None:
    for shape, size in (((600, 800, 3), (320, 240)), ((800, 500, 3), (200, 320)), ((3, 800, 3), (320, 1))):
        with Image.open(io.BytesIO(thumbnail(np.full(shape, 128, np.uint8)))) as image:
            assert image.format == "JPEG"
            assert image.size == size


def test_a_small_picture_keeps_its_size() -> None:
    with Image.open(io.BytesIO(thumbnail(np.full((50, 60, 3), 128, np.uint8)))) as image:
        assert image.size == (60, 50)


@pytest.mark.parametrize("colour", [(220, 30, 40), (30, 200, 60), (20, 40, 230)])
def test_colours_stay_what_they_are(colour: tuple[int, int, int]) -> None:
    pixels = np.full((100, 100, 3), colour, np.uint8)
    with Image.open(io.BytesIO(thumbnail(pixels))) as image:
        assert np.abs(np.asarray(image, np.int16) - np.asarray(colour)).max() < 6


def test_a_thumbnail_carries_no_metadata() -> None:
    data = thumbnail(np.full((100, 100, 3), 128, np.uint8))
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for marker in (b"\xff\xe1", b"\xff\xed", b"\xff\xfe"):  # EXIF and XMP, IPTC, comments
        assert marker not in data[: data.index(b"\xff\xda")]
