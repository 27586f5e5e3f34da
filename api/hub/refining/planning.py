"""Planning: records of the queue get their comparisons, which both gateways are then asked for, and leave the queue."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import numpy as np
from sqlalchemy import Connection

from api.hub.matching.agreed import Matrix
from api.hub.matching.models import NumberedModel
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.storing import Stored
from api.hub.refining.choosing import Wish, choose
from api.hub.refining.putting import Choice, Key, put
from api.hub.storage.matched import StoredCandidate, candidates_of
from api.hub.storage.matching import ACTIVE, StoredRecord, in_parts, pending_count, records_by_id
from api.service.database import Database
from api.wire.life import OPEN, REMEMBERED
from matcher.views import Kind

BACKLOG_FROM = 200
"""More records than this in the queue get the smaller number of comparisons."""
PLANNED_TOGETHER = 4
"""Records whose comparisons one transaction stores: on SQLite nobody else can write meanwhile."""


def plan(
    database: Database, index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord],
    matrix: Matrix, options: MatchingOptions, now: datetime,
) -> Stored:  # fmt: skip
    """Plan records of the queue, which leave it; the partners with news are all whose gateways have requests now.

    That is, of both sides of every pair: it tells nobody anything of what matches. A candidate that compared an earlier
    version of a record is among its pairs, or falls when the two may not be compared at all any more.

    Args:
        database: the hub's.
        index: of the partition, at the newest change.
        numbered: the partition's coarse model.
        records: of the queue, as the index holds them.
        matrix: the agreements that they were read under.
        options: how to match.
        now: aware.

    Raises:
        MilapError: the database failed; what was not stored is still queued.
    """
    with database.read() as conn:
        backlog = pending_count(conn, index.partition_id) > BACKLOG_FROM
        former = _former(conn, records)
        others = _others_of(conn, records, former, index.sequence)
    requests = options.masked_requests_backlog if backlog else options.masked_requests
    # Seeded by the operating system: nobody may know which pairs are decoys.
    asked = choose(index, numbered, records, Wish(requests, matrix, others), np.random.default_rng())
    stored = [
        database.retrying(partial(
            put, choice=Choice(part, asked, former, index.sequence), partition_id=index.partition_id,
            model_id=numbered.id, matrix=matrix, options=options, now=now,
        ))
        for part in in_parts(records, PLANNED_TOGETHER)
    ]  # fmt: skip
    told = frozenset[int]().union(*(each.custodians for each in stored))
    return Stored(0, 0, sum(each.withdrawn for each in stored), told)


def _former(conn: Connection, records: Sequence[StoredRecord]) -> dict[Key, StoredCandidate]:
    """Candidates that compare an earlier version of these records, and are open or may be proposed again."""
    version = {record.id: record.version for record in records}
    missing, found = ([record.id for record in records if record.kind == kind] for kind in Kind)
    return {
        key: old for key, old in candidates_of(conn, missing, found).items()
        if old.state in OPEN | REMEMBERED and (
            version.get(old.missing_id, old.missing_version) != old.missing_version
            or version.get(old.found_id, old.found_version) != old.found_version
        )
    }  # fmt: skip


def _others_of(
    conn: Connection, records: Sequence[StoredRecord], former: dict[Key, StoredCandidate], until: int
) -> dict[int, list[StoredRecord]]:
    """By a planned record's number, those that it has such candidates with and that the index holds as they are."""
    planned = {record.id: record for record in records}
    numbers = sorted({number for key in former for number in key} - planned.keys())
    known = planned | {record.id: record for record in records_by_id(conn, numbers)}
    out: dict[int, list[StoredRecord]] = {}
    for missing, found in sorted(former):
        for own, other in ((missing, found), (found, missing)):
            if own in planned and known[other].state == ACTIVE and known[other].sequence <= until:
                out.setdefault(own, []).append(known[other])
    return out
