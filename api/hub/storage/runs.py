"""Runs of the cross-match, and what came of them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from api.hub.storage.tables import partitions, runs


class FinishedRun(NamedTuple):
    """The last finished run of a partition; its summary is what `end_run` was given."""

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


def begin_run(conn: Connection, partition_id: int, model_id: int, sequence: int, now: datetime) -> int:
    """A run over the records as they were at a sequence number; gives its number."""
    values = {"partition_id": partition_id, "model_id": model_id, "sequence": sequence, "started_at": now}
    return int(conn.execute(insert(runs).values(**values).returning(runs.c.id)).scalar_one())


def end_run(conn: Connection, run_id: int, summary: Mapping[str, Any], now: datetime) -> None:
    """The run is done."""
    values = {"summary": json.dumps(summary, sort_keys=True), "ended_at": now}
    conn.execute(update(runs).where(runs.c.id == run_id).values(**values))


def last_runs(conn: Connection) -> list[FinishedRun]:
    """The last finished run of each partition, by partition."""
    latest = select(func.max(runs.c.id)).where(runs.c.ended_at.is_not(None)).group_by(runs.c.partition_id)
    query = (
        select(
            runs.c.id, runs.c.partition_id, partitions.c.domain, partitions.c.epoch, partitions.c.profile,
            runs.c.model_id, runs.c.sequence, runs.c.started_at, runs.c.ended_at, runs.c.summary,
        )
        .join_from(runs, partitions, runs.c.partition_id == partitions.c.id)
        .where(runs.c.id.in_(latest)).order_by(runs.c.partition_id)
    )  # fmt: skip
    return [FinishedRun._make([*row[:-1], json.loads(row.summary)]) for row in conn.execute(query)]
