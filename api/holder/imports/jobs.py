"""Handing in files, and how far their import is."""

from collections.abc import Sequence
from typing import Any

from api.holder.imports.opened_file import FILE_NAME
from api.holder.intake.entry import Source
from api.holder.intake.sight import Sight
from api.holder.staff.roles import joined
from api.holder.storage import imports
from api.holder.storage.imports import QUEUED, ImportRow, RowResult
from api.holder.vault.vault import Purpose, Vault
from api.service.clock import Clock
from api.service.database import Database
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from encoder.reading.read import READERS
from matcher.errors import InputError

_VERSION = 1


class ImportJobs:
    """Import jobs as clerks see them; `ImportRunner` does the work."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        """With the database, the vault that seals files, and the clock."""
        self._database, self._vault, self._clock = database, vault, clock

    def add(self, content: bytes, suffix: str, kind: str, source: Source, by: str, sight: Sight) -> str:
        """Keep a file, sealed, until it is imported; gives the name of its job.

        Args:
            content: of the file.
            suffix: the end of its name, such as .csv.
            kind: missing or found, for all its rows.
            source: where its records come from.
            by: who handed it in.
            sight: what they may know; the rows are stored within it.

        Raises:
            InputError: the suffix is of no format that can be read, or the file is empty.
        """
        suffix = suffix.lower()
        if suffix not in READERS:
            raise InputError("The file is neither CSV nor XLSX by its name; save it as one of the two.")
        if not content:
            raise InputError("The file is empty; export the records again, with column names in the first row.")
        name = new_ref()
        values = {
            "name": name, "kind": kind, "source": source, "state": QUEUED, "suffix": suffix,
            "sealed": self._vault.seal_bytes(Purpose.IMPORT, name, _VERSION, content), "by": by,
            "office": sight.office, "rights": joined(sight.rights), "created_at": self._clock(),
        }  # fmt: skip
        self._database.retrying(lambda conn: imports.add(conn, values))
        return name

    def status(self, name: str, sight: Sight) -> ImportRow:
        """A job; ProblemError `no-such-resource`, for another office's as well."""
        with self._database.read() as conn:
            job = imports.by_name(conn, name)
        if job is None or sight.office not in (None, job.office):
            raise ProblemError("no-such-resource", "There is no import of this name; check it.")
        return job

    def page(self, after: int | None, limit: int, sight: Sight) -> Sequence[ImportRow]:
        """Jobs of one's office, newest first."""
        with self._database.read() as conn:
            return imports.page(conn, sight.office, after, limit)

    def results(
        self, name: str, outcome: str | None, after: int | None, limit: int, sight: Sight
    ) -> Sequence[RowResult]:
        """Results of a job's rows in their order; ProblemError `no-such-resource`."""
        job = self.status(name, sight)
        with self._database.read() as conn:
            return imports.results(conn, job.id, outcome, after, limit)


def shown_job(job: ImportRow) -> dict[str, Any]:
    """A job as the API gives it."""
    return {
        "name": job.name, "kind": job.kind, "source": job.source, "state": job.state, "rows_total": job.rows_total,
        "rows_done": job.rows_done, "created": job.created_records, "updated": job.updated_records,
        "unchanged": job.unchanged_records, "rejected": job.rejected_rows, "detail": job.detail, "by": job.by,
        "created_at": job.created_at.isoformat(), "ended_at": job.ended_at.isoformat() if job.ended_at else None,
        "file": f"{FILE_NAME}{job.suffix}",
    }  # fmt: skip


def shown_result(result: RowResult) -> dict[str, Any]:
    """A row's result as the API gives it."""
    problems = [
        {"field": field, "severity": severity, "message": message} for field, severity, message in result.problems
    ]
    return {"row": result.row, "outcome": result.outcome, "ref": result.ref, "problems": problems}
