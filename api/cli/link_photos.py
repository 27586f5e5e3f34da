"""The photos of the records of a file, for `milap link`: read once, averaged, and forgotten with the process."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.cli.console import Reporter
from api.cli.photo_reading import Reader, ReaderFactory, opened
from encoder.faces.files import read_named_photo
from encoder.faces.interface import FaceVector
from encoder.faces.reader import DLIB, PhotoReader
from encoder.faces.reasons import PhotoError, PhotoReason
from encoder.faces.record_face import RecordFace, photo_years, record_face
from encoder.faces.space import FaceSpace, uncentred
from encoder.faces.space_file import read_space
from encoder.reading.problems import Problem, Severity
from encoder.record import RawRecord
from matcher.errors import InputError, SpaceMismatchError

FIELD = "photos"


@dataclass(frozen=True)
class Pictures:
    """Where the photos are that the column `photos` names, who reads them, and the space that codes are of."""

    folder: Path
    reader: Reader
    space: FaceSpace


@contextmanager
def opened_pictures(folder: Path, space: Path | None, factory: ReaderFactory = PhotoReader) -> Iterator[Pictures]:
    """Pictures of a folder, with a reader that runs meanwhile.

    Raises:
        InputError: the space file or the embedder cannot be used.
    """
    with opened(DLIB, factory) as reader:
        chosen = uncentred(reader.identity) if space is None else read_space(space)
        try:
            chosen.require(reader.identity)
        except SpaceMismatchError as error:
            raise InputError(str(error)) from error
        yield Pictures(folder, reader, chosen)


def faces_of(
    records: list[RawRecord], rows: list[int], file: str, pictures: Pictures, reporter: Reporter
) -> tuple[list[RecordFace | None], list[Problem]]:
    """The face of each record, None of one without a usable photo, and why photos could not be used.

    records  with the row of each in `rows`
    """
    faces: list[RecordFace | None] = []
    problems: list[Problem] = []
    with reporter.step("Reading photos", sum(len(record.photos) for record in records)) as step:
        for record, row in zip(records, rows, strict=True):
            vectors, reasons = _read(record, pictures)
            faces.append(record_face(vectors, [photo_years(record)] * len(vectors)) if vectors else None)
            problems += [
                Problem(file, row, FIELD, Severity.DROPPED, _told(reason, count)) for reason, count in reasons.items()
            ]
            if record.photos:
                step.advance(len(record.photos))
    return faces, problems


def _read(record: RawRecord, pictures: Pictures) -> tuple[list[FaceVector], Counter[PhotoReason]]:
    vectors, reasons = [], Counter[PhotoReason]()
    for name in record.photos:
        try:
            reading = pictures.reader.read(read_named_photo(name, pictures.folder))
        except PhotoError as error:
            reasons[error.reason] += 1
            continue
        if reading.reason is not None:
            reasons[reading.reason] += 1
        if reading.face is not None:
            vectors.append(reading.face)
    return vectors, reasons


def _told(reason: PhotoReason, count: int) -> str:
    return reason.sentence if count == 1 else f"{count} photos: {reason.sentence}"
