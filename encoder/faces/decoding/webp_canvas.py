"""Size of a WebP picture by its header: libwebp takes the memory for its canvas before one can ask how large it is."""


def webp_pixels(data: bytes) -> int:
    """Pixels of the canvas; 0 when the header does not tell, which libwebp then refuses by itself.

    After RFC 9649, sections 2.5 (VP8), 2.6 (VP8L) and 2.7 (VP8X).
    """
    kind, head = data[12:16], data[20:30]
    if len(head) < 10:
        return 0
    if kind == b"VP8X":
        return (_number(head[4:7]) + 1) * (_number(head[7:10]) + 1)
    if kind == b"VP8L":
        bits = _number(head[1:5])
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        return (_number(head[6:8]) & 0x3FFF) * (_number(head[8:10]) & 0x3FFF)
    return 0


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
