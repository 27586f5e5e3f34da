"""What the decoding process answers: height and width, 4 bytes each, then the pixels; or two zeros, then the reason."""

import struct

from encoder.faces.decoding.sizes import LONGEST_SIDE
from encoder.faces.reasons import PhotoError, PhotoReason

_HEAD = struct.Struct(">II")
CHANNELS = 3
ANSWER_BYTES = _HEAD.size + LONGEST_SIDE * LONGEST_SIDE * CHANNELS
"""Bytes of the largest answer."""


def picture_answer(height: int, width: int, raw: bytes) -> bytes:
    """Answer with a picture, RGB row by row."""
    return _HEAD.pack(height, width) + raw


def reason_answer(reason: PhotoReason) -> bytes:
    """Answer with the reason for there being no picture."""
    return _HEAD.pack(0, 0) + reason.value.encode("ascii")


def read_answer(answer: bytes) -> tuple[int, int, memoryview]:
    """Height, width and pixels; nothing of an answer is believed, as the process that gives it reads strangers' files.

    Raises:
        PhotoError: the reason that was answered, or UNREADABLE when the answer is none.
    """
    if len(answer) < _HEAD.size:
        raise PhotoError(PhotoReason.UNREADABLE)
    height, width = _HEAD.unpack_from(answer)
    rest = memoryview(answer)[_HEAD.size :]
    if height == width == 0:
        raise PhotoError(_reason(bytes(rest)))
    if not (0 < height <= LONGEST_SIDE and 0 < width <= LONGEST_SIDE and len(rest) == height * width * CHANNELS):
        raise PhotoError(PhotoReason.UNREADABLE)
    return height, width, rest


def _reason(text: bytes) -> PhotoReason:
    try:
        return PhotoReason(text.decode("ascii"))
    except ValueError:
        return PhotoReason.UNREADABLE
