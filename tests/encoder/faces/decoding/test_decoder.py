import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from encoder.faces.decoding.decoder import PictureDecoder
from encoder.faces.decoding.limits import DecodingLimits
from encoder.faces.interface import LONGEST_SIDE

KINDS = ("JPEG", "PNG", "WEBP", "HEIC")
LOSSLESS = {"JPEG": {}, "PNG": {}, "WEBP": {"lossless": True}, "HEIC": {}}
TOLERANCE = {"JPEG": 3.0, "PNG": 0.0, "WEBP": 0.0, "HEIC": 4.0}


def difference(pixels, picture: Image.Image) -> float:
    """Mean absolute difference of a decoded and a drawn picture."""
    return float(np.abs(pixels.astype(float) - np.asarray(picture.convert("RGB"), dtype=float)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_comes_back_as_it_was_drawn(decoder, encode, drawn, kind):
    picture = drawn(120, 80)
    pixels = decoder.decode(encode(picture, kind, **LOSSLESS[kind]))
    assert pixels.shape == (80, 120, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.flags.writeable
    assert difference(pixels, picture) <= TOLERANCE[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_picture_comes_back_small_and_alike(decoder, encode, drawn, kind):
    picture = drawn(2000, 1500)
    pixels = decoder.decode(encode(picture, kind, **LOSSLESS[kind]))
    assert pixels.shape == (600, LONGEST_SIDE, 3)
    assert difference(pixels, picture.resize((800, 600), Image.Resampling.LANCZOS)) <= max(1.0, TOLERANCE[kind])


ODD = [(1, 10_000), (10_000, 1), (1, 1), (801, 1), (800, 800), (3, 2)]


@pytest.mark.parametrize(
    ("kind", "size"),
    # No HEIC can be written that is longer and as thin.
    [
        *[(kind, size) for kind in ("JPEG", "PNG", "WEBP") for size in ODD],
        *[("HEIC", size) for size in [*ODD[2:], (16, 4000)]],
    ],
)
def test_no_shape_is_too_odd(decoder, encode, kind, size):
    pixels = decoder.decode(encode(Image.new("RGB", size, (200, 100, 50)), kind))
    assert max(pixels.shape[:2]) == min(max(size), LONGEST_SIDE)
    assert min(pixels.shape[:2]) == max(1, round(min(size) * min(1, LONGEST_SIDE / max(size))))
    assert np.abs(pixels.astype(int) - (200, 100, 50)).max() <= 12


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *[("JPEG", mode) for mode in ("L", "RGB", "CMYK")],
        *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")],
        *[("WEBP", mode) for mode in ("L", "RGB", "RGBA")],
        *[("HEIC", mode) for mode in ("L", "LA", "RGB", "RGBA")],
    ],
)
def test_every_way_of_keeping_colour_becomes_rgb(decoder, encode, drawn, kind, mode):
    picture = drawn(40, 30).convert(mode)
    pixels = decoder.decode(encode(picture, kind, **LOSSLESS[kind]))
    assert pixels.shape == (30, 40, 3)
    assert difference(pixels, picture) <= TOLERANCE[kind]


@pytest.mark.parametrize("kind", ["PNG", "HEIC"])
def test_sixteen_bits_of_grey_keep_their_brightness(decoder, encode, kind):
    wide = Image.fromarray(np.full((30, 40), 0x80FF, dtype=np.uint16))
    pixels = decoder.decode(encode(wide, kind))
    assert np.abs(pixels.astype(int) - 0x80).max() <= 1


def test_sixteen_bits_of_colour_keep_their_brightness(decoder):
    row = b"\0" + struct.pack(">3H", 0xFF00, 0x8000, 0x0100) * 4
    pixels = decoder.decode(png(4, 4, row * 4, depth=16, colour=2))
    assert np.abs(pixels.astype(int) - (0xFF, 0x80, 0x01)).max() <= 1


@pytest.mark.parametrize(("kind", "size"), [(kind, size) for kind in ("PNG", "WEBP", "HEIC") for size in (40, 1000)])
def test_what_is_transparent_is_white_and_has_no_dark_seam(decoder, encode, kind, size):
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    picture.paste((255, 255, 255, 255), (0, 0, size // 2, size))
    assert decoder.decode(encode(picture, kind, **LOSSLESS[kind])).min() >= 250


def test_a_transparent_colour_of_a_palette_is_white(decoder, encode):
    picture = Image.new("P", (8, 8), 3)
    picture.putpalette([0, 0, 0] * 256)
    assert decoder.decode(encode(picture, "PNG")).max() == 0
    assert decoder.decode(encode(picture, "PNG", transparency=3)).min() == 255


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16"])
def test_a_colour_named_as_transparent_does_no_harm(decoder, encode, mode):
    colour = (9, 9, 9) if mode == "RGB" else 9
    assert decoder.decode(encode(Image.new(mode, (8, 8)), "PNG", transparency=colour)).max() == 0


def test_a_photo_with_a_second_picture_inside_is_its_first(decoder, encode, drawn):
    first, second = drawn(120, 80), Image.new("RGB", (120, 80))
    file = io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second], quality=95)
    assert difference(decoder.decode(file.getvalue()), first) <= TOLERANCE["JPEG"]


def test_a_heic_with_several_stills_is_its_primary(decoder, drawn):
    heif = pillow_heif.from_pillow(Image.new("RGB", (120, 80)))
    heif.add_from_pillow(drawn(100, 60))
    file = io.BytesIO()
    heif.save(file, quality=90, primary_index=1)
    assert difference(decoder.decode(file.getvalue()), drawn(100, 60)) <= TOLERANCE["HEIC"]


def test_progressive_and_subsampled_jpegs_are_read(decoder, encode, drawn):
    data = encode(drawn(1000, 700), "JPEG", progressive=True, subsampling=2)
    assert decoder.decode(data).shape == (560, 800, 3)


def test_the_portrait_is_decoded(decoder, portrait):
    assert decoder.decode(portrait).shape == (600, 512, 3)


def test_the_array_is_the_callers_own(decoder, encode):
    data = encode(Image.new("RGB", (4, 4)), "PNG")
    first = decoder.decode(data)
    first += 1
    assert decoder.decode(data).max() == 0


def loaded_by(module: str) -> set[str]:
    """Packages that importing a module loads."""
    script = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_the_decoding_process_starts_without_numpy():
    script = (
        "import sys, encoder.faces.decoding.child; print(*(m for m in sys.modules if m.startswith(('numpy', 'cv2'))))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_the_native_code_is_loaded_by_the_decoding_process_alone():
    assert not loaded_by("encoder.faces.decoding.decoder") & {"PIL", "pillow_heif", "cv2", "dlib"}


def test_a_fresh_process_takes_over_now_and_then(encode, drawn):
    data = encode(drawn(40, 30), "PNG")
    with PictureDecoder(DecodingLimits(photos_a_child=2)) as decoder:
        assert len({decoder.decode(data).tobytes() for _ in range(5)}) == 1


def png(width: int, height: int, rows: bytes, depth: int, colour: int) -> bytes:
    """A PNG put together by hand, since Pillow writes no 16-bit colour."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
