"""`milap holder import` and `export`: records in and out by file."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO, get_args

from api.holder.imports.export import Format, export_records
from api.holder.imports.jobs import ImportJobs
from api.holder.imports.photo_folder import FIELD, FolderCount, PhotoFolder
from api.holder.imports.runner import ImportRunner
from api.holder.intake.entry import Source
from api.holder.intake.looking import RecordReader
from api.holder.intake.sight import EVERYTHING
from api.holder.photos.reader import SharedReader
from api.holder.photos.service import PhotoLimits, PhotoService
from api.holder.storage.imports import FAILED, ImportRow
from api.holder.vault.vault import Vault
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary
from api.service.whole_files import whole_file
from encoder.reading.problems import Problem, Severity
from matcher.errors import InputError, OutputError
from matcher.views import Kind

BY = "command line"
_PAGE = 500
_FORMATS: dict[str, Format] = {".csv": "csv", ".jsonl": "jsonl"}


@dataclass(frozen=True)
class FolderOfPhotos:
    """A folder of photos that goes with a table.

    Args:
        folder: what the field `photos` names stands in it.
        reader: reads photos; closed by whoever made it.
        limits: what a record may have.
        progress: called with photos done and photos in all.
    """

    folder: Path
    reader: SharedReader
    limits: PhotoLimits
    progress: Callable[[int, int], None] = lambda done, total: None


def import_file(
    database: Database, vault: Vault, path: Path, kind: str, source: str, *, most_bytes: int,
    progress: Callable[[int, int], None] = lambda done, total: None, clock: Clock = utc_now,
    photos: FolderOfPhotos | None = None,
) -> tuple[Summary, list[Problem]]:  # fmt: skip
    """Import a file as a job, in this process; gives the summary and everything to tell about its rows.

    Interrupted, the job goes on when the gateway serves, or with the next import.

    Args:
        database: the gateway's.
        vault: the gateway's.
        path: CSV or XLSX by its name.
        kind: missing or found.
        source: where the records come from.
        most_bytes: the largest file that is taken.
        progress: called with rows done and rows in all.
        clock: the gateway's clock.
        photos: where the files are that the field `photos` names; None leaves that text as it is.

    Raises:
        InputError: the file or the folder of photos cannot be read or used, or kind or source do not exist.
        StorageError: the database failed; what was done so far is stored.
    """
    if kind not in [each.name.lower() for each in Kind]:
        raise InputError("A kind is missing or found; say which with --kind.")
    known = [each for each in get_args(Source) if each == source]
    if not known:
        raise InputError(f"A source is one of {', '.join(get_args(Source))}; say which with --source.")
    if photos is not None and not photos.folder.is_dir():
        raise InputError(f"{photos.folder} is no folder; name the one that holds the photos.")
    jobs = ImportJobs(database, vault, clock)
    name = jobs.add(_content(path, most_bytes), path.suffix, kind, known[0], BY, EVERYTHING)
    runner = ImportRunner(database, vault, clock, lambda: None)
    try:
        job = jobs.status(name, EVERYTHING)
        while job.ended_at is None and runner.step():
            job = jobs.status(name, EVERYTHING)
            progress(job.rows_done, job.rows_total or 0)
    finally:
        runner.close()
    if job.state == FAILED:
        raise InputError(job.detail or "The import failed; see the log.")
    summary, problems = _summary(job), list(_problems(jobs, name, path.name))
    if photos is None:
        return summary, problems
    counted = _add_photos(database, vault, jobs, name, photos, clock)
    problems += [Problem(path.name, each.row, FIELD, each.severity, each.message) for each in counted.problems]
    return _with_photos(summary, counted, photos.reader.problem), sorted(problems, key=lambda problem: problem.row)


def _add_photos(
    database: Database, vault: Vault, jobs: ImportJobs, job: str, photos: "FolderOfPhotos", clock: Clock
) -> FolderCount:
    service = PhotoService(database, vault, photos.reader, clock, lambda: None, photos.limits)
    folder = PhotoFolder(database, vault, service, photos.folder, photos.limits.bytes)
    return folder.add_all(jobs, job, BY, photos.progress)


def _with_photos(summary: Summary, counted: FolderCount, problem: str | None) -> Summary:
    counts = {name: number for name, number in asdict(counted).items() if name != "problems"}
    words = ", ".join(f"{number:,} {word}" for word, number in counts.items() if word != "named")
    lines = [f"{counted.named:,} photos named: {words}."]
    lines += [] if problem is None else [f"Photos are kept and not read: {problem}"]
    rejected = summary.rejected or counted.refused > 0
    return Summary({**summary.values, "photos": counts}, [*summary.lines, *lines], rejected=rejected)


def _content(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise InputError(f"{path} could not be read ({error.strerror}); check its name.") from None
    if len(content) > most_bytes:
        raise InputError(f"{path} is larger than {most_bytes:,} bytes; split it, or raise max_import_bytes.")
    return content


def _summary(job: ImportRow) -> Summary:
    counts = {
        "created": job.created_records, "updated": job.updated_records, "unchanged": job.unchanged_records,
        "rejected": job.rejected_rows,
    }  # fmt: skip
    line = f"{job.rows_done:,} rows: " + ", ".join(f"{number:,} {word}" for word, number in counts.items()) + "."
    return Summary({"import": job.name, "rows": job.rows_done, **counts}, [line], rejected=job.rejected_rows > 0)


def _problems(jobs: ImportJobs, name: str, file: str) -> Iterator[Problem]:
    after: int | None = None
    while page := jobs.results(name, None, after, _PAGE, EVERYTHING):
        for result in page:
            for field, severity, message in result.problems:
                yield Problem(file, result.row, field, Severity(str(severity)), str(message))
        after = page[-1].row


def export_file(
    reader: RecordReader, path: Path, kind: str | None, progress: Callable[[int], None] = lambda lines: None
) -> Summary:
    """Write the active records to a file of mode 0600 that only appears when it is whole.

    Args:
        reader: opens the records.
        path: .csv or .jsonl by its name; replaced when it is there.
        kind: missing, found, or None for both.
        progress: called with the number of lines just written.

    Raises:
        InputError: the name says no format, or there is no such kind.
        OutputError: the file could not be written.
    """
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise InputError("Records are exported as .csv or .jsonl; name the file so.")
    if kind not in (None, *(each.name.lower() for each in Kind)):
        raise InputError("A kind is missing or found; say which with --kind, or leave it out.")
    with _private(path) as file:
        lines = _write(file, export_records(reader, kind, form, EVERYTHING), progress)
    records = lines - (form == "csv")
    return Summary({"file": str(path), "records": records}, [f"{records:,} records in {path}; they name children."])


def _write(file: TextIO, pieces: Iterable[str], progress: Callable[[int], None]) -> int:
    lines = 0
    for piece in pieces:
        file.write(piece)
        lines += 1
        progress(1)
    return lines


@contextmanager
def _private(path: Path) -> Iterator[TextIO]:
    try:
        with whole_file(path, replace=True) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            yield text
            text.detach()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"{path} could not be written ({reason}); make room, or choose another folder.") from None
