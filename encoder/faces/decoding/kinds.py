"""What kind of file a photo is, by its first bytes: names and suffixes are often wrong, and are never asked."""

from enum import StrEnum

_HEIC_STILLS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_HEIC_SEQUENCES = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
_AVIF = frozenset({b"avif", b"avis"})
_MOST_BRANDS_BYTES = 256


class Kind(StrEnum):
    """Kinds of photos that are taken, and the one that is refused for what it is and not for what it lacks."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    HEIC_SEQUENCE = "heic-sequence"


def kind_of(data: bytes) -> Kind | None:
    """Kind of a photo by its first bytes; None for anything that is not taken, GIF, TIFF, AVIF and PDF among it."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    return _heif_kind(data) if data[4:8] == b"ftyp" else None


def _heif_kind(data: bytes) -> Kind | None:
    """By major brand, but a general one may hold AVIF (ISO/IEC 14496-12, 4.3; ISO/IEC 23008-12, annex B)."""
    end = min(int.from_bytes(data[:4], "big"), _MOST_BRANDS_BYTES)
    compatible = {data[at : at + 4] for at in range(16, end, 4)}
    major = data[8:12]
    if major in _HEIC_SEQUENCES:
        return Kind.HEIC_SEQUENCE
    return Kind.HEIC if major in _HEIC_STILLS and not compatible & _AVIF else None
