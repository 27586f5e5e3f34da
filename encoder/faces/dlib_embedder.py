"""dlib's 128-number embedding, with the model files of `face_recognition_models`; for a child process only.

What follows a box is what `face_recognition.face_encodings` does with it: five landmarks, a chip of 150 x 150 pixels
with a quarter of padding, the ResNet. Two things differ: the chip's mirror image counts as well, and boxes are found in
the picture's luminance, which takes half the time of its colours and is what dlib's own examples use.
"""

from pathlib import Path
from typing import Any

import cv2
import dlib
import numpy as np
import numpy.typing as npt

from encoder.faces.interface import Detection, Effort, EmbedderIdentity, Embedding, Pixels
from encoder.faces.models import CNN_DETECTOR, LANDMARKS, NETWORK, shipped_folder, verified, weights_digest
from encoder.faces.resizing import shrunk

PREPROCESSING = "dlib-1: luminance, 5 landmarks, chip 150 padding 0.25, mean with mirror image"
"""Part of the space id: to be changed with anything that changes an embedding."""

DIMENSIONS = 128
DETECTION_SIDE = 640
"""Pixels of the longer side of what the detectors see: for a larger picture they would take too long."""

_CHIP_SIDE = 150
_CHIP_PADDING = 0.25
# The CNN fails, and leaves the memory broken, on pictures with a side of less than ten pixels.
_LEAST_CNN_SIDE = 40
# The CNN is sure (1.0) of what only it finds, even where a blur moved the embedding by 0.6: found, but never good.
_CNN_SHARE = 0.45
_GLANCE_SIDE = 400
"""Pixels of the longer side at a glance: faces of a fifth of that are found, in a tenth of the usual time."""
_UPSAMPLINGS = {Effort.GLANCE: 0, Effort.QUICK: 0, Effort.USUAL: 1, Effort.CLOSE: 2}


class DlibEmbedder:
    """Loads the models, after a look at their digests.

    Args:
        folder: where the model files stand; that of the installed package when None.

    Raises:
        ModelFileError: a model file is missing or is not the known one.
        MissingExtraError: their package is not installed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or shipped_folder()
        files = [verified(folder, file) for file in (LANDMARKS, NETWORK, CNN_DETECTOR)]
        landmarks, network, cnn = (str(path) for path, _ in files)
        self._hog: Any = dlib.get_frontal_face_detector()
        self._landmarks: Any = dlib.shape_predictor(landmarks)
        self._network: Any = dlib.face_recognition_model_v1(network)
        self._cnn: Any = dlib.cnn_face_detection_model_v1(cnn)
        self._identity = EmbedderIdentity(
            "dlib", weights_digest([digest for _, digest in files]), PREPROCESSING, DIMENSIONS
        )

    @property
    def identity(self) -> EmbedderIdentity:
        """Which embedder this is."""
        return self._identity

    def detect(self, pixels: Pixels, effort: Effort) -> list[Detection]:
        """Faces of a picture as it stands: by HOG with no, one or two upsamplings, or by the CNN."""
        small = shrunk(pixels, _GLANCE_SIDE if effort is Effort.GLANCE else DETECTION_SIDE)
        scale = pixels.shape[0] / small.shape[0]
        if effort is Effort.SLOW:
            seen = self._cnn(small, 0) if min(small.shape[:2]) >= _LEAST_CNN_SIDE else []
            found = [(face.rect, min(1.0, face.confidence) * _CNN_SHARE) for face in seen]
        else:
            # A margin: 0 is its threshold, and what is clearly a face stands near 1.
            rectangles, scores, _ = self._hog.run(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), _UPSAMPLINGS[effort], 0.0)
            found = list(zip(rectangles, scores, strict=True))
        return [self._detection(pixels, rectangle, scale, score) for rectangle, score in found]

    def embed(self, pixels: Pixels, detection: Detection) -> Embedding:
        """Mean of the embeddings of a face and of its mirror image, float64 (128,)."""
        chip = self.chip(pixels, detection)
        return np.asarray(self.describe([chip, np.ascontiguousarray(chip[:, ::-1])]).mean(axis=0))

    def chip(self, pixels: Pixels, detection: Detection) -> Pixels:
        """The face turned upright and scaled as the network wants it, uint8 (150, 150, 3)."""
        points = [dlib.point(round(x), round(y)) for x, y in detection.points]
        face = dlib.full_object_detection(_rectangle(detection), points)
        return np.asarray(dlib.get_face_chip(pixels, face, _CHIP_SIDE, _CHIP_PADDING), np.uint8)

    def describe(self, chips: list[Pixels]) -> npt.NDArray[np.float64]:
        """Embeddings of n chips, float64 (n, 128); the same on every run."""
        return np.array(self._network.compute_face_descriptor(chips, 0), np.float64)

    def _detection(self, pixels: Pixels, rectangle: Any, scale: float, score: float) -> Detection:
        edges = (rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom())
        left, top, right, bottom = (round(edge * scale) for edge in edges)
        parts = self._landmarks(pixels, dlib.rectangle(left, top, right, bottom)).parts()
        points = np.array([(part.x, part.y) for part in parts], np.float64)
        # The corners of one eye, those of the other, the nose.
        distance = float(np.linalg.norm(points[0:2].mean(axis=0) - points[2:4].mean(axis=0)))
        return Detection(left, top, right, bottom, float(score), points, distance)


def _rectangle(detection: Detection) -> Any:
    edges = (detection.left, detection.top, detection.right, detection.bottom)
    return dlib.rectangle(*(round(edge) for edge in edges))
