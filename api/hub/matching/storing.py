"""Pairs that a search found, brought into the database together with the records' places in the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.matching.agreed import Matrix
from api.hub.matching.match import FoundPair
from api.hub.matching.steps import Change, Proposing, as_proposed, change_of
from api.hub.storage import audit
from api.hub.storage.alarms import hidden_ids
from api.hub.storage.candidates import add
from api.hub.storage.counters import CANDIDATES, RECORDS, hold
from api.hub.storage.decisions import decided_ids
from api.hub.storage.matched import (
    PROPOSED,
    StoredCandidate,
    candidates_of,
    candidates_of_pairs,
    change_candidates,
    update_silently,
)
from api.hub.storage.matching import ACTIVE, Standing, leave_queue, standings
from api.service.audit.entries import Entry
from api.wire.names import new_ref

Key = tuple[int, int]


@dataclass(frozen=True)
class Matched:
    """The outcome of one search, to be stored.

    sequence   the index held the changes up to this one
    missing    numbers of the missing records that were searched for, `found` those of the found records
    pairs      all their candidates, each pair once
    matrix     the agreements that were searched under
    complete   whether `pairs` are all pairs of the searched records that stand on either side; a proposed candidate of
               theirs that is not among them is then withdrawn even when neither record has changed
    fallen     missing and found record of pairs that stood on a list before and stand on none now, of a complete search
    how        how pairs are proposed
    """

    partition_id: int
    model_id: int
    sequence: int
    missing: Sequence[int]
    found: Sequence[int]
    pairs: Sequence[FoundPair]
    matrix: Matrix
    complete: bool = False
    fallen: frozenset[Key] = frozenset()
    how: Proposing = field(default_factory=Proposing)


@dataclass(frozen=True)
class Stored:
    """What storing changed: candidates added, changed and withdrawn, and the partners who have news.

    These are custodians, and the reporters of candidates that were released to them.
    """

    added: int
    changed: int
    withdrawn: int
    custodians: frozenset[int]


@dataclass(frozen=True)
class _Plan:
    """What is to be written."""

    added: list[dict[str, Any]]
    changes: list[tuple[StoredCandidate, Change]]
    withdrawn: list[StoredCandidate]


def store(conn: Connection, matched: Matched, now: datetime) -> Stored:
    """Store an outcome in this write transaction; doing it twice changes nothing the second time.

    Pairs count whose two records are active and have not changed since the index saw them. The searched records leave
    the queue unless they changed meanwhile; those of a complete search stay, for they may have been queued since it
    began, under an agreement that it did not know.
    """
    # From here on no record and no candidate changes under our hands: every change takes a number first.
    hold(conn, RECORDS)
    hold(conn, CANDIDATES)
    plan = _plan(conn, matched, now)
    told = [change.values for _, change in plan.changes if change.told]
    add(conn, plan.added, now)
    change_candidates(conn, told, now)
    update_silently(conn, [change.values for _, change in plan.changes if not change.told])
    change_candidates(conn, [_withdrawn(candidate, now) for candidate in plan.withdrawn], now)
    if not matched.complete:
        leave_queue(conn, [*matched.missing, *matched.found], matched.sequence)
    news = _news(conn, plan)
    _audit(conn, plan, now)
    return Stored(len(plan.added), len(told), len(plan.withdrawn), news)


def _plan(conn: Connection, matched: Matched, now: datetime) -> _Plan:
    wanted = {(pair.missing_id, pair.found_id): pair for pair in matched.pairs}
    existing = candidates_of(conn, matched.missing, matched.found)
    if matched.complete:
        existing |= candidates_of_pairs(conn, sorted((wanted.keys() | matched.fallen) - existing.keys()))
    current = _current(conn, matched, [*existing, *wanted])
    rows = {
        key: _row(pair, current[key[0]], current[key[1]], matched, existing.get(key)) for key, pair in wanted.items()
        if key[0] in current and key[1] in current and (pair.levels or key in existing)
    }  # fmt: skip
    fresh = {**as_proposed(matched.how, now), "revision": 1}
    added = [{**row, **fresh, "name": new_ref()} for key, row in rows.items() if key not in existing]
    found = [(existing[key], change_of(existing[key], rows[key], matched.how, now)) for key in rows.keys() & existing]
    changes = [(old, change) for old, change in found if change is not None]
    withdrawn = [c for key, c in existing.items() if key not in rows and _falls(c, current, matched)]
    return _Plan(added, sorted(changes, key=lambda pair: pair[0].id), sorted(withdrawn, key=lambda c: c.id))


def _withdrawn(candidate: StoredCandidate, now: datetime) -> dict[str, Any]:
    values = {"state": "withdrawn", "since": now, "due_at": None, "revision": candidate.revision + 1}
    return {**values, "id": candidate.id}


def _news(conn: Connection, plan: _Plan) -> frozenset[int]:
    """Partners to be told. A custodian whose found record an alarm holds back must not hear that there is something."""
    told = [old for old, change in plan.changes if change.told]
    at_custodian = [(row["found_id"], row["custodian_id"]) for row in plan.added]
    at_custodian += [(old.found_id, old.custodian_id) for old in (*told, *plan.withdrawn)]
    hidden = hidden_ids(conn, sorted({found for found, _ in at_custodian}))
    reporters = {
        old.reporter_id for old, change in plan.changes if change.told and change.values["released_at"] is not None
    }  # fmt: skip
    return frozenset({custodian for found, custodian in at_custodian if found not in hidden} | reporters)


def _audit(conn: Connection, plan: _Plan, now: datetime) -> None:
    """Steps of pairs that somebody has decided on before; it would drown among proposals that nobody has looked at."""
    steps = [("candidate-withdrawn", old, old.revision + 1) for old in plan.withdrawn]
    steps += [("candidate-proposed", old, change.values["revision"]) for old, change in plan.changes if change.proposed]
    decided = decided_ids(conn, [old.id for _, old, _ in steps])
    for what, old, revision in steps:
        if old.id in decided:
            audit.note(conn, Entry(what, "hub", now, about=old.name, facts={"was": old.state, "revision": revision}))


def _current(conn: Connection, matched: Matched, keys: Iterable[Key]) -> dict[int, Standing]:
    """Records that are active and as the index saw them."""
    ids = sorted({number for key in keys for number in key} | {*matched.missing, *matched.found})
    return {
        number: standing for number, standing in standings(conn, ids).items()
        if standing.state == ACTIVE and standing.sequence <= matched.sequence
    }  # fmt: skip


def _row(
    pair: FoundPair, missing: Standing, found: Standing, matched: Matched, existing: StoredCandidate | None
) -> dict[str, Any]:
    levels = pair.levels or (existing.levels if existing is not None else "")
    return {
        "partition_id": matched.partition_id, "missing_id": pair.missing_id, "found_id": pair.found_id,
        "reporter_id": missing.partner_id, "custodian_id": found.partner_id, "missing_version": missing.version,
        "found_version": found.version, "weight": pair.weight, "probability": pair.probability,
        "verdict": pair.verdict, "levels": levels, "model_id": matched.model_id,
    }  # fmt: skip


def _falls(candidate: StoredCandidate, current: Mapping[int, Standing], matched: Matched) -> bool:
    """Whether a proposed candidate that was not found falls.

    Not when a record of it is no longer as the index saw it: that change has its own match or withdrawal. Not when the
    two may not be compared today, or the search saw one side only, as long as it compares the present versions: it may
    stand on the other side's list, which the cross-match settles.
    """
    missing, found = current.get(candidate.missing_id), current.get(candidate.found_id)
    if candidate.state != PROPOSED or missing is None or found is None:
        return False
    if (candidate.missing_version, candidate.found_version) != (missing.version, found.version):
        return True
    return matched.complete and _allowed(matched.matrix, missing.partner_id, found.partner_id)


def _allowed(matrix: Matrix, first: int, second: int) -> bool:
    return max(first, second) < len(matrix) and bool(matrix[first, second])
