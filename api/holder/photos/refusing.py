"""What is refused as a photo: files that show no picture, of which nothing is stored."""

from typing import Final

from api.wire.problems import ProblemError
from encoder.faces.decoding.kinds import kind_of
from encoder.faces.interface import PhotoReason

REFUSED: Final = frozenset({
    PhotoReason.TOO_LARGE, PhotoReason.TOO_MANY_PIXELS, PhotoReason.NOT_A_PICTURE, PhotoReason.DAMAGED,
    PhotoReason.ANIMATED, PhotoReason.UNREADABLE, PhotoReason.NOT_A_FILE,
})  # fmt: skip
"""Reasons that leave no picture to show to anybody; with every other one the photo is kept, and says why."""


def photo_refused(reason: PhotoReason) -> ProblemError:
    """The refusal of a file."""
    return ProblemError("photo-refused", reason.sentence, reason=reason.value)


def require_picture(content: bytes, most_bytes: int) -> None:
    """ProblemError `photo-refused` for what is too large or begins like no picture, whether or not it can be read."""
    if len(content) > most_bytes:
        raise photo_refused(PhotoReason.TOO_LARGE)
    if kind_of(content) is None:
        raise photo_refused(PhotoReason.NOT_A_PICTURE)
