"""Photos from bytes to a face vector, through both child processes."""

import io
import os
import signal
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image, ImageDraw

from encoder.faces.interface import FaceVector, PhotoReading
from encoder.faces.reader import DLIB, PhotoReader
from encoder.faces.reasons import PhotoReason
from encoder.faces.worker import EmbedderWorker
from matcher.errors import InputError
from tests.encoder.faces.fake_embedder import CRASH

Encode = Callable[..., bytes]
EXIF_ORIENTATION = 0x0112


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with PhotoReader() as reader:
        yield reader


@pytest.fixture(scope="module")
def image(portrait: bytes) -> Image.Image:
    with Image.open(io.BytesIO(portrait)) as image:
        return image.convert("RGB")


@pytest.fixture(scope="module")
def plain(reader: PhotoReader, portrait: bytes) -> PhotoReading:
    return reader.read(portrait)


def vector(reading: PhotoReading) -> FaceVector:
    assert reading.reason is None
    assert reading.face is not None
    return reading.face


def cosine(one: PhotoReading, other: PhotoReading) -> float:
    a, b = vector(one).embedding, vector(other).embedding
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def beside(image: Image.Image, other: Image.Image) -> Image.Image:
    """Both pictures on one, each 380 pixels wide."""
    size = (380, round(380 * image.height / image.width))
    both = Image.new("RGB", (2 * size[0], size[1]))
    both.paste(image.resize(size), (0, 0))
    both.paste(other.resize(size), (size[0], 0))
    return both


def test_the_portrait_is_a_good_face(plain: PhotoReading, reader: PhotoReader) -> None:
    assert vector(plain).good
    assert vector(plain).embedding.shape == (reader.identity.dimensions,)
    assert plain.turns == 0
    (seen,) = plain.faces
    assert seen.good
    assert seen.quality > 0.9
    assert 0.3 < seen.box.left < seen.box.right < 0.8
    with Image.open(io.BytesIO(plain.thumbnail)) as small:
        assert max(small.size) == 320


def test_nothing_of_a_photo_shows(plain: PhotoReading) -> None:
    for shown in (repr(plain), repr(plain.faces), repr(plain.face)):
        assert "0." not in shown
        assert "xff" not in shown


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_scan_that_lies_on_its_side_is_turned(
    reader: PhotoReader, plain: PhotoReading, image: Image.Image, encode: Encode, turns: int
) -> None:
    reading = reader.read(encode(image.rotate(90 * turns, expand=True), "PNG"))
    assert reading.turns == turns
    assert cosine(reading, plain) > 0.98
    assert np.allclose(reading.faces[0].box, plain.faces[0].box, atol=0.01)
    with Image.open(io.BytesIO(reading.thumbnail)) as small:
        assert small.size == (273, 320)


@pytest.mark.parametrize(("orientation", "turns"), [(6, 1), (3, 2), (8, 3)])
def test_a_photo_that_exif_turns_needs_no_turning(
    reader: PhotoReader, plain: PhotoReading, image: Image.Image, encode: Encode, orientation: int, turns: int
) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    # A viewer turns it back clockwise.
    reading = reader.read(encode(image.rotate(90 * turns, expand=True), "JPEG", exif=exif))
    assert reading.turns == 0
    assert cosine(reading, plain) > 0.98


def test_of_two_people_nobody_is_taken_until_someone_chooses(
    reader: PhotoReader, plain: PhotoReading, image: Image.Image, encode: Encode
) -> None:
    photo = encode(beside(image, image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)), "PNG")
    reading = reader.read(photo)
    assert (reading.reason, reading.face) == (PhotoReason.SEVERAL_FACES, None)
    assert len(reading.faces) == 2
    assert reading.thumbnail
    for number in (0, 1):
        chosen = reader.read(photo, face=number)
        assert chosen.faces == reading.faces
        assert cosine(chosen, plain) > 0.95
    with pytest.raises(InputError, match="no face of that number"):
        reader.read(photo, face=2)


def test_a_scribble_and_an_empty_page_have_no_face(reader: PhotoReader, encode: Encode) -> None:
    # Small, as the slow detector looks at all of it.
    page = Image.new("RGB", (130, 100), "white")
    assert reader.read(encode(page, "PNG")).reason is PhotoReason.NO_FACE
    pen = ImageDraw.Draw(page)
    pen.ellipse((40, 30, 90, 80), outline="black", width=2)
    for ear in (((42, 40), (40, 15), (57, 32)), ((72, 32), (90, 15), (87, 40))):
        pen.polygon(ear, outline="black")
    for eye in (52, 72):
        pen.ellipse((eye, 47, eye + 6, 53), fill="black")
    for whisker in (60, 64):
        pen.line((30, whisker, 100, whisker + 3), fill="black")
    reading = reader.read(encode(page, "PNG"))
    assert (reading.reason, reading.faces, reading.turns) == (PhotoReason.NO_FACE, (), 0)
    assert reading.thumbnail


def test_a_face_of_twenty_pixels_is_too_small(reader: PhotoReader, image: Image.Image, encode: Encode) -> None:
    reading = reader.read(encode(image.resize((56, 66), Image.Resampling.LANCZOS), "PNG"))
    assert reading.reason is PhotoReason.FACE_TOO_SMALL
    assert reading.face is None
    assert not any(seen.good for seen in reading.faces)


def test_a_dark_photo_is_poor_and_a_dim_one_not_good(reader: PhotoReader, image: Image.Image, encode: Encode) -> None:
    dark = reader.read(encode(image.point(lambda value: value * 0.07), "PNG"))
    assert dark.reason is PhotoReason.POOR
    assert dark.face is None
    assert dark.faces[0].quality < 0.25
    dim = reader.read(encode(image.point(lambda value: value * 0.1), "PNG"))
    assert not vector(dim).good
    assert not dim.faces[0].good


def test_what_is_no_photo_is_told_without_trouble(reader: PhotoReader, portrait: bytes) -> None:
    assert reader.read(b"%PDF-1.7 nothing to see").reason is PhotoReason.NOT_A_PICTURE
    assert reader.read(b"").reason is PhotoReason.NOT_A_PICTURE
    broken = reader.read(portrait[: len(portrait) // 2])
    assert (broken.reason, broken.thumbnail, broken.faces) == (PhotoReason.DAMAGED, b"", ())
    assert reader.read(portrait).reason is None


def test_a_crash_of_the_embedder_costs_one_photo(encode: Encode) -> None:
    with PhotoReader() as reader:
        reader._worker = EmbedderWorker(DLIB, "tests.encoder.faces.fragile_child")
        crash = reader.read(encode(Image.fromarray(np.full((90, 90, 3), CRASH, np.uint8)), "PNG"))
        assert (crash.reason, crash.thumbnail, crash.faces) == (PhotoReason.UNREADABLE, b"", ())
        page = encode(Image.fromarray(np.full((90, 90, 3), 255, np.uint8)), "PNG")
        assert reader.read(page).reason is PhotoReason.NO_FACE


def test_a_child_that_is_killed_between_photos_costs_nothing(
    reader: PhotoReader, plain: PhotoReading, portrait: bytes
) -> None:
    process = reader._worker._child._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert cosine(reader.read(portrait), plain) > 0.999
