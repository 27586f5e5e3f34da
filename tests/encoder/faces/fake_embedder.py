"""An embedder that sees what a test paints: no network, no face."""

import os

import numpy as np

from encoder.faces.interface import Detection, Effort, EmbedderIdentity, Embedding, Pixels

IDENTITY = EmbedderIdentity("dlib", bytes(32), "painted", 4)
CRASH = 1
CONFUSE = 2
FACE_RED = 200


def face(left: float, side: float = 60, score: float = 1.0, top: float = 10, eyes: float | None = None) -> Detection:
    """A square face whose eyes are 0.4 of its side apart."""
    distance = 0.4 * side if eyes is None else eyes
    return Detection(left, top, left + side, top + side, score, np.zeros((5, 2)), distance)


def striped(height: int = 200, width: int = 300) -> Pixels:
    """A picture that has contrast everywhere."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, ::2] = 200
    return pixels


class PaintedEmbedder:
    """Finds a face of 60 pixels wherever the top left corner has a value; two values crash and confuse it."""

    identity = IDENTITY

    def detect(self, pixels: Pixels, effort: Effort) -> list[Detection]:
        """One face, or trouble."""
        if pixels[0, 0, 0] == CRASH:
            os.abort()
        if pixels[0, 0, 0] == CONFUSE:
            raise RuntimeError("native trouble")
        return [face(20)] if pixels[0, 0, 0] == FACE_RED else []

    def embed(self, pixels: Pixels, detection: Detection) -> Embedding:
        """The position of the face."""
        return np.array([detection.left, detection.top, 1.0, 2.0])


class ScriptedEmbedder:
    """Finds what a script says, by the position of the picture and the effort, and keeps a list of what it was asked.

    The position is read from a mark in the picture: `marked` puts it where no turn brings another corner.
    """

    identity = IDENTITY

    def __init__(self, script: dict[tuple[int, Effort], list[Detection]]) -> None:
        self.script = script
        self.asked: list[tuple[int, Effort]] = []

    def detect(self, pixels: Pixels, effort: Effort) -> list[Detection]:
        """What the script has for this position."""
        corners = (pixels[0, 0], pixels[0, -1], pixels[-1, -1], pixels[-1, 0])
        turns = int(np.argmax([corner[0] for corner in corners]))
        self.asked.append((turns, effort))
        return self.script.get((turns, effort), [])

    def embed(self, pixels: Pixels, detection: Detection) -> Embedding:
        """The position of the face."""
        return np.array([detection.left, detection.top, 1.0, 2.0])


def marked() -> Pixels:
    """A picture with contrast whose top left corner is the brightest."""
    pixels = striped()
    pixels[:8, :8] = 255
    return pixels
