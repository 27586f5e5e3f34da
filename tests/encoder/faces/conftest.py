"""Pictures for the tests of faces: drawn, encoded and broken here, and decoded in a child process."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from encoder.faces.decoding.decoder import PictureDecoder

Encode = Callable[..., bytes]


@pytest.fixture(scope="session")
def decoder() -> Iterator[PictureDecoder]:
    """A decoder with the usual limits."""
    with PictureDecoder() as decoder:
        yield decoder


@pytest.fixture(scope="session")
def encode() -> Encode:
    """Bytes of a picture in one of the formats "JPEG", "PNG", "WEBP", "HEIC" or any other that Pillow writes."""

    def encode(image: Image.Image, kind: str, **options: object) -> bytes:
        file = io.BytesIO()
        if kind == "HEIC":
            pillow_heif.from_pillow(image).save(file, **{"quality": 90, **options})
        else:
            image.save(file, kind, **({"quality": 95} if kind == "JPEG" else {}) | options)
        return file.getvalue()

    return encode


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Image.Image]:
    """A smooth picture of this width and height that looks different from every side, so that any turn shows."""

    def drawn(width: int, height: int, mode: str = "RGB") -> Image.Image:
        across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize((width, height))
        down = Image.linear_gradient("L").resize((width, height))
        middle = Image.radial_gradient("L").resize((width, height))
        return Image.merge("RGB", (across, down, middle)).convert(mode)

    return drawn


@pytest.fixture(scope="session")
def portrait(repository: Path) -> bytes:
    """The one real face of this repository; see tests/pictures/README.md."""
    return (repository / "tests" / "pictures" / "grace_hopper.jpg").read_bytes()
