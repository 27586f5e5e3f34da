"""What the parts of photo intake hand to each other: pictures, reasons, faces, embeddings, embedders.

Pictures, thumbnails and embeddings are identities: nothing of them shows in a repr, a message or a log.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from encoder.faces.decoding.sizes import LONGEST_SIDE
from encoder.faces.reasons import PhotoError, PhotoReason

__all__ = [
    "LONGEST_SIDE", "LONGEST_THUMBNAIL_SIDE", "Detection", "Effort", "EmbedderIdentity", "Embedding", "FaceBox",
    "FaceEmbedder", "FaceSeen", "FaceVector", "PhotoError", "PhotoReading", "PhotoReason", "Pixels",
]  # fmt: skip

Pixels = npt.NDArray[np.uint8]
"""A picture: uint8 (height, width, 3), RGB, contiguous, upright by its EXIF; no side longer than LONGEST_SIDE."""

Embedding = npt.NDArray[np.float64]
"""A face as a point in the space of one embedder: float64 (d,)."""

LONGEST_THUMBNAIL_SIDE = 320
"""Pixels of the longer side of a thumbnail, at most."""


class FaceBox(NamedTuple):
    """Where a face stands: shares 0..1 of the width and height of the upright picture."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, repr=False)
class FaceSeen:
    """A face that was found.

    box      where it stands
    quality  0 (useless) to 1
    good     whether the quality is enough for a weight calibrated by age; otherwise the age band is unknown
    """

    box: FaceBox
    quality: float
    good: bool


@dataclass(frozen=True, repr=False, eq=False)
class FaceVector:
    """A face as a vector.

    embedding  float64 (d,): mean of those of the face and of its mirror image, not normalised
    good       as in FaceSeen
    """

    embedding: Embedding
    good: bool


@dataclass(frozen=True, repr=False, eq=False)
class PhotoReading:
    """What became of one photo.

    reason     why there is no face vector; None when there is one
    thumbnail  JPEG, upright, without metadata, longer side at most LONGEST_THUMBNAIL_SIDE; empty when there is none
    faces      the best first
    face       vector of the one face, or of the one chosen
    turns      quarter turns clockwise that made the picture upright, 0..3
    """

    reason: PhotoReason | None
    thumbnail: bytes
    faces: tuple[FaceSeen, ...]
    face: FaceVector | None
    turns: int


@dataclass(frozen=True)
class EmbedderIdentity:
    """Which embedder made an embedding: embeddings of two identities are never compared.

    name           "dlib" or "sface"
    weights        SHA-256 over the model files, 32 bytes
    preprocessing  name of the way from pixels to the network's input
    dimensions     length of an embedding
    """

    name: str
    weights: bytes
    preprocessing: str
    dimensions: int


@dataclass(frozen=True, repr=False, eq=False)
class Detection:
    """A face that a detector found in the picture as it stands.

    left, top, right, bottom  in pixels; may lie outside the picture
    score                     one scale for all detectors: 0 hardly a face, from 0.5 on surely one, may exceed 1
    points                    float64 (p, 2): x and y, in pixels, of the landmarks that the embedder aligns by
    eye_distance              between the middles of the eyes, in pixels
    """

    left: float
    top: float
    right: float
    bottom: float
    score: float
    points: npt.NDArray[np.float64]
    eye_distance: float


class Effort(Enum):
    """How hard to look for faces."""

    GLANCE = "glance"
    """Finds very large faces in a moment, to begin with the right position."""
    QUICK = "quick"
    """Finds large faces in a fraction of the time: enough to tell which way up a picture is."""
    USUAL = "usual"
    SLOW = "slow"
    """Seconds, for what nothing else found."""
    CLOSE = "close"
    """For faces too small to use, so that they can be named as the reason."""


class FaceEmbedder(Protocol):
    """Finds and embeds faces. Native code: it lives in a child process."""

    @property
    def identity(self) -> EmbedderIdentity:
        """Which embedder this is."""
        ...

    def detect(self, pixels: Pixels, effort: Effort) -> list[Detection]:
        """Faces of a picture as it stands, not turned; in no order. None where there is no way of such an effort."""
        ...

    def embed(self, pixels: Pixels, detection: Detection) -> Embedding:
        """Embedding of one face of the picture, float64 (d,)."""
        ...
