"""Comparisons of which both gateways have sent their part, turned into candidates: levels and verdicts, no distance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from api.hub.crossmatching.on_lists import Judge
from api.hub.matching.agreed import Matrix
from api.hub.matching.basis import basis_of
from api.hub.matching.match import steps_for
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.steps import proposing
from api.hub.matching.storing import Matched, Stored, store
from api.hub.refining.listing import standing
from api.hub.refining.measuring import Key, Measured, measure, spaces_of
from api.hub.refining.models import MaskedModels
from api.hub.storage import comparisons
from api.hub.storage.agreements import agreement_matrix
from api.hub.storage.counters import CANDIDATES, RECORDS, hold, last_number
from api.hub.storage.masked_parts import ReadyRow, ready
from api.hub.storage.matched import PROPOSED, StoredCandidate, candidates_of, candidates_of_pairs
from api.hub.storage.matching import ACTIVE, Standing, standings
from api.service.database import Database
from matcher.model import LinkageModel
from matcher.profile import EncodingProfile, masked_profile_of
from matcher.views import Kind

WEIGHED_TOGETHER = 250
"""Comparisons of one transaction, and in memory at once."""


@dataclass(frozen=True)
class _Weighed:
    """Comparisons, what came of them, and what the verdicts hang on."""

    rows: Sequence[ReadyRow]
    measured: Sequence[Measured]
    judge: Judge
    model_id: int
    partition_id: int


def weigh_ready(
    database: Database, index: ResidentIndex, options: MatchingOptions, now: datetime, models: MaskedModels
) -> Stored | None:
    """Weigh some comparisons of which both parts are there and store what stands; None when there was none.

    They go away in the transaction that stores their candidates: a crash leaves them to be weighed again.

    Args:
        database: the hub's.
        index: of the partition; says how many records there are.
        options: how to match.
        now: aware.
        models: of masked profiles.

    Raises:
        MilapError: the database, the model or a part failed; nothing was stored.
    """
    profile = masked_profile_of(index.profile)
    with database.read() as conn:
        rows = ready(conn, index.partition_id, WEIGHED_TOGETHER) if profile is not None else []
    if not rows or profile is None:
        return None
    weighed = _weighed(rows, profile, index, options, models, now)
    return database.retrying(partial(_store, weighed=weighed, options=options, now=now))


def _weighed(
    rows: Sequence[ReadyRow], profile: EncodingProfile, index: ResidentIndex, options: MatchingOptions,
    models: MaskedModels, now: datetime,
) -> _Weighed:  # fmt: skip
    """Measured pair by pair; pairs whose photos are of one space together, since the space says what a photo weighs."""
    plain = models.of(profile, None, now)
    with index.lock:
        missing, found = (basis_of(index.gallery.record_count(kind)) for kind in Kind)
    measured: list[Measured] = []
    for space in sorted({spaces_of(row) for row in rows}, key=str):
        numbered = plain if space is None else models.of(profile, space, now)
        steps = _steps(numbered.model, (missing, found), options)
        same = [row for row in rows if spaces_of(row) == space]
        measured += measure(same, profile, numbered, steps, photos=space is not None)
    judge = Judge(plain.model, options, missing, found)
    return _Weighed(rows, measured, judge, plain.id, index.partition_id)


def _steps(model: LinkageModel, basis: tuple[int, int], options: MatchingOptions) -> dict[Kind, tuple[int, int]]:
    return {kind: steps_for(model, kind, basis, options.thresholds) for kind in Kind}


def _store(conn: Connection, *, weighed: _Weighed, options: MatchingOptions, now: datetime) -> Stored:
    hold(conn, RECORDS)
    hold(conn, CANDIDATES)
    there = comparisons.take(conn, [row.id for row in weighed.rows])
    matrix = agreement_matrix(conn, now.date(), options.within_country)
    rows = [row for row in weighed.rows if row.id in there]
    current = standings(conn, sorted({number for row in rows for number in row.key}))
    true = {row.key for row in rows if _as_planned(row, current, matrix)}
    measured = [each for each in weighed.measured if each.key in true]
    pairs = standing(measured, _rivals(conn, measured, options), weighed.judge)
    fallen = _fallen(conn, measured, {(pair.missing_id, pair.found_id) for pair in pairs}, current, options)
    return store(conn, Matched(
        weighed.partition_id, weighed.model_id, last_number(conn, RECORDS), [], [], pairs, matrix, complete=True,
        fallen=fallen, how=proposing(options),
    ), now)  # fmt: skip


def _as_planned(row: ReadyRow, current: dict[int, Standing], matrix: Matrix) -> bool:
    """Whether both records are active and of the versions that were compared, and may be compared today."""
    missing, found = (current.get(number) for number in row.key)
    if missing is None or found is None or not missing.state == found.state == ACTIVE:
        return False
    same = (missing.version, found.version) == (row.missing_version, row.found_version)
    return same and bool(matrix[row.reporter_id, row.custodian_id])


def _rivals(conn: Connection, measured: Sequence[Measured], options: MatchingOptions) -> list[StoredCandidate]:
    """Candidates that stand on lists of the pairs that may come to stand, of the versions that are there."""
    wanted = [each.key for each in measured if each.weight >= options.minimum]
    missing, found = ({key[kind] for key in wanted} for kind in Kind)
    stored = [old for old in candidates_of(conn, sorted(missing), sorted(found)).values() if old.state != "withdrawn"]
    current = standings(conn, sorted({number for old in stored for number in (old.missing_id, old.found_id)}))
    return [old for old in stored if _compares(old, current)]


def _fallen(
    conn: Connection, measured: Sequence[Measured], pairs: set[Key], current: dict[int, Standing],
    options: MatchingOptions,
) -> frozenset[Key]:  # fmt: skip
    """Proposed candidates of measured pairs that stand no longer.

    One that compares these very versions was found to stand before, and only gives way to what it weighs itself.
    """
    weight = {each.key: each.weight for each in measured if each.key not in pairs}
    return frozenset(
        key for key, old in candidates_of_pairs(conn, sorted(weight)).items()
        if old.state == PROPOSED and (weight[key] < options.minimum or not _compares(old, current))
    )  # fmt: skip


def _compares(old: StoredCandidate, current: dict[int, Standing]) -> bool:
    """Whether both records of a candidate are active and of the versions that it compares."""
    ends = ((old.missing_id, old.missing_version), (old.found_id, old.found_version))
    return all(
        number in current and (current[number].state, current[number].version) == (ACTIVE, version)
        for number, version in ends
    )  # fmt: skip
