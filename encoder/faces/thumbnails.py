"""Small pictures for the officer's screen; for a child process only."""

import cv2
import numpy as np

from encoder.faces.interface import LONGEST_THUMBNAIL_SIDE, Pixels
from encoder.faces.resizing import shrunk

_JPEG_QUALITY = 85


def thumbnail(pixels: Pixels) -> bytes:
    """JPEG of an upright picture, longer side at most LONGEST_THUMBNAIL_SIDE, without metadata."""
    small = cv2.cvtColor(shrunk(pixels, LONGEST_THUMBNAIL_SIDE), cv2.COLOR_RGB2BGR)
    written, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return np.asarray(data).tobytes() if written else b""
