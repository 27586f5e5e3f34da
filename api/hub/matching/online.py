"""One step of online matching: some records of the queue, compared with everything resident, and stored."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
from sqlalchemy import Connection

from api.hub.matching.agreed import Matrix
from api.hub.matching.kindred import kindred_of
from api.hub.matching.match import FoundPair, match
from api.hub.matching.models import NumberedModel, Shelf, model_for
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.screening import Screened, screen
from api.hub.matching.steps import proposing
from api.hub.matching.storing import Matched, Stored, store
from api.hub.refining.planning import plan
from api.hub.storage.agreements import agreement_matrix
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.matched import candidates_of
from api.hub.storage.matching import ACTIVE, StoredRecord, in_parts, pending_records, records_by_id
from api.hub.storage.partitions import Partition
from api.service.database import Database
from api.wire.life import OPEN, REMEMBERED
from matcher.views import Kind

BATCH = 64
"""Records of one step: few enough that the newest of them need not wait for long."""
STORED_TOGETHER = 8
"""Records whose candidates one transaction stores."""
SCREENED_TOGETHER = 16
"""Records that one transaction screens."""


def match_pending(
    database: Database, index: ResidentIndex, partition: Partition, options: MatchingOptions, now: datetime,
    shelf: Shelf,
) -> Stored | None:
    """Bring the index up to date, match some pending records and store their candidates; None when none waited.

    Records of a profile that is compared under masks get no candidate here, but comparisons (`api.hub.refining`).
    Before, they are screened for probing, so that no candidate is shown that an alarm would have held back. What was
    found is stored a few records at a time, each with its place in the queue: a crash leaves the rest queued.

    Raises:
        MilapError: the database, the model or a record failed; nothing was stored.
    """
    with database.read() as conn:
        index.catch_up(conn)
        index.past.follow(conn, now, options.screening.variants_days)
        records = pending_records(conn, partition.id, index.sequence, BATCH)
        if not records:
            return None
        matrix = agreement_matrix(conn, now.date(), options.within_country)
        known = shelf.active(conn, partition.id)
    numbered = known or model_for(database, partition, now, shelf)
    told = _screened(database, index, numbered, records, matrix, options, now)
    if told is None:
        return Stored(0, 0, 0, frozenset())
    if index.profile.refined_by is not None:
        planned = plan(database, index, numbered, records, matrix, options, now)
        return replace(planned, custodians=planned.custodians | told)
    pairs = _both_sides(database, index, numbered, records, matrix, options)
    missing, found = (sorted(record.id for record in records if record.kind == kind) for kind in Kind)
    matched = Matched(partition.id, numbered.id, index.sequence, missing, found, pairs, matrix, how=proposing(options))
    stored = _together([_stored(database, part, options, now) for part in _parts(matched)])
    return replace(stored, custodians=stored.custodians | told)


def _screened(
    database: Database, index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord], matrix: Matrix,
    options: MatchingOptions, now: datetime,
) -> frozenset[int] | None:  # fmt: skip
    """Partners who have news; None when agreements or partners changed since the search, as in `_store`."""
    kin = kindred_of(index, numbered, records, matrix, options.screening.near_duplicate)
    told = frozenset[int]()
    for part in in_parts(sorted(record.id for record in records), SCREENED_TOGETHER):
        found = Screened(part, index.sequence, [each for each in kin if each.record_id in part])
        news = database.retrying(partial(_screen, found=found, matrix=matrix, options=options, now=now))
        if news is None:
            return None
        told |= news
    return told


def _screen(
    conn: Connection, found: Screened, matrix: Matrix, options: MatchingOptions, now: datetime
) -> frozenset[int] | None:
    hold(conn, RECORDS)
    if not np.array_equal(agreement_matrix(conn, now.date(), options.within_country), matrix):
        return None
    return screen(conn, found, options, now)


def _stored(database: Database, matched: Matched, options: MatchingOptions, now: datetime) -> Stored:
    return database.retrying(lambda conn: _store(conn, matched, options, now))


def _parts(matched: Matched) -> Iterator[Matched]:
    """The same outcome in parts that are stored quickly: on SQLite nobody else can write meanwhile."""
    records = [(Kind.MISSING, number) for number in matched.missing]
    records += [(Kind.FOUND, number) for number in matched.found]
    for first in range(0, len(records), STORED_TOGETHER):
        part = records[first : first + STORED_TOGETHER]
        missing = [number for kind, number in part if kind is Kind.MISSING]
        found = [number for kind, number in part if kind is Kind.FOUND]
        chosen = [pair for pair in matched.pairs if pair.missing_id in missing or pair.found_id in found]
        yield replace(matched, missing=missing, found=found, pairs=chosen)


def _together(parts: Sequence[Stored]) -> Stored:
    custodians = frozenset[int]().union(*(part.custodians for part in parts))
    added, changed, withdrawn = (sum(getattr(part, n) for part in parts) for n in ("added", "changed", "withdrawn"))
    return Stored(added, changed, withdrawn, custodians)


def _store(conn: Connection, matched: Matched, options: MatchingOptions, now: datetime) -> Stored:
    """Store, unless agreements or partners changed since the search: records would leave the queue unsearched."""
    hold(conn, RECORDS)
    if not np.array_equal(agreement_matrix(conn, now.date(), options.within_country), matched.matrix):
        return Stored(0, 0, 0, frozenset())
    return store(conn, matched, now)


def _both_sides(
    database: Database, index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord], matrix: Matrix,
    options: MatchingOptions,
) -> list[FoundPair]:
    """What the records' own lists hold, and what of their former candidates the other side's lists still hold."""
    # An approximate list may lack a candidate of a former version, which would then be withdrawn until the night.
    fresh = all(record.version == 1 for record in records)
    found = match(index, numbered, records, matrix, options, online=fresh)
    pairs = {(pair.missing_id, pair.found_id): pair for pair in found}
    if fresh:
        return list(pairs.values())
    with database.read() as conn:
        others, former = _former(conn, records, set(pairs), index.sequence)
    for pair in match(index, numbered, others, matrix, options):
        if (pair.missing_id, pair.found_id) in former:
            pairs.setdefault((pair.missing_id, pair.found_id), pair)
    return list(pairs.values())


def _former(
    conn: Connection, records: Sequence[StoredRecord], known: set[tuple[int, int]], until: int
) -> tuple[list[StoredRecord], set[tuple[int, int]]]:
    """Candidates that compare an earlier version of these records, and the records on their other side.

    Of those that are open still, or were judged and may be proposed again.
    """
    version = {record.id: record.version for record in records}
    missing, found = ([record.id for record in records if record.kind == kind] for kind in Kind)
    former = {
        key for key, old in candidates_of(conn, missing, found).items()
        if key not in known and old.state in OPEN | REMEMBERED and (
            version.get(old.missing_id, old.missing_version) != old.missing_version
            or version.get(old.found_id, old.found_version) != old.found_version
        )
    }  # fmt: skip
    others = {number for key in former for number in key} - version.keys()
    stored = records_by_id(conn, sorted(others))
    return [record for record in stored if record.state == ACTIVE and record.sequence <= until], former
