"""Photos of an operator to embeddings in memory, one after the other; no embedding is written anywhere."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from api.cli.console import Reporter
from encoder.faces.interface import EmbedderIdentity, PhotoReading
from encoder.faces.labelled import LabelledPhoto, LabelledPhotos, PhotoProblem
from encoder.faces.models import EmbedderChoice
from encoder.faces.reasons import PhotoError
from matcher.errors import InputError, MissingExtraError

SHOWN = 20


class Reader(AbstractContextManager["Reader"], Protocol):
    """What reads photos: encoder.faces.reader.PhotoReader."""

    @property
    def identity(self) -> EmbedderIdentity:
        """The embedder, which is started for it."""
        ...

    def read(self, data: bytes, face: int | None = None) -> PhotoReading:
        """What a photo shows."""
        ...


ReaderFactory = Callable[[EmbedderChoice], Reader]


@dataclass(frozen=True, repr=False, eq=False)
class EmbeddedPhotos:
    """The n photos that have one usable face.

    photos      their labels
    embeddings  float64 (n, d)
    good        bool (n,), whether the face is good enough to be weighed by age
    problems    of the labels, and of the photos that have none
    """

    photos: list[LabelledPhoto]
    embeddings: npt.NDArray[np.float64]
    good: npt.NDArray[np.bool_]
    problems: list[PhotoProblem]


@contextmanager
def opened(choice: EmbedderChoice, factory: ReaderFactory) -> Iterator[Reader]:
    """A reader whose embedder runs; InputError when what it needs is not installed or not there."""
    try:
        reader = factory(choice)
    except MissingExtraError as error:
        raise InputError(str(error)) from error
    with reader:
        try:
            _ = reader.identity
        except MissingExtraError as error:
            raise InputError(str(error)) from error
        yield reader


def embed(reader: Reader, labelled: LabelledPhotos, reporter: Reporter) -> EmbeddedPhotos:
    """Read all labelled photos; what is wrong with some stops none of the others."""
    photos, vectors, good = [], [], []
    problems = list(labelled.problems)
    with reporter.step("Reading photos", len(labelled.photos)) as step:
        for photo in labelled.photos:
            try:
                reading = reader.read(labelled.content(photo))
                if reading.reason is not None or reading.face is None:
                    problems.append(PhotoProblem(photo.name, reading.reason.sentence if reading.reason else ""))
                else:
                    photos.append(photo)
                    vectors.append(reading.face.embedding)
                    good.append(reading.face.good)
            except PhotoError as error:
                problems.append(PhotoProblem(photo.name, str(error)))
            step.advance(1)
    embeddings = np.array(vectors, np.float64).reshape(len(photos), reader.identity.dimensions)
    return EmbeddedPhotos(photos, embeddings, np.array(good, np.bool_), problems)


def shown(name: str) -> str:
    """A file's name for a terminal: what could move the cursor, and what is no text, becomes a question mark."""
    return "".join(mark if mark.isprintable() else "?" for mark in name)


def report_photo_problems(problems: Sequence[PhotoProblem]) -> None:
    """Print the first problems to standard error, and how many more there are."""
    for problem in problems[:SHOWN]:
        print(shown(str(problem)), file=sys.stderr)
    if len(problems) > SHOWN:
        print(f"... and {len(problems) - SHOWN:,} more problems; mend these and run it again.", file=sys.stderr)
