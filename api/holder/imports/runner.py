"""Import jobs at work: chunk by chunk, each stored in one transaction that also says how far the job is."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection

from api.holder.imports.chunks import Chunk, ChunkReader, ReadRow
from api.holder.imports.opened_file import opened_file
from api.holder.intake.cells import FieldProblem
from api.holder.intake.content import Content
from api.holder.intake.entry import Entry, Source, entered_by
from api.holder.intake.service import CASE_OF_ANOTHER, LIFTS_PROTECTION
from api.holder.intake.sight import Sight, sight_of_rights
from api.holder.intake.withholding import PROTECT_LOCATION
from api.holder.intake.writing import Author, RecordWriter
from api.holder.storage import imports, records
from api.holder.storage.imports import DONE, FAILED, FILE_ROW, RUNNING, ImportRow, RowResult
from api.holder.storage.records import ACTIVE, RecordRow
from api.holder.vault.vault import DamagedSealError, Purpose, Vault
from api.service.clock import Clock
from api.service.database import Database
from api.service.storage_errors import StorageError
from encoder.reading.problems import Severity
from encoder.reading.read import READERS
from encoder.reading.table import Table
from encoder.schema import RECORD_ID
from matcher.errors import InputError
from matcher.views import Kind

ATTEMPTS = 3
"""Unforeseen failures in a row after which a job is given up."""
_WITHDRAWN = "The case number belongs to a record that is withdrawn; report the child again under a new one."
_GIVEN_UP = "The service failed behind row {row} of the data; what came before is stored, and its log says more."
_LONGEST_DETAIL = 300


class _OvertakenError(Exception):
    """Another process has advanced the job meanwhile."""


@dataclass(frozen=True)
class _Refusal:
    """Why a row is rejected: the field, what to do, and the ref of the record if it may be known."""

    field: str | None
    message: str
    ref: str | None


@dataclass
class _OpenJob:
    """A job whose file is open in this process."""

    job: ImportRow
    reader: ChunkReader
    rows_done: int
    files: ExitStack


class ImportRunner:
    """Advances the oldest job that has not ended; killed at any moment, it goes on with the row after the last chunk.

    Args:
        database: where jobs and records are.
        vault: opens the file, seals the records.
        clock: the present moment.
        changed: called after each chunk, so that the outbox is looked at.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, changed: Callable[[], None]) -> None:
        self._database, self._vault, self._clock, self._changed = database, vault, clock, changed
        self._writer = RecordWriter(vault)
        self._open: _OpenJob | None = None
        self._failures = 0

    def step(self) -> bool:
        """Take one chunk; whether there may be more to do at once.

        Raises:
            StorageError: the database failed; nothing of the chunk was stored, and the next step takes it again.
        """
        try:
            more = self._step()
        except _OvertakenError:
            self.close()
            return True
        except StorageError:
            # Rows that were read are gone from the reader: begin again behind those that are stored.
            self.close()
            raise
        except (InputError, DamagedSealError) as error:
            self._fail(str(error))
            return True
        except Exception as error:
            self._give_up_after(error)
            return True
        self._failures = 0
        return more

    def close(self) -> None:
        """Close the file of the job at hand."""
        if self._open is not None:
            self._open.files.close()
            self._open = None

    def _step(self) -> bool:
        with self._database.read() as conn:
            job = imports.first_open(conn)
        if job is None:
            self.close()
            return False
        if self._open is None or self._open.job.id != job.id:
            self.close()
            self._open = self._opened(job)
        at_hand = self._open
        chunk = at_hand.reader.next()
        self._database.retrying(lambda conn: self._store(conn, at_hand, chunk))
        at_hand.rows_done += len(chunk.rows)
        self._changed()
        if chunk.ends_file:
            self.close()
        return True

    def _opened(self, job: ImportRow) -> _OpenJob:
        with self._database.read() as conn:
            sealed, rejected = imports.sealed_file(conn, job.id), imports.rejected_rows(conn, job.id)
        if sealed is None:
            raise _OvertakenError
        content = self._vault.open_bytes(Purpose.IMPORT, job.name, 1, sealed)
        with ExitStack() as files:
            path = files.enter_context(opened_file(content, job.suffix))
            read = READERS[job.suffix]
            if job.rows_total is None:
                self._begin(job, read(path))
            kind, today = Kind[job.kind.upper()], self._clock().date()
            reader = ChunkReader(read(path), kind, job.rows_done, rejected, today)
            return _OpenJob(job, reader, job.rows_done, files.pop_all())

    def _begin(self, job: ImportRow, table: Table) -> None:
        """Count the rows, so that progress has an end."""
        total = sum(1 for _ in table.rows)
        with self._database.write() as conn:
            imports.change(conn, job.id, {"state": RUNNING, "rows_total": total})

    def _store(self, conn: Connection, at_hand: _OpenJob, chunk: Chunk) -> None:
        job = imports.locked(conn, at_hand.job.id)
        if job.state != RUNNING or job.rows_done != at_hand.rows_done:
            raise _OvertakenError
        author = Author(job.by, self._clock())
        results = [self._store_row(conn, job, row, author) for row in chunk.rows]
        imports.add_results(conn, job.id, [*_notes(chunk), *results])
        values = _progress(job, results)
        if chunk.ends_file:
            values |= {"state": DONE, "ended_at": author.now, "sealed": None}
        imports.change(conn, job.id, values)

    def _store_row(self, conn: Connection, job: ImportRow, row: ReadRow, author: Author) -> RowResult:
        problems = [_listed(problem) for problem in row.problems]
        if row.record is None or row.cells is None:
            return RowResult(row.number, "rejected", None, problems)
        sight = sight_of_rights(job.rights, job.office)
        told = Entry(Content(row.cells), row.record, _source(job), keeps_reporter=True, keeps_office=True)
        entry = entered_by(told, sight, changing=True)
        known = records.by_case(conn, self._writer.case_index(entry), lock=True)
        if known is None:
            new = records.by_id(conn, self._writer.insert(conn, _fresh(entry), author))
            assert new is not None
            return RowResult(row.number, "created", new.ref, problems)
        refusal = self._refusal(known, entry, sight)
        if refusal is not None:
            problems.append([refusal.field, Severity.REJECTED.value, refusal.message])
            return RowResult(row.number, "rejected", refusal.ref, problems)
        if self._writer.is_same(known, entry):
            return RowResult(row.number, "unchanged", known.ref, problems)
        self._writer.replace(conn, known, entry, author)
        return RowResult(row.number, "updated", known.ref, problems)

    def _refusal(self, known: RecordRow, entry: Entry, sight: Sight) -> _Refusal | None:
        """Why a row must not change the record of its case number, None when it may."""
        if not sight.bounds(self._vault).hold(known):
            return _Refusal(RECORD_ID, CASE_OF_ANOTHER, None)
        if known.state != ACTIVE:
            return _Refusal(None, _WITHDRAWN, known.ref)
        if self._writer.lifts_protection(known, entry):
            return _Refusal(PROTECT_LOCATION, LIFTS_PROTECTION, known.ref)
        return None

    def _give_up_after(self, error: Exception) -> None:
        """Try again a few times: a fault of ours must not hold up the jobs behind for ever."""
        self._failures += 1
        structlog.get_logger().error("an import failed", attempt=self._failures, exc_info=error)
        row = self._open.rows_done if self._open else 0
        self.close()
        if self._failures >= ATTEMPTS:
            self._fail(_GIVEN_UP.format(row=row))

    def _fail(self, detail: str) -> None:
        """End the job at hand; its file goes, what is stored stays."""
        self.close()
        self._failures = 0
        with self._database.write() as conn:
            job = imports.first_open(conn)
            if job is not None:
                ended = {"state": FAILED, "detail": detail[:_LONGEST_DETAIL], "ended_at": self._clock()}
                imports.change(conn, job.id, {**ended, "sealed": None})


def _fresh(entry: Entry) -> Entry:
    """The entry for a record of which nothing is known that it could keep."""
    return Entry(entry.content, entry.record, entry.source)


def _source(job: ImportRow) -> Source:
    source: Any = job.source
    return source  # type: ignore[no-any-return]


def _listed(problem: FieldProblem) -> list[str | None]:
    return [problem.field, problem.severity.value, problem.message]


def _notes(chunk: Chunk) -> list[RowResult]:
    return [RowResult(FILE_ROW, "note", None, [_listed(note) for note in chunk.notes])] if chunk.notes else []


def _progress(job: ImportRow, results: list[RowResult]) -> dict[str, Any]:
    count = {word: sum(each.outcome == word for each in results) for word in _COLUMNS}
    totals = {column: getattr(job, column) + count[word] for word, column in _COLUMNS.items()}
    return {"rows_done": job.rows_done + len(results), **totals}


_COLUMNS = {
    "created": "created_records", "updated": "updated_records", "unchanged": "unchanged_records",
    "rejected": "rejected_rows",
}  # fmt: skip
