"""What goes between the embedder's child process and its parent, as bytes; nothing in them is ever run.

A request is 8 bytes, the height, the width (uint16 each, little-endian) and the chosen face (int32, -1 when nobody
chose), and the pixels; the empty one asks who the embedder is. An answer is the length (uint32) of a JSON text, that
text, the embedding (float64, little-endian) and the thumbnail.
"""

import json
import struct
from typing import Any

import numpy as np

from encoder.faces.interface import EmbedderIdentity, FaceBox, FaceSeen, FaceVector, PhotoReading, Pixels
from encoder.faces.reasons import PhotoReason

WHO = b""
"""The request for the embedder's identity."""

_REQUEST = struct.Struct("<HHi")
_LENGTH = struct.Struct("<I")
_NOBODY = -1
_FLOAT_BYTES = 8


def request_to_bytes(pixels: Pixels, chosen: int | None) -> bytes:
    """The request to read a photo."""
    height, width = pixels.shape[:2]
    return _REQUEST.pack(height, width, _NOBODY if chosen is None else chosen) + pixels.tobytes()


def request_from_bytes(data: bytes) -> tuple[Pixels, int | None]:
    """Pixels and chosen face of a request."""
    height, width, chosen = _REQUEST.unpack_from(data)
    pixels = np.frombuffer(data, np.uint8, offset=_REQUEST.size).reshape(height, width, 3)
    return pixels, None if chosen == _NOBODY else chosen


def identity_to_bytes(identity: EmbedderIdentity) -> bytes:
    """The answer that says who the embedder is."""
    fields = {"weights": identity.weights.hex(), "preprocessing": identity.preprocessing}
    return _answer(fields | {"name": identity.name, "dimensions": identity.dimensions})


def identity_from_bytes(data: bytes) -> EmbedderIdentity:
    """Who the embedder is.

    Raises:
        ValueError, KeyError, TypeError: the child answered something else.
    """
    fields, _ = _parts(data)
    weights = bytes.fromhex(fields["weights"])
    return EmbedderIdentity(fields["name"], weights, fields["preprocessing"], fields["dimensions"])


def failure_to_bytes(kind: str, message: str) -> bytes:
    """The answer of a child that has no embedder, or no such face: what kind of error, and its message."""
    return _answer({"failure": kind, "message": message})


def failure_from_bytes(data: bytes) -> tuple[str, str] | None:
    """Kind and message of a failure; None when the answer is none."""
    fields, _ = _parts(data)
    return (fields["failure"], fields["message"]) if "failure" in fields else None


def reading_to_bytes(reading: PhotoReading) -> bytes:
    """The answer that holds a reading."""
    fields = {
        "reason": reading.reason,
        "faces": [[*face.box, face.quality, face.good] for face in reading.faces],
        "good": None if reading.face is None else reading.face.good,
        "dimensions": 0 if reading.face is None else len(reading.face.embedding),
        "turns": reading.turns,
    }
    embedding = b"" if reading.face is None else reading.face.embedding.astype("<f8").tobytes()
    return _answer(fields) + embedding + reading.thumbnail


def reading_from_bytes(data: bytes) -> PhotoReading:
    """The reading of an answer.

    Raises:
        ValueError, KeyError, TypeError: the child answered something else.
    """
    fields, rest = _parts(data)
    faces = tuple(FaceSeen(FaceBox(*numbers), quality, good) for *numbers, quality, good in fields["faces"])
    length = fields["dimensions"] * _FLOAT_BYTES
    face = FaceVector(np.frombuffer(rest[:length], "<f8").astype(np.float64), fields["good"]) if length else None
    reason = None if fields["reason"] is None else PhotoReason(fields["reason"])
    return PhotoReading(reason, rest[length:], faces, face, fields["turns"])


def _answer(fields: dict[str, Any]) -> bytes:
    text = json.dumps(fields).encode()
    return _LENGTH.pack(len(text)) + text


def _parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    start = _LENGTH.size
    end = start + _LENGTH.unpack_from(data)[0]
    return json.loads(data[start:end]), data[end:]
