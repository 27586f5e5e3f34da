"""Synthetic embeddings, labelled so: subjects as points around a common mean, photos with noise of uneven directions.

No number of them comes from a face.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from encoder.faces.interface import EmbedderIdentity
from encoder.faces.record_face import RecordFace
from encoder.faces.space import FaceSpace

Vectors = npt.NDArray[np.float64]

IDENTITY = EmbedderIdentity("synthetic", bytes(range(32)), "none", 128)
SMALL = EmbedderIdentity("synthetic", bytes(range(32)), "none", 8)
SPACE = FaceSpace(IDENTITY, mean=np.linspace(-1, 1, 128) / 10)


class Photos(NamedTuple):
    """Embeddings, float64 (n, d), and the subject of each."""

    embeddings: Vectors
    subjects: list[str]


def photos(subjects: int, each: int, identity: EmbedderIdentity = IDENTITY, seed: int = 3) -> Photos:
    """So many photos of each of so many subjects; equal seeds share the mean and the directions of the noise."""
    d = identity.dimensions
    rng = np.random.default_rng(seed)
    mean = rng.normal(size=d) * 1.3 / np.sqrt(d)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    spread = np.geomspace(3, 0.3, d)
    centres = mean + rng.normal(size=(subjects, d)) * 0.4 / np.sqrt(d)
    noise = (rng.normal(size=(subjects, each, d)) * (spread * 0.5 / np.linalg.norm(spread))) @ turn
    names = [f"subject {i}" for i in range(subjects) for _ in range(each)]
    return Photos((centres[:, None] + noise).reshape(-1, d), names)


def face(seed: int, years: float | None = 7.0, good: bool = True, dimensions: int = 128) -> RecordFace:
    """A face of random numbers."""
    return RecordFace(np.random.default_rng(seed).normal(size=dimensions), years, good)


def auc(genuine: Vectors, impostor: Vectors) -> float:
    """Chance that a genuine score is above an impostor score; a tie counts half."""
    impostor = np.sort(impostor)
    below = np.searchsorted(impostor, genuine, "left") + np.searchsorted(impostor, genuine, "right")
    return float(below.mean() / 2 / len(impostor))
