"""The photo view of records: the code of each face, and the open photo-age band."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from encoder.faces.record_face import RecordFace
from encoder.faces.space import EmbeddingError, FaceSpace
from encoder.faces.template import TemplateEncoder
from encoder.keys import LinkageKey
from matcher.errors import BatchError
from matcher.photos import UNKNOWN_BAND, PhotoSpace, photo_age_band
from matcher.profile import EncodingProfile
from matcher.views import View

Faces = Sequence[RecordFace | None]


class PhotoRows(NamedTuple):
    """The photo view of n records."""

    codes: npt.NDArray[np.uint64]
    """uint64 (n, words of the view); zeros where there is no face."""
    present: npt.NDArray[np.bool_]
    """bool (n,)."""
    ages: npt.NDArray[np.uint8]
    """uint8 (n,), photo-age bands; UNKNOWN_BAND where there is no face."""


class PhotoViewEncoder:
    """Faces of records to their photo view, under one key, profile and space."""

    def __init__(self, key: LinkageKey, profile: EncodingProfile, space: FaceSpace | None) -> None:
        """Without a space it encodes records without faces only; errors as of `TemplateEncoder`."""
        self._words = profile.views[profile.position(View.PHOTO)].words
        self._space = space
        self._epoch = key.epoch
        self._template = None if space is None else TemplateEncoder(key, profile, space)

    def encode(self, faces: Faces) -> PhotoRows:
        """The photo view of n records.

        Raises:
            BatchError: there is a face and no space. An uncentred space is never assumed: others may have a mean.
            EmbeddingError: a face does not fit the space.
        """
        known = [(row, face) for row, face in enumerate(faces) if face is not None]
        rows = np.array([row for row, _ in known], dtype=np.intp)
        codes = np.zeros((len(faces), self._words), dtype=np.uint64)
        present = np.zeros(len(faces), dtype=np.bool_)
        ages = np.full(len(faces), UNKNOWN_BAND, dtype=np.uint8)
        if known:
            codes[rows] = self._codes([face for _, face in known])
            present[rows] = True
            ages[rows] = [open_photo_age(face) for _, face in known]
        return PhotoRows(codes, present, ages)

    def space_of(self, faces: Faces) -> PhotoSpace | None:
        """The id of the space that codes of these faces belong to; None when there is no face."""
        if self._space is None or all(face is None for face in faces):
            return None
        return self._space.photo_space(self._epoch)

    def _codes(self, faces: Sequence[RecordFace]) -> npt.NDArray[np.uint64]:
        if self._template is None:
            raise BatchError("There are faces and no face space; name the space file that all holders use.")
        if len({face.embedding.shape for face in faces}) > 1:
            raise EmbeddingError("Faces of different dimensions stand in one batch; embed all photos by one model.")
        return self._template.encode(np.stack([face.embedding for face in faces]))


def open_photo_age(face: RecordFace) -> int:
    """The photo-age band that goes into the open attributes: unknown unless age and quality are."""
    return photo_age_band(face.years) if face.good else UNKNOWN_BAND
