"""The cross-match: every list of every record as it ought to be tonight, and the candidates that follow from them."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import Connection

from api.hub.crossmatching import run_files
from api.hub.crossmatching.alone import alone
from api.hub.crossmatching.applying import Application
from api.hub.crossmatching.beginning import Begun, begin, resume
from api.hub.crossmatching.engines import Engine, OwnProcess, Processes
from api.hub.crossmatching.ledger import StoredLedger
from api.hub.crossmatching.on_lists import Judge
from api.hub.crossmatching.opening import compared, gallery_of
from api.hub.crossmatching.stages import apply, compose, results_of
from api.hub.crossmatching.summing import Course, summary, totals
from api.hub.crossmatching.sweeping import Progress, Sweep
from api.hub.matching.options import MatchingOptions
from api.hub.matching.steps import proposing
from api.hub.modelling.estimating import estimate
from api.hub.reporting.collecting import collect
from api.hub.storage import run_blocks
from api.hub.storage.partitions import Partition
from api.hub.storage.runs import end_run, finished_run, last_ended_run, stored_run
from api.service.clock import Clock, utc_now
from api.service.database import Database
from indexer.search import KernelSearch
from matcher.explanation import names_of
from matcher.views import Kind

FEW_PAIRS = 5 * 10**9
"""Fewer pairs than this are searched before a pool of processes has started."""
ESTIMATED_FROM = 0.01
"""Share of records that has to be new or changed for an estimate after an incremental run: less moves nothing."""

EngineFor = Callable[[Begun], Engine]


@dataclass(frozen=True)
class Wanted:
    """What is asked of a cross-match.

    full      search everything, whatever has changed
    resume    finish the run that was interrupted, and begin none
    engine    who searches; None chooses between this process and a pool of them by the work there is
    estimate  estimate the model anew afterwards
    """

    full: bool = False
    resume: bool = False
    engine: EngineFor | None = None
    estimate: bool = True


def cross_match(
    database: Database, options: MatchingOptions, partition: Partition, wanted: Wanted = Wanted(), *,
    progress: Progress | None = None, clock: Clock = utc_now,
) -> dict[str, Any] | None:  # fmt: skip
    """Bring all lists of a partition, and its candidates, to where the database stands now; gives the run's document.

    Whatever stops it, and however often: the next process finishes it with `resume`, and the outcome is the same
    bytes. What changes meanwhile is left to the online match and to the next run. None when there is nothing to resume.

    Raises:
        CrossMatchError: another run is going on, what an interrupted run was pinned to is gone, or the clock is wrong.
        MilapError: the database, the disk or the model failed; blocks that were stored before stay.
    """
    with alone(database, options.folder, partition.id):
        course = Course()
        with _timed(course, "begin"):
            begun = _begun(database, options, partition, wanted, clock)
        if begun is None:
            return None
        engine = (wanted.engine or _local(options))(begun)
        try:
            return _finished(database, options, begun, engine, wanted, course, progress or _quiet, clock)
        finally:
            engine.close()


def _begun(
    database: Database, options: MatchingOptions, partition: Partition, wanted: Wanted, clock: Clock
) -> Begun | None:
    if wanted.resume:
        return resume(database, options, partition, clock())
    return begin(database, options, partition, clock(), full=wanted.full)


def _finished(
    database: Database, options: MatchingOptions, begun: Begun, engine: Engine, wanted: Wanted, course: Course,
    tell: Progress, clock: Clock,
) -> dict[str, Any]:  # fmt: skip
    """All stages, of which those done before are passed over, and the end of the run."""
    options = begun.plan.options(options)
    gallery = gallery_of(begun.files, verify=begun.resumed)
    model, matrix = run_files.read_model(begun.files), run_files.read_array(begun.files, run_files.MATRIX)
    tables = model.tables()
    course.records = {kind.name.lower(): gallery.record_count(kind) for kind in Kind}
    with database.read() as conn:
        course.resumed = run_blocks.done_count(conn, begun.run)
    with _timed(course, "search"):
        ledger = StoredLedger(database, begun.run, clock)
        Sweep(begun.files, begun.plan, ledger, engine, tell).run()
        engine.close()
    with _timed(course, "lists"):
        results = results_of(ledger, begun.plan, len(names_of(tables)))
        lists, lanes = compose(database, begun, results, gallery, options.threads or os.cpu_count() or 1, tell)
        course.lanes = lists.lane_counts() if lists.places_of_lane else {}
        run_files.keep_matrix(begun.folder, begun.run)
        judge = Judge(model, options, *begun.plan.basis)
        moved = run_files.read_array(begun.files, run_files.MOVED)
        application = Application(begun.plan.mode, begun.base, lists, results, judge, tables, moved, lanes)
        course.changed_lists = application.changed_lists
    with _timed(course, "store"):
        apply(database, begun, application, matrix, proposing(options), tell, clock)
    document = _document(database, options, begun, engine, course, compared(gallery, matrix), clock)
    if wanted.estimate and _worth_estimating(begun, course):
        with _timed(course, "estimate"):
            made = estimate(
                database, begun.partition, gallery, KernelSearch(gallery, options.threads), matrix, begun.run, clock()
            )  # fmt: skip
        document |= {"estimate": {"number": made.number, "drift": made.report["drift"]}, "stages": course.stages}
    ended = max(clock(), begun.started_at)
    database.retrying(lambda conn: _end(conn, begun.run, document, ended))
    run_files.remove_other_runs(begun.folder, None)
    run_files.remove_other_lists(begun.folder, begun.run)
    return document


def _end(conn: Connection, run: int, document: Mapping[str, Any], now: datetime) -> None:
    end_run(conn, run, document, now)
    run_blocks.drop_results(conn, run)


def _document(
    database: Database, options: MatchingOptions, begun: Begun, engine: Engine, course: Course, pairs: int, clock: Clock
) -> dict[str, Any]:
    with _timed(course, "report"), database.read() as conn:
        stored = stored_run(conn, begun.run)
        digest = (stored.lists_digest if stored else None) or ""
        document = summary(conn, begun, course, totals(conn, begun.run), engine, pairs, digest)
        last = last_ended_run(conn, begun.partition.id)
        before = finished_run(conn, last.id) if last else None
        document["collected"] = collect(
            conn, begun.partition.id, clock(), before.summary if before else None, run=document,
            within_country=options.within_country,
        )  # fmt: skip
    return {**document, "stages": course.stages}


def _worth_estimating(begun: Begun, course: Course) -> bool:
    changed, records = sum(begun.plan.dirty), sum(course.records.values())
    return begun.plan.mode == "full" or changed >= ESTIMATED_FROM * records


def _local(options: MatchingOptions) -> EngineFor:
    def chosen(begun: Begun) -> Engine:
        missing, found = begun.plan.dirty
        pairs = missing * begun.plan.basis[1] + found * begun.plan.basis[0]
        return OwnProcess(options.threads) if pairs < FEW_PAIRS else Processes(options.threads)

    return chosen


@contextmanager
def _timed(course: Course, stage: str) -> Iterator[None]:
    started = perf_counter()
    try:
        yield
    finally:
        course.stages[stage] = course.stages.get(stage, 0.0) + perf_counter() - started


def _quiet(_title: str, _done: int, _total: int) -> None:
    """No progress wanted."""
