"""How much a face can be relied on: by the detector's score, the contrast in its box, and the distance of its eyes.

The limits come of tests/pictures/grace_hopper.jpg, shrunk, blurred, darkened, tilted, covered and made noisy, through
dlib: how far (Euclidean distance) the embedding moves from that of the picture as it is. Photos of different children
stand 0.4 apart one time in eight hundred (FACES.md 1), so what moves by 0.2 is hardly calibrated any more, and what
moves by 0.4 says little. Blur, noise and glare count as far as they trouble the detector: the variance of the Laplacian
did not predict errors on scans (FACES.md 9).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from encoder.faces.interface import Detection, FaceBox, FaceSeen, Pixels

LEAST_EYE_DISTANCE = 12.0
"""Pixels. At 13 (a face of 37 pixels) the embedding moved by .26; nothing smaller has landmarks to align by."""
GOOD_EYE_DISTANCE = 20.0
"""Pixels. At 17 the embedding moved by .21, at 22 by .16."""
LEAST_SCORE = 0.2
"""Of the detector. What stays below after every effort is as often a pattern as a face (0.05: moved by .46)."""
GOOD_SCORE = 0.5
"""Of the detector. Below stood faces half hidden, covered and blurred, moved by .35 to .49; but also a tilted one."""
LEAST_CONTRAST = 4.0
"""Standard deviation of luminance, 0..255. At 2.7 the embedding moved by .46, at 4.8 by .37."""
GOOD_CONTRAST = 9.0
"""Standard deviation of luminance. At 9.5 the embedding moved by .17."""


@dataclass(frozen=True)
class Traits:
    """What quality is judged by: detector score, standard deviation of luminance, and pixels between the eyes."""

    score: float
    contrast: float
    eye_distance: float

    @property
    def quality(self) -> float:
        """0 to 1: the worst trait, each from 0 through 1/4 at its least and 1/2 where it is good to 1 at twice that."""
        return min(
            _graded(self.score, LEAST_SCORE, GOOD_SCORE),
            _graded(self.contrast, LEAST_CONTRAST, GOOD_CONTRAST),
            _graded(self.eye_distance, LEAST_EYE_DISTANCE, GOOD_EYE_DISTANCE),
        )

    @property
    def good(self) -> bool:
        """Whether every trait is good, so that the calibrated weights hold."""
        return self.score >= GOOD_SCORE and self.contrast >= GOOD_CONTRAST and self.eye_distance >= GOOD_EYE_DISTANCE

    @property
    def poor(self) -> bool:
        """Whether score or contrast is too poor to embed the face at all; smallness is told apart."""
        return self.score < LEAST_SCORE or self.contrast < LEAST_CONTRAST


def traits(pixels: Pixels, detection: Detection) -> Traits:
    """What the quality of a face in an upright picture is judged by."""
    return Traits(detection.score, _contrast(pixels, detection), detection.eye_distance)


def face_seen(pixels: Pixels, detection: Detection) -> FaceSeen:
    """A face of an upright picture with its quality; the box ends at the picture's edges."""
    height, width = pixels.shape[:2]
    seen = traits(pixels, detection)
    box = FaceBox(
        _share(detection.left, width), _share(detection.top, height),
        _share(detection.right, width), _share(detection.bottom, height),
    )  # fmt: skip
    return FaceSeen(box, seen.quality, seen.good)


def is_small(detection: Detection) -> bool:
    """Whether a face is too small to embed, and so to count among several."""
    return detection.eye_distance < LEAST_EYE_DISTANCE


def _graded(value: float, least: float, good: float) -> float:
    return float(np.interp(value, (0, least, good, 2 * good), (0, 0.25, 0.5, 1)))


def _share(edge: float, side: int) -> float:
    return min(1.0, max(0.0, edge / side))


def _contrast(pixels: Pixels, detection: Detection) -> float:
    left, top = max(0, round(detection.left)), max(0, round(detection.top))
    box = pixels[top : max(0, round(detection.bottom)), left : max(0, round(detection.right))]
    return float(cv2.cvtColor(box, cv2.COLOR_RGB2GRAY).std()) if box.size else 0.0
