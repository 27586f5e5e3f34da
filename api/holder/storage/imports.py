"""Import jobs and the results of their rows. Runs on SQLite and PostgreSQL."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from api.holder.storage.tables import import_rows, imports

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
FILE_ROW = 0
"""The row that holds notes about the file as a whole."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One job, without its file."""

    id: int
    name: str
    kind: str
    source: str
    state: str
    suffix: str
    rows_total: int | None
    rows_done: int
    created_records: int
    updated_records: int
    unchanged_records: int
    rejected_rows: int
    detail: str | None
    by: str
    office: str | None
    rights: str | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row: problems as [field or null, severity, message], never a value."""

    row: int
    outcome: str
    ref: str | None
    problems: list[list[str | None]] = field(default_factory=list)


_JOBS = select(*(imports.c[name] for name in ImportRow.__dataclass_fields__))


def add(conn: Connection, values: dict[str, Any]) -> int:
    """Insert a job, and give its id."""
    key = conn.execute(insert(imports).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def by_name(conn: Connection, name: str) -> ImportRow | None:
    """The job of a name."""
    row = conn.execute(_JOBS.where(imports.c.name == name)).mappings().first()
    return None if row is None else ImportRow(**row)


def locked(conn: Connection, job_id: int) -> ImportRow:
    """A job, which nobody else advances until the transaction ends."""
    return ImportRow(**conn.execute(_JOBS.where(imports.c.id == job_id).with_for_update()).mappings().one())


def page(conn: Connection, office: str | None, after: int | None, limit: int) -> Sequence[ImportRow]:
    """Jobs of an office, of all for None, newest first, from below the id `after` on."""
    wanted = _JOBS.order_by(imports.c.id.desc()).limit(limit)
    wanted = wanted if office is None else wanted.where(imports.c.office == office)
    wanted = wanted if after is None else wanted.where(imports.c.id < after)
    return [ImportRow(**row) for row in conn.execute(wanted).mappings()]


def first_open(conn: Connection) -> ImportRow | None:
    """The oldest job that has not ended."""
    wanted = _JOBS.where(imports.c.state.in_((QUEUED, RUNNING))).order_by(imports.c.id).limit(1)
    row = conn.execute(wanted).mappings().first()
    return None if row is None else ImportRow(**row)


def sealed_file(conn: Connection, job_id: int) -> bytes | None:
    """The file of a job as the vault sealed it; None once the job has ended."""
    return conn.execute(select(imports.c.sealed).where(imports.c.id == job_id)).scalar()


def change(conn: Connection, job_id: int, values: dict[str, Any]) -> None:
    """Change columns of a job."""
    conn.execute(update(imports).where(imports.c.id == job_id).values(**values))


def add_results(conn: Connection, job_id: int, results: Sequence[RowResult]) -> None:
    """Insert the results of rows."""
    rows = [
        {
            "import_id": job_id, "row": each.row, "outcome": each.outcome, "ref": each.ref,
            "problems": json.dumps(each.problems, ensure_ascii=False),
        }
        for each in results
    ]  # fmt: skip
    if rows:
        conn.execute(insert(import_rows), rows)


def results(
    conn: Connection, job_id: int, outcome: str | None, after: int | None, limit: int
) -> Sequence[RowResult]:
    """Results of a job in the order of its rows, from above the row `after` on."""
    columns = (import_rows.c.row, import_rows.c.outcome, import_rows.c.ref, import_rows.c.problems)
    wanted = select(*columns).where(import_rows.c.import_id == job_id).order_by(import_rows.c.row).limit(limit)
    wanted = wanted if outcome is None else wanted.where(import_rows.c.outcome == outcome)
    wanted = wanted if after is None else wanted.where(import_rows.c.row > after)
    return [RowResult(row, told, ref, json.loads(problems)) for row, told, ref, problems in conn.execute(wanted)]


def rejected_rows(conn: Connection, job_id: int) -> set[int]:
    """Numbers of the rows that were rejected so far."""
    wanted = select(import_rows.c.row).where(import_rows.c.import_id == job_id, import_rows.c.outcome == "rejected")
    return set(conn.execute(wanted).scalars())
