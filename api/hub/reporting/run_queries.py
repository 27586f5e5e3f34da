"""Runs that the report is about, and runs that came to no end."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from api.hub.storage.run_tables import runs
from api.hub.storage.runs import FinishedRun
from api.hub.storage.tables import partitions


class UnfinishedRun(NamedTuple):
    """A run of a partition that goes on, was interrupted or was given up."""

    run: int
    partition: int
    state: str | None
    started_at: datetime


def finished_run(conn: Connection, run_id: int) -> FinishedRun | None:
    """The run of this number, None when there is none or it has not ended."""
    query = (
        select(
            runs.c.id, runs.c.partition_id, partitions.c.domain, partitions.c.epoch, partitions.c.profile,
            runs.c.model_id, runs.c.sequence, runs.c.started_at, runs.c.ended_at, runs.c.summary,
        )
        .join_from(runs, partitions, runs.c.partition_id == partitions.c.id)
        .where(runs.c.id == run_id, runs.c.ended_at.is_not(None), runs.c.summary.is_not(None))
    )  # fmt: skip
    row = conn.execute(query).first()
    return None if row is None else FinishedRun._make([*row[:-1], json.loads(row.summary)])


def unfinished_runs(conn: Connection) -> list[UnfinishedRun]:
    """Runs without an end, by number."""
    columns = (runs.c.id, runs.c.partition_id, runs.c.state, runs.c.started_at)
    query = select(*columns).where(runs.c.ended_at.is_(None)).order_by(runs.c.id)
    return [UnfinishedRun._make(row) for row in conn.execute(query)]
