"""Bytes of a photo to pixels; the one place where the rest of the code gets a picture from."""

from types import TracebackType
from typing import Self

import numpy as np

from encoder.faces.child import ChildLost, ChildProcess
from encoder.faces.decoding.answers import ANSWER_BYTES, CHANNELS, read_answer
from encoder.faces.decoding.kinds import kind_of
from encoder.faces.decoding.limits import DecodingLimits
from encoder.faces.extra import require_face_extra
from encoder.faces.interface import Pixels
from encoder.faces.reasons import PhotoError, PhotoReason

USUAL = DecodingLimits()
"""Fit photos of phones and scanners."""


class PictureDecoder:
    """Decodes JPEG, PNG, WebP and HEIC photos in a child process with little memory and time and no files.

    Of a photo only pixels come back: upright by its EXIF, without any metadata. Threads take turns.

    Args:
        limits: what a photo may take.

    Raises:
        MissingExtraError: Pillow or pillow-heif are not installed.
    """

    def __init__(self, limits: DecodingLimits = USUAL) -> None:
        require_face_extra("pillow", "pillow-heif")
        self._limits = limits
        self._child = ChildProcess(
            "encoder.faces.decoding.child",
            limits.arguments(),
            # The child's own clock strikes first, and leaves time for its start.
            timeout_seconds=limits.wall_seconds + 10.0,
            answer_bytes=ANSWER_BYTES,
            renew_after=limits.photos_a_child,
        )

    def decode(self, data: bytes) -> Pixels:
        """Pixels of a photo, uint8 (height, width, 3), RGB; the array is the caller's own.

        Raises:
            PhotoError: TOO_LARGE, TOO_MANY_PIXELS, NOT_A_PICTURE, ANIMATED, DAMAGED; UNREADABLE when the photo broke a
                limit of the child process or the process itself. The next photo is decoded all the same.
        """
        if len(data) > self._limits.file_bytes:
            raise PhotoError(PhotoReason.TOO_LARGE)
        if kind_of(data) is None:
            raise PhotoError(PhotoReason.NOT_A_PICTURE)
        try:
            answer = self._child.ask(data)
        except ChildLost:
            raise PhotoError(PhotoReason.UNREADABLE) from None
        height, width, raw = read_answer(answer)
        return np.frombuffer(raw, np.uint8).reshape(height, width, CHANNELS).copy()

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
