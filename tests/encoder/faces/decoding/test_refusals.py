import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from encoder.faces.decoding.decoder import PictureDecoder
from encoder.faces.decoding.limits import DecodingLimits
from encoder.faces.interface import PhotoError, PhotoReason

KINDS = ("JPEG", "PNG", "WEBP", "HEIC")
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def reason_of(decoder: PictureDecoder, data: bytes) -> PhotoReason | None:
    """Why a photo is refused; None when it is not."""
    try:
        decoder.decode(data)
    except PhotoError as error:
        return error.reason
    return None


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes, colour: int = 2) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def webp_canvas(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + sides
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", PDF, b"a text", b"<svg/>", b"PK\x03\x04" + bytes(50), bytes(1000), b"\xff\xd8", b"\x89PNG", b"RIFF"],
)
def test_what_is_no_picture_is_refused_as_none(decoder, data):
    assert reason_of(decoder, data) is PhotoReason.NOT_A_PICTURE


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "JPEG2000", "AVIF", "PPM"])
def test_pictures_of_other_formats_are_refused_and_the_four_are_named(decoder, encode, drawn, kind):
    with pytest.raises(PhotoError) as raised:
        decoder.decode(encode(drawn(32, 32), kind))
    assert raised.value.reason is PhotoReason.NOT_A_PICTURE
    assert all(name in str(raised.value) for name in ("JPEG", "PNG", "WebP", "HEIC"))


def test_an_avif_that_calls_itself_by_a_general_name_is_no_picture_of_ours(decoder, encode, drawn):
    data = encode(drawn(32, 32), "AVIF")
    assert reason_of(decoder, data[:8] + b"mif1" + data[12:]) is PhotoReason.NOT_A_PICTURE


def test_a_file_that_is_too_large_is_not_looked_at(encode, drawn):
    data = encode(drawn(32, 32), "PNG")
    with PictureDecoder(DecodingLimits(file_bytes=len(data))) as decoder:
        assert reason_of(decoder, data) is None
        assert reason_of(decoder, data + b"\0") is PhotoReason.TOO_LARGE
        assert reason_of(decoder, bytes(len(data) + 1)) is PhotoReason.TOO_LARGE


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_are_counted_before_they_are_decoded(encode, drawn, kind):
    with PictureDecoder(DecodingLimits(pixels=64 * 48)) as decoder:
        assert reason_of(decoder, encode(drawn(64, 48), kind)) is None
        for size in ((65, 48), (64, 49), (1024, 768)):
            assert reason_of(decoder, encode(drawn(*size), kind)) is PhotoReason.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    "data",
    [
        png(30_000, 30_000, chunk(b"IDAT", zlib.compress(bytes(1000)))),
        png(2**31 - 1, 2**31 - 1, chunk(b"IDAT", b"")),
        png(7072, 7072, chunk(b"IDAT", zlib.compress(bytes(7072 * 3 + 1)))),
        webp_canvas(16_384, 16_384),
        webp_canvas(1 << 24, 1 << 24),
    ],
)
def test_a_bomb_is_seen_by_its_header(decoder, data):
    assert reason_of(decoder, data) is PhotoReason.TOO_MANY_PIXELS


def test_a_text_that_swells_costs_at_most_the_photo(decoder):
    swelling = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(300_000_000), 9))
    idat = chunk(b"IDAT", zlib.compress((b"\0" + bytes(3 * 4)) * 4))
    assert reason_of(decoder, png(4, 4, swelling, idat)) in (None, PhotoReason.DAMAGED)


def test_pixels_that_swell_beyond_the_header_cost_nothing(decoder):
    idat = chunk(b"IDAT", zlib.compress(bytes(300_000_000), 9))
    assert reason_of(decoder, png(4, 4, idat)) in (None, PhotoReason.DAMAGED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_moves_is_refused(decoder, encode, drawn, kind):
    frames = [drawn(32, 32), drawn(32, 32).transpose(Image.Transpose.ROTATE_90)]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    assert reason_of(decoder, data) is PhotoReason.ANIMATED
    assert reason_of(decoder, encode(frames[0], kind, save_all=True)) is None


@pytest.mark.parametrize("brand", [b"hevc", b"msf1", b"hevx"])
def test_a_heic_sequence_is_refused(decoder, encode, drawn, brand):
    data = encode(drawn(64, 64), "HEIC")
    assert reason_of(decoder, data[:8] + brand + data[12:]) is PhotoReason.ANIMATED


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_of_which_half_is_missing_is_damaged(decoder, encode, drawn, kind):
    data = encode(drawn(400, 300), kind)
    for share in (0.1, 0.5, 0.9):
        assert reason_of(decoder, data[: int(len(data) * share)]) is PhotoReason.DAMAGED


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_with_something_behind_it_is_taken(decoder, encode, drawn, kind):
    assert reason_of(decoder, encode(drawn(40, 30), kind) + b"\0" * 100) is None


def test_a_photo_that_takes_too_much_memory_costs_only_itself(encode, drawn):
    large = encode(Image.new("RGB", (5000, 5000)), "PNG", compress_level=1)
    with PictureDecoder(DecodingLimits(memory_bytes=150 << 20)) as decoder:
        for _ in range(2):
            assert reason_of(decoder, large) is PhotoReason.UNREADABLE
            assert reason_of(decoder, encode(drawn(40, 30), "PNG")) is None


def test_a_process_that_cannot_even_start_is_a_reason_too(encode, drawn):
    with PictureDecoder(DecodingLimits(memory_bytes=1 << 20)) as decoder:
        assert reason_of(decoder, encode(drawn(400, 300), "JPEG")) is PhotoReason.UNREADABLE


def test_fifty_million_pixels_fit_into_the_usual_memory(decoder, encode):
    picture = Image.new("RGBA", (7070, 7070), 1)
    # The format of which the library keeps the most copies.
    assert reason_of(decoder, encode(picture, "WEBP", lossless=True, quality=0, method=0)) is None


SMALL: dict[str, bytes] = {}


@pytest.fixture(scope="module", autouse=True)
def small(encode, drawn):
    """Small pictures of each kind, for hypothesis to break."""
    SMALL.update({kind: encode(drawn(48, 32), kind) for kind in KINDS})


def still_works(decoder: PictureDecoder) -> bool:
    return decoder.decode(SMALL["PNG"]).shape == (32, 48, 3)


@given(kind=st.sampled_from(KINDS), share=st.floats(0, 1, exclude_max=True))
def test_any_beginning_of_a_photo_is_a_picture_or_a_reason(decoder, kind, share):
    data = SMALL[kind]
    reason_of(decoder, data[: int(len(data) * share)])
    assert still_works(decoder)


@settings(max_examples=200)
@given(
    kind=st.sampled_from(KINDS),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4),
)
def test_a_photo_with_broken_bytes_is_a_picture_or_a_reason(decoder, kind, flips):
    data = bytearray(SMALL[kind])
    for share, bits in flips:
        data[int(len(data) * share)] ^= bits
    reason_of(decoder, bytes(data))
    assert still_works(decoder)


@given(start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic"]),
       rest=st.binary(max_size=200))  # fmt: skip
def test_anything_that_begins_like_a_photo_is_a_picture_or_a_reason(decoder, start, rest):
    reason_of(decoder, start + rest)
    assert still_works(decoder)


def test_a_decoder_may_be_closed_twice(encode, drawn):
    decoder = PictureDecoder()
    decoder.decode(encode(drawn(9, 9), "PNG"))
    decoder.close()
    decoder.close()
