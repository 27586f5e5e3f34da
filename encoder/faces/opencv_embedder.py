"""YuNet and SFace through OpenCV, with ONNX files that the operator supplies; for a child process only."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from encoder.faces.interface import Detection, Effort, EmbedderIdentity, Embedding, Pixels
from encoder.faces.models import ModelFileError, model_bytes, weights_digest

PREPROCESSING = "sface-1: 5 landmarks, aligned 112, mean with mirror image"
"""Part of the space id: to be changed with anything that changes an embedding."""

# YuNet says how probable a face is. At 0.5 or below it guesses, which is 0 on the scale of Detection.score, and 0.75
# is 0.5 there. What stands below 0.6 is as often a pattern as a face.
_LEAST_PROBABILITY = 0.6
_OVERLAP = 0.3
_MOST_FACES = 100

_TRIAL_SIDE = 64
_ALIGNED_SIDE = 112
_NO_CONFIG = np.zeros(0, np.uint8)


class OpenCvEmbedder:
    """Loads both networks and tries them on an empty picture.

    Args:
        detector: ONNX file of YuNet.
        recogniser: ONNX file of SFace.

    Raises:
        ModelFileError: a file cannot be read, or is no network that works as its kind does.
    """

    def __init__(self, detector: Path, recogniser: Path) -> None:
        contents = model_bytes(detector), model_bytes(recogniser)
        try:
            # From the bytes that were hashed: a file may change between two readings.
            self._detector = cv2.FaceDetectorYN.create(
                "onnx", _array(contents[0]), _NO_CONFIG, (_TRIAL_SIDE, _TRIAL_SIDE), _LEAST_PROBABILITY, _OVERLAP,
                _MOST_FACES,
            )  # fmt: skip
            self.detect(np.zeros((_TRIAL_SIDE, _TRIAL_SIDE, 3), np.uint8), Effort.USUAL)
        except cv2.error as error:
            raise ModelFileError(f"The file {detector.name} is no YuNet detector that OpenCV can run.") from error
        try:
            self._recogniser = cv2.FaceRecognizerSF.create("onnx", _array(contents[1]), _NO_CONFIG)
            dimensions = self.describe(np.zeros((_ALIGNED_SIDE, _ALIGNED_SIDE, 3), np.uint8)).size
        except cv2.error as error:
            raise ModelFileError(f"The file {recogniser.name} is no SFace network that OpenCV can run.") from error
        weights = weights_digest([hashlib.sha256(content).digest() for content in contents])
        self._identity = EmbedderIdentity("sface", weights, PREPROCESSING, dimensions)

    @property
    def identity(self) -> EmbedderIdentity:
        """Which embedder this is."""
        return self._identity

    def detect(self, pixels: Pixels, effort: Effort) -> list[Detection]:
        """Faces of a picture as it stands; there is one way only, which finds tiny ones too."""
        if effort in (Effort.GLANCE, Effort.SLOW, Effort.CLOSE):
            return []
        self._detector.setInputSize((pixels.shape[1], pixels.shape[0]))
        _, rows = self._detector.detect(_bgr(pixels))
        # Without a face there are no rows at all, whatever the types say.
        return [_detection(row) for row in np.asarray(rows, np.float64)] if np.size(rows) > 1 else []

    def embed(self, pixels: Pixels, detection: Detection) -> Embedding:
        """Mean of the embeddings of a face and of its mirror image, float64 (d,)."""
        aligned = self.align(pixels, detection)
        mirrored = np.ascontiguousarray(aligned[:, ::-1])
        return np.asarray((self.describe(aligned) + self.describe(mirrored)) / 2)

    def align(self, pixels: Pixels, detection: Detection) -> Pixels:
        """The face as the network wants it, uint8 (112, 112, 3), BGR."""
        row = np.zeros((1, 15), np.float32)
        row[0, 4:14] = detection.points.ravel()
        return np.asarray(self._recogniser.alignCrop(_bgr(pixels), row), np.uint8)

    def describe(self, aligned: Pixels) -> npt.NDArray[np.float64]:
        """Embedding of an aligned face, float64 (d,)."""
        return np.array(self._recogniser.feature(aligned), np.float64).ravel()


def _array(content: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(content, np.uint8)


def _bgr(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, :, ::-1])


def _detection(row: npt.NDArray[np.float64]) -> Detection:
    """From left, top, width, height, five landmarks (the eyes first) and the probability."""
    left, top, width, height = row[:4].tolist()
    points = row[4:14].reshape(5, 2)
    return Detection(
        left, top, left + width, top + height,
        score=2 * float(row[14]) - 1,
        points=points,
        eye_distance=float(np.linalg.norm(points[0] - points[1])),
    )  # fmt: skip
