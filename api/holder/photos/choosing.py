"""The face that a person chose, found again in another reading of the same photo.

Faces are numbered by a reading, and another embedder may see others or number them otherwise. So a choice is kept as a
place in the picture; where no face stands there any more a person is asked again, since the next best may be an adult.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from encoder.faces.boxes import SAME_FACE, overlap
from encoder.faces.interface import FaceBox, FaceSeen, PhotoReading, PhotoReason

ReadFace = Callable[[bytes, int | None], PhotoReading]


def read_chosen(read: ReadFace, data: bytes, box: FaceBox | None) -> tuple[PhotoReading, int | None]:
    """The reading of a photo, and the number in it of the face that stands at the box.

    Args:
        read: reads a photo, and the face of a number in it.
        data: content of the file.
        box: shares of the upright picture; None when nobody chose.
    """
    reading = read(data, None)
    if box is None or not reading.faces:
        return reading, None
    place = face_at(reading.faces, box)
    if place is None:
        return replace(reading, reason=PhotoReason.SEVERAL_FACES, face=None), None
    return (reading if len(reading.faces) == 1 else read(data, place)), place


def face_at(faces: Sequence[FaceSeen], box: FaceBox) -> int | None:
    """Number of the face that stands where a box does, None when none does."""
    shares = [overlap(face.box, box) for face in faces]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= SAME_FACE else None
