import pytest

from encoder.faces.decoding.kinds import Kind, kind_of


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return (len(body) + 4).to_bytes(4, "big") + body


@pytest.mark.parametrize(
    ("kind", "expected"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG), ("WEBP", Kind.WEBP), ("HEIC", Kind.HEIC)]
)
def test_the_first_bytes_tell_the_kind(encode, drawn, kind, expected):
    assert kind_of(encode(drawn(16, 16), kind)) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ftyp(b"heic", b"mif1", b"heic"), Kind.HEIC),
        (ftyp(b"mif1", b"heic"), Kind.HEIC),
        (ftyp(b"mif1", b"heic", b"avif"), None),
        (ftyp(b"avif", b"mif1"), None),
        (ftyp(b"msf1", b"hevc"), Kind.HEIC_SEQUENCE),
        (ftyp(b"hevc", b"mif1", b"heic"), Kind.HEIC_SEQUENCE),
        (ftyp(b"isom", b"mp42"), None),
        (b"\xff\xff\xff\xff" + ftyp(b"mif1")[4:], Kind.HEIC),
        (b"\0\0\0\0ftyp", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"", None),
    ],
)
def test_containers_are_told_apart_by_their_brands(data, expected):
    assert kind_of(data) is expected
