"""From the pixels of a photo to its reading: what the embedder's child process does with each of them."""

from collections.abc import Sequence

from encoder.faces.detection import find_faces
from encoder.faces.interface import Detection, FaceEmbedder, FaceSeen, FaceVector, PhotoReading, PhotoReason, Pixels
from encoder.faces.quality import face_seen, is_small, traits
from encoder.faces.thumbnails import thumbnail
from matcher.errors import InputError


class NoSuchFaceError(InputError):
    """A face was chosen that the photo does not have."""


def examine(embedder: FaceEmbedder, pixels: Pixels, chosen: int | None) -> PhotoReading:
    """Read a photo; see PhotoReader.read for which faces count.

    Args:
        embedder: finds and embeds.
        pixels: uint8 (height, width, 3), RGB, as decoded.
        chosen: number of the face to embed, in the order of the reading's faces; None when nobody chose.

    Raises:
        NoSuchFaceError: there are faces, but none of that number.
    """
    upright = find_faces(embedder, pixels)
    picture = upright.pixels
    faces = _in_order(picture, upright.faces)
    seen = tuple(face_seen(picture, face) for face in faces)
    if faces and chosen is not None and not 0 <= chosen < len(faces):
        raise NoSuchFaceError("The photo has no face of that number; choose one of those that were listed.")
    reason = _reason(picture, faces, chosen)
    vector = None if reason else _vector(embedder, picture, faces[chosen or 0], seen[chosen or 0])
    return PhotoReading(reason, thumbnail(picture), seen, vector, upright.turns)


def _in_order(pixels: Pixels, faces: Sequence[Detection]) -> list[Detection]:
    """The faces that count, or the small ones when there are no others: the best first, the left one of two alike."""
    counted = [face for face in faces if not is_small(face)] or faces
    return sorted(counted, key=lambda face: (-traits(pixels, face).quality, face.left, face.top))


def _reason(pixels: Pixels, faces: Sequence[Detection], chosen: int | None) -> PhotoReason | None:
    if not faces:
        return PhotoReason.NO_FACE
    if is_small(faces[chosen or 0]):
        return PhotoReason.FACE_TOO_SMALL
    if len(faces) > 1 and chosen is None:
        return PhotoReason.SEVERAL_FACES
    return PhotoReason.POOR if traits(pixels, faces[chosen or 0]).poor else None


def _vector(embedder: FaceEmbedder, pixels: Pixels, face: Detection, seen: FaceSeen) -> FaceVector:
    return FaceVector(embedder.embed(pixels, face), seen.good)
