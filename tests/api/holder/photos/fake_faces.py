"""A reader of photos without any network: what a picture shows stands in its bytes."""

import hashlib
from collections.abc import Callable

import numpy as np

from encoder.faces.interface import (
    EmbedderIdentity,
    FaceBox,
    FaceSeen,
    FaceVector,
    PhotoReading,
    PhotoReason,
)
from matcher.errors import MissingExtraError

JPEG, THUMBNAIL = b"\xff\xd8\xff", b"\xff\xd8\xffTHUMB"
DLIB = EmbedderIdentity("dlib", bytes(32), "fake-1", 128)
SFACE = EmbedderIdentity("sface", bytes(range(32)), "fake-2", 128)
BOXES = (FaceBox(0.1, 0.1, 0.3, 0.4), FaceBox(0.5, 0.1, 0.8, 0.6), FaceBox(0.3, 0.6, 0.5, 0.9))


def picture(*shows: str, exif: str = "") -> bytes:
    """A JPEG by its first bytes that shows a face of each of these names; a reason's word for what is wrong with it."""
    return JPEG + "|".join(shows).encode() + b"#" + exif.encode()


def shown_in(data: bytes) -> list[str]:
    return [name for name in data.removeprefix(JPEG).split(b"#")[0].decode().split("|") if name]


def embedding_of(name: str, identity: EmbedderIdentity = DLIB) -> np.ndarray:
    seed = hashlib.sha256(f"{identity.name} {name}".encode()).digest()
    return np.random.default_rng(list(seed)).normal(size=identity.dimensions)


class FakeFaces:
    """Implements FaceReader."""

    def __init__(self, identity: EmbedderIdentity = DLIB) -> None:
        self._identity, self.reads, self.closed = identity, 0, False
        self.is_installed = True
        self.order: Callable[[list[int]], list[int]] = lambda numbers: numbers
        self.lost = 0

    @property
    def identity(self) -> EmbedderIdentity:
        if not self.is_installed:
            raise MissingExtraError("Photos need dlib, which is not installed.")
        return self._identity

    def read(self, data: bytes, face: int | None = None) -> PhotoReading:
        self.reads += 1
        if self.lost:
            self.lost -= 1
            return PhotoReading(PhotoReason.UNREADABLE, b"", (), None, 0)
        names = shown_in(data)
        if names and names[0] in set(PhotoReason):
            reason = PhotoReason(names[0])
            seen = reason in (PhotoReason.NO_FACE, PhotoReason.POOR, PhotoReason.FACE_TOO_SMALL)
            return PhotoReading(reason, THUMBNAIL if seen else b"", (), None, 0)
        order = self.order(list(range(len(names))))
        faces = tuple(FaceSeen(BOXES[i], 0.9, True) for i in order)
        if face is None and len(names) != 1:
            return PhotoReading(PhotoReason.SEVERAL_FACES, THUMBNAIL, faces, None, 0)
        vector = FaceVector(embedding_of(names[order[face or 0]], self._identity), True)
        return PhotoReading(None, THUMBNAIL + data[3:], faces, vector, 1)

    def close(self) -> None:
        self.closed = True
