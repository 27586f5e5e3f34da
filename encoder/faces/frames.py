"""How a request and an answer look on a pipe: their length in 8 bytes, big-endian, and then they themselves."""

import struct

LENGTH_BYTES = 8


def head_of(body: bytes) -> bytes:
    """The start of a frame: the length of its body."""
    return struct.pack(">Q", len(body))


def length_of(head: bytes) -> int:
    """Length of the body that follows these LENGTH_BYTES bytes."""
    (length,) = struct.unpack(">Q", head)
    return int(length)
