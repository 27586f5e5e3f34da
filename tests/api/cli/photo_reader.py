"""A reader of make-believe photos: a file's text says which invented face it shows, or what is wrong with it."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import numpy as np
import pytest

from encoder.faces.interface import EmbedderIdentity, FaceBox, FaceSeen, FaceVector, PhotoReading
from encoder.faces.models import EmbedderChoice
from encoder.faces.reasons import PhotoReason

DIMENSIONS = 64
IDENTITY = EmbedderIdentity("dlib", bytes(range(32)), "make-believe", DIMENSIONS)
NOISE = 0.6


class FakeReader:
    """Reads `child age number [poor]`, or the name of a reason."""

    choices: ClassVar[list[EmbedderChoice]] = []
    identity = IDENTITY

    def __init__(self, choice: EmbedderChoice) -> None:
        self.choices.append(choice)

    def read(self, data: bytes, face: int | None = None) -> PhotoReading:
        """An invented embedding of the child that the text names."""
        words = data.decode().split()
        if words[0] in set(PhotoReason):
            return PhotoReading(PhotoReason(words[0]), b"", (), None, 0)
        child, years, number = int(words[0]), float(words[1]), int(words[2])
        good = "poor" not in words
        seen = FaceSeen(FaceBox(0, 0, 1, 1), 0.9, good)
        return PhotoReading(None, b"", (seen,), FaceVector(embedding(child, years, number), good), 0)

    def close(self) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def embedding(child: int, years: float, number: int) -> np.ndarray:
    """A point of the child that moves as it grows, with noise of the photo; all around one mean."""
    of_child = np.random.default_rng([1, child]).normal(size=(2, DIMENSIONS))
    noise = np.random.default_rng([2, child, number]).normal(size=DIMENSIONS)
    return np.asarray(3 + of_child[0] + of_child[1] * (years - 9) / 12 + NOISE * noise)


def write_photos(folder: Path, children: int, each: int) -> Path:
    """Make-believe photos called child_age_number.jpg."""
    folder.mkdir(exist_ok=True)
    for child in range(children):
        for number in range(each):
            years = 1 + (child * 3 + number * 5) % 16
            (folder / f"c{child:03}_{years}_{number}.jpg").write_text(f"{child} {years} {number}")
    return folder


def use(monkeypatch: pytest.MonkeyPatch, factory: Callable[[EmbedderChoice], object] = FakeReader) -> None:
    """Let `milap photos` read by another reader."""
    monkeypatch.setattr("api.cli.photos.PhotoReader", factory)
