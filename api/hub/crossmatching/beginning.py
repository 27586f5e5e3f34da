"""The start of a run: pin what its outcome depends on, or find what an interrupted one was pinned to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection

from api.hub.crossmatching import run_files
from api.hub.crossmatching.blocks import Stage
from api.hub.crossmatching.errors import CrossMatchError, ListsError
from api.hub.crossmatching.lists import Lists
from api.hub.crossmatching.planning import Since, base_of, curve_digest, plan_run
from api.hub.crossmatching.plans import Plan, plan_from_json
from api.hub.matching.loading import load, snapshot_folder
from api.hub.matching.models import model_for
from api.hub.matching.options import MatchingOptions
from api.hub.storage.agreements import agreement_matrix
from api.hub.storage.counters import CANDIDATES, last_number
from api.hub.storage.matched import records_of_changes
from api.hub.storage.matching import changed_between
from api.hub.storage.partitions import Partition
from api.hub.storage.run_blocks import counted_blocks, drop_blocks
from api.hub.storage.runs import (
    StoredRun,
    abandon_runs,
    begin_run,
    last_ended_run,
    pin_run,
    stored_run,
    unfinished_run,
)
from api.service.database import Database

MOST_BACKWARD = timedelta(minutes=5)
"""Clocks are set now and then; further back than this, agreements and deadlines would be told a wrong day."""


@dataclass(frozen=True, eq=False)
class Begun:
    """A run that is pinned.

    folder    of the partition's snapshots, runs and lists
    resumed   whether an earlier process began it
    """

    run: int
    partition: Partition
    plan: Plan
    base: Lists
    folder: Path
    started_at: datetime
    resumed: bool = False

    @property
    def files(self) -> Path:
        """The run's own folder."""
        return run_files.run_folder(self.folder, self.run)


def begin(database: Database, options: MatchingOptions, partition: Partition, now: datetime, *, full: bool) -> Begun:
    """Begin a run over the records as they stand; one that was interrupted is abandoned.

    Raises:
        CrossMatchError: the clock stands before the end of the last run.
        MilapError: the index, the model or the disk failed; nothing has changed.
    """
    index = load(database, options.folder, partition, options.threads)
    with database.read() as conn:
        last = last_ended_run(conn, partition.id)
        _check_clock(last, now)
        matrix = agreement_matrix(conn, now.date(), options.within_country)
        since = _since(conn, partition.id, last, index.sequence)
    numbered = model_for(database, partition, now)
    curve = curve_digest(numbered.model.photo)
    planned = plan_run(index, numbered.id, matrix, options, last, since, full=full, curve=curve)
    snapshot = index.save()
    gone = database.retrying(lambda conn: _abandon(conn, partition.id))
    if gone:
        structlog.get_logger().warning("interrupted runs abandoned", partition=partition.id, count=len(gone))
    run = database.retrying(lambda conn: begin_run(conn, partition.id, numbered.id, index.sequence, now))
    run_files.remove_other_runs(index.folder, None)
    plan = run_files.write_run(
        run_files.run_folder(index.folder, run), planned.plan, snapshot, numbered.model, planned.arrays
    )  # fmt: skip
    database.retrying(lambda conn: pin_run(conn, run, plan.mode, plan.to_json()))
    return Begun(run, partition, plan, planned.base, index.folder, now)


def resume(database: Database, options: MatchingOptions, partition: Partition, now: datetime) -> Begun | None:
    """The run of a partition that was interrupted, None when there is none.

    Raises:
        CrossMatchError: what it was pinned to is damaged or gone, or the clock stands before its start.
    """
    with database.read() as conn:
        run = unfinished_run(conn, partition.id)
        folder = snapshot_folder(conn, options.folder, partition.id)
        if run is None or run.pinned is None:
            return None
        plan = plan_from_json(run.pinned)
        base_run = None if plan.base is None else stored_run(conn, plan.base)
    _check_clock(run, now)
    run_files.check_run(run_files.run_folder(folder, run.id), plan)
    try:
        profile = run_files.read_profile(run_files.run_folder(folder, run.id))
        base = base_of(folder, profile, plan, base_run.lists_digest if base_run else None)
    except ListsError as error:
        raise CrossMatchError(f"{error} Start a new run without --resume.") from error
    return Begun(run.id, partition, plan, base, folder, run.started_at, resumed=True)


def _abandon(conn: Connection, partition_id: int) -> list[int]:
    gone = abandon_runs(conn, partition_id)
    for run in gone:
        drop_blocks(conn, run)
    return gone


def _since(conn: Connection, partition_id: int, last: StoredRun | None, until: int) -> Since:
    candidates = last_number(conn, CANDIDATES)
    if last is None or last.pinned is None:
        return Since([], [], candidates)
    changed = changed_between(conn, partition_id, last.sequence, until)
    begun = plan_from_json(last.pinned).candidates
    own = [(done["first"], done["end"]) for done in counted_blocks(conn, last.id, Stage.APPLY)]
    return Since(changed, records_of_changes(conn, partition_id, _gaps(begun + 1, candidates + 1, own)), candidates)


def _gaps(first: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of the numbers from `first` to before `end` lies in none of these spans, which are alike."""
    gaps = []
    for begin, stop in sorted(span for span in taken if span[0] < span[1]):
        if first < begin:
            gaps.append((first, begin))
        first = max(first, stop)
    return [*gaps, (first, end)] if first < end else gaps


def _check_clock(run: StoredRun | None, now: datetime) -> None:
    """Agreements come into force and end by the day: under a wrong one, every candidate between two partners falls."""
    latest = None if run is None else run.ended_at or run.started_at
    if latest is not None and now < latest - MOST_BACKWARD:
        raise CrossMatchError(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, and run {run.id if run else 0} was at work at "
            f"{latest:%Y-%m-%d %H:%M}; set the clock right and start again."
        )
