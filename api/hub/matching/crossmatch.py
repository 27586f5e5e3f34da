"""The cross-match: every active missing record against every found one, for the night."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from api.hub.matching.agreed import Matrix
from api.hub.matching.crossing import Block, CrossSearch
from api.hub.matching.loading import load
from api.hub.matching.models import NumberedModel, fit_and_store, model_for
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.steps import Proposing, proposing
from api.hub.matching.storing import Matched, Stored, store
from api.hub.storage.agreements import agreement_matrix
from api.hub.storage.matched import corridors
from api.hub.storage.partitions import Partition
from api.hub.storage.runs import begin_run, end_run
from api.service.clock import Clock, utc_now
from api.service.database import Database
from matcher.views import Kind

Progress = Callable[[str, int, int], None]
"""Called with what is being done, and how many units of how many are done."""


@dataclass(frozen=True)
class RunSummary:
    """What one run did.

    missing, found   records compared
    pairs_compared   pairs of records that agreements allowed to compare; each was scored from both sides
    candidates       proposed candidates by verdict after the run
    corridors        the same by country of reporter and custodian: [{"missing", "found", "verdict", "pairs"}]
    added, changed, withdrawn  candidates that the run added, changed visibly and withdrew
    seconds          from the loading of the index to the end
    custodians       partner numbers with news
    """

    run: int
    partition: int
    model: int
    sequence: int
    missing: int
    found: int
    pairs_compared: int
    candidates: dict[str, int]
    corridors: list[dict[str, Any]]
    added: int
    changed: int
    withdrawn: int
    seconds: float
    custodians: list[int]

    def document(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


@dataclass(frozen=True)
class _Pinned:
    """All that the results of a run depend on."""

    partition: Partition
    index: ResidentIndex
    numbered: NumberedModel
    matrix: Matrix


def cross_match(
    database: Database, options: MatchingOptions, partition: Partition, *, fit: bool = False,
    progress: Progress | None = None, clock: Clock = utc_now,
) -> RunSummary:
    """Match all active records of a partition with each other, as the database stands now, under one model.

    Candidates that stand on neither side's list any more are withdrawn. What changes meanwhile is left to the online
    match, which may go on beside it. Running it again changes nothing.

    Raises:
        MilapError: the database or the model failed; blocks that were stored before stay.
    """
    started, tell = perf_counter(), progress or _quiet
    index = load(database, options.folder, partition, options.threads)
    with database.read() as conn:
        matrix = agreement_matrix(conn, clock().date(), options.within_country)
    numbered = fit_and_store(database, index, matrix, clock()) if fit else model_for(database, partition, clock())
    pinned = _Pinned(partition, index, numbered, matrix)
    run = database.retrying(lambda conn: begin_run(conn, partition.id, numbered.id, index.sequence, clock()))
    search = CrossSearch(index, numbered, matrix, options)
    found_side = search.found_side(_told(tell, "Searching from the found side", search.count(Kind.FOUND)))
    stored = []
    for block in search.blocks(found_side, _told(tell, "Searching and storing", search.count(Kind.MISSING))):
        stored.append(_store_block(database, pinned, block, proposing(options), clock))
    summary = _summary(database, pinned, search, stored, run, started)
    database.retrying(lambda conn: end_run(conn, run, summary.document(), clock()))
    return summary


def _store_block(database: Database, pinned: _Pinned, block: Block, how: Proposing, clock: Clock) -> Stored:
    matched = Matched(
        pinned.partition.id, pinned.numbered.id, pinned.index.sequence, block.missing, [], block.pairs, pinned.matrix,
        complete=True, how=how,
    )  # fmt: skip
    return database.retrying(lambda conn: store(conn, matched, clock()))


def _summary(
    database: Database, pinned: _Pinned, search: CrossSearch, stored: list[Stored], run: int, started: float
) -> RunSummary:
    with database.read() as conn:
        counted = corridors(conn, pinned.partition.id)
    verdicts = dict.fromkeys(("probable", "possible", "weak"), 0)
    for corridor in counted:
        verdicts[corridor.verdict] += corridor.pairs
    return RunSummary(
        run, pinned.partition.id, pinned.numbered.id, pinned.index.sequence, search.count(Kind.MISSING),
        search.count(Kind.FOUND), search.compared(), verdicts, [corridor._asdict() for corridor in counted],
        sum(s.added for s in stored), sum(s.changed for s in stored), sum(s.withdrawn for s in stored),
        perf_counter() - started, sorted(frozenset().union(*(s.custodians for s in stored))),
    )  # fmt: skip


def _told(tell: Progress, title: str, total: int) -> Callable[[int], None]:
    done = 0

    def advance(units: int) -> None:
        nonlocal done
        done += units
        tell(title, done, total)

    return advance


def _quiet(_title: str, _done: int, _total: int) -> None:
    """No progress wanted."""
