"""Photos of imported records: the files that their field `photos` names, from a folder beside the table.

They come after the rows, each by itself: killed at any moment, the same import once more adds those that are left.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.holder.imports.jobs import ImportJobs
from api.holder.intake.content import open_content
from api.holder.intake.reading import read_cells
from api.holder.intake.sight import EVERYTHING
from api.holder.photos.looking import sentence_of
from api.holder.photos.service import PhotoService
from api.holder.photos.taken import Said
from api.holder.storage import records
from api.holder.storage.photos import UNREAD
from api.holder.storage.records import ACTIVE
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.database import Database
from api.wire.problems import ProblemError
from encoder.faces.files import photo_files, read_named_photo
from encoder.faces.reasons import PhotoError
from encoder.reading.problems import Severity
from matcher.views import Kind

FIELD: Final = "photos"
_PAGE = 500
_TAKES_NONE: Final = frozenset({"photo-refused", "too-many-photos", "no-such-resource", "record-withdrawn"})
"""Problems of one photo or one record: the next is tried all the same."""


@dataclass(frozen=True, slots=True)
class RowPhotos:
    """The photos that one row of the table names."""

    row: int
    ref: str
    names: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhotoProblem:
    """What is wrong with a photo of a row; never its name."""

    row: int
    severity: Severity
    message: str


@dataclass
class FolderCount:
    """What became of the photos of a folder; `unnamed` are files of it that no row names."""

    named: int = 0
    added: int = 0
    unchanged: int = 0
    unusable: int = 0
    unread: int = 0
    refused: int = 0
    unnamed: int = 0
    problems: list[PhotoProblem] = field(default_factory=list, repr=False)


class PhotoFolder:
    """Adds the photos of an import's rows.

    Args:
        database: the gateway's.
        vault: opens what the rows say.
        photos: takes the photos.
        folder: where the files are; nothing outside of it is read.
        most_bytes: of one file.
    """

    def __init__(
        self, database: Database, vault: Vault, photos: PhotoService, folder: Path, most_bytes: int
    ) -> None:
        self._database, self._vault, self._photos = database, vault, photos
        self._folder, self._most_bytes = folder, most_bytes

    def add_all(
        self, jobs: ImportJobs, job: str, by: str, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> FolderCount:
        """Add the photos of a job's rows; one that cannot be taken costs no other.

        Args:
            jobs: where the job is.
            job: its name; it has ended.
            by: who imports.
            progress: called with photos done and photos in all.

        Raises:
            InputError: the folder cannot be read.
            StorageError: the database failed; what was done so far is stored.
        """
        there = {str(path.relative_to(self._folder)) for path in photo_files(self._folder)}
        rows = list(self._rows(jobs, job))
        counted = FolderCount(named=sum(len(row.names) for row in rows))
        counted.unnamed = len(there - {str(Path(name)) for row in rows for name in row.names})
        done = 0
        for row in rows:
            for name in row.names:
                self._add(row, name, by, counted)
                done += 1
                progress(done, counted.named)
        return counted

    def _rows(self, jobs: ImportJobs, job: str) -> Iterator[RowPhotos]:
        after: int | None = None
        while page := jobs.results(job, None, after, _PAGE, EVERYTHING):
            for result in page:
                names = () if result.ref is None or result.outcome == "rejected" else self._names(result.ref)
                if names and result.ref is not None:
                    yield RowPhotos(result.row, result.ref, tuple(names))
            after = page[-1].row

    def _names(self, ref: str) -> Sequence[str]:
        with self._database.read() as conn:
            record = records.by_ref(conn, ref)
        if record is None or record.state != ACTIVE or record.sealed is None:
            return ()
        try:
            cells = open_content(self._vault, record.ref, record.version, record.sealed).cells
        except DamagedSealError:
            return ()
        read = read_cells(cells, Kind[record.kind.upper()]).record if cells.get(FIELD) else None
        return () if read is None else read.photos

    def _add(self, row: RowPhotos, name: str, by: str, counted: FolderCount) -> None:
        try:
            content = read_named_photo(name, self._folder, self._most_bytes)
            written = self._photos.add(row.ref, content, Said(), by, EVERYTHING)
        except PhotoError as error:
            self._refuse(row, str(error), counted)
            return
        except ProblemError as problem:
            if problem.kind not in _TAKES_NONE:
                raise
            self._refuse(row, problem.detail, counted)
            return
        reason = written.shown["reason"]
        counted.added += written.is_new
        counted.unchanged += not written.is_new
        counted.unread += reason == UNREAD
        if reason not in (None, UNREAD):
            counted.unusable += 1
            counted.problems.append(PhotoProblem(row.row, Severity.NOTE, sentence_of(reason) or ""))

    @staticmethod
    def _refuse(row: RowPhotos, message: str, counted: FolderCount) -> None:
        counted.refused += 1
        counted.problems.append(PhotoProblem(row.row, Severity.DROPPED, message))
