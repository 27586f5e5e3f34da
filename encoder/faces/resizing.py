"""Turning and scaling pictures; for a child process only."""

import cv2
import numpy as np

from encoder.faces.decoding.sizes import fitted
from encoder.faces.interface import Pixels


def shrunk(pixels: Pixels, longest: int) -> Pixels:
    """The picture with no side longer than `longest` pixels: itself, or smaller in the same proportion."""
    height, width = pixels.shape[:2]
    if max(height, width) <= longest:
        return pixels
    return np.asarray(cv2.resize(pixels, fitted(width, height, longest), interpolation=cv2.INTER_AREA), np.uint8)


def turned(pixels: Pixels, turns: int) -> Pixels:
    """The picture after so many quarter turns clockwise, contiguous."""
    return np.ascontiguousarray(np.rot90(pixels, -turns)) if turns % 4 else pixels
