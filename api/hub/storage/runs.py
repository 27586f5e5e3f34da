"""Runs of the cross-match, and what came of them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from api.hub.storage.run_tables import runs
from api.hub.storage.tables import partitions

RUNNING, ENDED, ABANDONED = "running", "ended", "abandoned"


class StoredRun(NamedTuple):
    """A run as it stands; `pinned` is None when its process died before it was pinned."""

    id: int
    model_id: int
    sequence: int
    mode: str | None
    state: str | None
    pinned: str | None
    lists_digest: str | None
    started_at: datetime
    ended_at: datetime | None


class FinishedRun(NamedTuple):
    """A finished run of a partition; its summary is what `end_run` was given."""

    run: int
    partition: int
    domain: str
    epoch: str
    profile: str
    model: int
    sequence: int
    started_at: datetime
    ended_at: datetime
    summary: dict[str, Any]


class RunWithoutEnd(NamedTuple):
    """A run of a partition that goes on, was interrupted or was given up."""

    run: int
    partition: int
    state: str | None
    started_at: datetime


_COLUMNS = [runs.c[name] for name in StoredRun._fields]
_FINISHED = runs.c.ended_at.is_not(None) & runs.c.summary.is_not(None)


def begin_run(conn: Connection, partition_id: int, model_id: int, sequence: int, now: datetime) -> int:
    """A run over the records as they are at a sequence number; gives its number. `pin_run` says the rest."""
    values = {
        "partition_id": partition_id, "model_id": model_id, "sequence": sequence, "state": RUNNING, "started_at": now,
    }  # fmt: skip
    return int(conn.execute(insert(runs).values(**values).returning(runs.c.id)).scalar_one())


def pin_run(conn: Connection, run_id: int, mode: str, pinned: str) -> None:
    """All that the outcome depends on stands; from now on the run can be resumed."""
    conn.execute(update(runs).where(runs.c.id == run_id).values(mode=mode, pinned=pinned))


def set_lists(conn: Connection, run_id: int, digest: str) -> None:
    """The run's lists are written, with this SHA-256."""
    conn.execute(update(runs).where(runs.c.id == run_id).values(lists_digest=digest))


def abandon_runs(conn: Connection, partition_id: int) -> list[int]:
    """Nobody will resume the runs of a partition that have not ended; gives their numbers."""
    wanted = (runs.c.partition_id == partition_id) & (runs.c.state == RUNNING)
    statement = update(runs).where(wanted).values(state=ABANDONED).returning(runs.c.id)
    return sorted(conn.execute(statement).scalars())


def end_run(conn: Connection, run_id: int, summary: Mapping[str, Any], now: datetime) -> None:
    """The run is done."""
    values = {"summary": json.dumps(summary, sort_keys=True), "ended_at": now, "state": ENDED}
    conn.execute(update(runs).where(runs.c.id == run_id).values(**values))


def unfinished_run(conn: Connection, partition_id: int) -> StoredRun | None:
    """The newest run of a partition that neither ended nor was abandoned."""
    return _newest(conn, partition_id, RUNNING)


def last_ended_run(conn: Connection, partition_id: int) -> StoredRun | None:
    """The newest run of a partition that ended."""
    return _newest(conn, partition_id, ENDED)


def stored_run(conn: Connection, run_id: int) -> StoredRun | None:
    """A run by its number."""
    row = conn.execute(select(*_COLUMNS).where(runs.c.id == run_id)).first()
    return None if row is None else StoredRun._make(row)


def last_runs(conn: Connection) -> list[FinishedRun]:
    """The last finished run of each partition, by partition."""
    latest = select(func.max(runs.c.id)).where(_FINISHED).group_by(runs.c.partition_id)
    return _finished(conn, runs.c.id.in_(latest))


def finished_run(conn: Connection, run_id: int) -> FinishedRun | None:
    """The run of this number, None when there is none or it has not ended."""
    found = _finished(conn, (runs.c.id == run_id) & _FINISHED)
    return found[0] if found else None


def runs_without_end(conn: Connection) -> list[RunWithoutEnd]:
    """Runs of all partitions that have not ended, by number."""
    columns = (runs.c.id, runs.c.partition_id, runs.c.state, runs.c.started_at)
    query = select(*columns).where(runs.c.ended_at.is_(None)).order_by(runs.c.id)
    return [RunWithoutEnd._make(row) for row in conn.execute(query)]


def _newest(conn: Connection, partition_id: int, state: str) -> StoredRun | None:
    query = select(*_COLUMNS).where(runs.c.partition_id == partition_id, runs.c.state == state)
    row = conn.execute(query.order_by(runs.c.id.desc()).limit(1)).first()
    return None if row is None else StoredRun._make(row)


def _finished(conn: Connection, wanted: Any) -> list[FinishedRun]:
    query = (
        select(
            runs.c.id, runs.c.partition_id, partitions.c.domain, partitions.c.epoch, partitions.c.profile,
            runs.c.model_id, runs.c.sequence, runs.c.started_at, runs.c.ended_at, runs.c.summary,
        )
        .join_from(runs, partitions, runs.c.partition_id == partitions.c.id)
        .where(wanted).order_by(runs.c.partition_id, runs.c.id)
    )  # fmt: skip
    return [FinishedRun._make([*row[:-1], json.loads(row.summary)]) for row in conn.execute(query)]
