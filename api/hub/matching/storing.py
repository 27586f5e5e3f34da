"""Pairs that a search found, brought into the database together with the records' places in the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.matching.agreed import Matrix
from api.hub.matching.following import follow, settled_elsewhere
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
from api.wire.names import new_refs

Key = tuple[int, int]
_OF_PAIR = ("missing_id", "found_id", "weight", "probability", "verdict", "levels")


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
    """What is to be written, and the standings of the records of `added`."""

    added: list[FoundPair]
    changes: list[tuple[StoredCandidate, Change]]
    withdrawn: list[StoredCandidate]
    current: dict[int, Standing]


def store(conn: Connection, matched: Matched, now: datetime) -> Stored:
    """Store an outcome in this write transaction; doing it twice changes nothing the second time.

    Pairs count whose two records are active and have not changed since the index saw them. The searched records leave
    the queue unless they changed meanwhile; those of a complete search stay, for they may have been queued since it
    began, under an agreement that it did not know.

    Candidates of the searched records in older epochs move here first (see following).
    """
    # From here on no record and no candidate changes under our hands: every change takes a number first.
    hold(conn, RECORDS)
    hold(conn, CANDIDATES)
    followed = follow(conn, matched.partition_id, [*matched.missing, *matched.found])
    plan = _plan(conn, matched, followed, now)
    told = [each for each in plan.changes if each[1].told]
    add(conn, _shared(matched, now), _columns(plan), now)
    change_candidates(conn, _rewritten(told), now)
    update_silently(conn, _rewritten([each for each in plan.changes if not each[1].told]))
    change_candidates(conn, [_withdrawn(candidate, now) for candidate in plan.withdrawn], now)
    if not matched.complete:
        leave_queue(conn, [*matched.missing, *matched.found], matched.sequence)
    news = _news(conn, plan)
    _audit(conn, plan, now)
    return Stored(len(plan.added), len(told), len(plan.withdrawn), news)


def _plan(conn: Connection, matched: Matched, followed: frozenset[int], now: datetime) -> _Plan:
    wanted = {(pair.missing_id, pair.found_id): pair for pair in matched.pairs}
    existing = candidates_of(conn, matched.missing, matched.found)
    if matched.complete:
        existing |= candidates_of_pairs(conn, _unasked(matched, wanted))
    current = _current(conn, matched, [*existing, *wanted])
    live = {key: pair for key, pair in wanted.items() if key[0] in current and key[1] in current}
    new = {key: pair for key, pair in live.items() if key not in existing and pair.levels}
    elsewhere = settled_elsewhere(conn, matched.partition_id, new)
    added = [pair for key, pair in new.items() if key not in elsewhere]
    found = [
        (old, change_of(old, _row(live[key], current, matched, old), matched.how, now))
        for key, old in existing.items() if key in live
    ]  # fmt: skip
    changes = [(old, change) for old, change in found if change is not None]
    # Of those that came just now the search knew nothing: they may stand on the lists of the other side.
    come = frozenset() if matched.complete else followed
    withdrawn = [
        c for key, c in existing.items() if key not in live and c.id not in come and _falls(c, current, matched)
    ]  # fmt: skip
    return _Plan(added, sorted(changes, key=lambda pair: pair[0].id), sorted(withdrawn, key=lambda c: c.id), current)


def _unasked(matched: Matched, wanted: Mapping[Key, FoundPair]) -> list[Key]:
    """Pairs of which `candidates_of` the searched records tells nothing: in a full run none."""
    missing, found = set(matched.missing), set(matched.found)
    return sorted(key for key in wanted.keys() | matched.fallen if key[0] not in missing and key[1] not in found)


def _shared(matched: Matched, now: datetime) -> dict[str, Any]:
    """What all new candidates have."""
    how = as_proposed(matched.how, now)
    return {"partition_id": matched.partition_id, "model_id": matched.model_id, "revision": 1, **how}


def _columns(plan: _Plan) -> dict[str, list[Any]]:
    """What each new candidate has, by column."""
    missing = [plan.current[pair.missing_id] for pair in plan.added]
    found = [plan.current[pair.found_id] for pair in plan.added]
    own = {name: [getattr(pair, name) for pair in plan.added] for name in _OF_PAIR}
    return {
        **own, "name": new_refs(len(plan.added)),
        "reporter_id": [record.partner_id for record in missing],
        "custodian_id": [record.partner_id for record in found],
        "missing_version": [record.version for record in missing],
        "found_version": [record.version for record in found],
    }  # fmt: skip


def _rewritten(changes: Sequence[tuple[StoredCandidate, Change]]) -> list[dict[str, Any]]:
    """New values of the columns that at least one of the changes gives another value.

    A database brings the indexes of every column that is named up to date, and looks up what it refers to.
    """
    names = [
        name for name in StoredCandidate._fields
        if any(name in change.values and change.values[name] != getattr(old, name) for old, change in changes)
    ]  # fmt: skip
    return [{"id": old.id} | {name: change.values[name] for name in names} for old, change in changes]


def _withdrawn(candidate: StoredCandidate, now: datetime) -> dict[str, Any]:
    values = {"state": "withdrawn", "since": now, "due_at": None, "revision": candidate.revision + 1}
    return {**values, "id": candidate.id}


def _news(conn: Connection, plan: _Plan) -> frozenset[int]:
    """Partners to be told. A custodian whose found record an alarm holds back must not hear that there is something."""
    told = [old for old, change in plan.changes if change.told]
    at_custodian = {(pair.found_id, plan.current[pair.found_id].partner_id) for pair in plan.added}
    at_custodian |= {(old.found_id, old.custodian_id) for old in (*told, *plan.withdrawn)}
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


def _row(pair: FoundPair, current: Mapping[int, Standing], matched: Matched, old: StoredCandidate) -> dict[str, Any]:
    """What the search found of a candidate that stands; its records are those that it always had."""
    missing, found = current[pair.missing_id], current[pair.found_id]
    return {
        "reporter_id": missing.partner_id, "custodian_id": found.partner_id, "missing_version": missing.version,
        "found_version": found.version, "weight": pair.weight, "probability": pair.probability,
        "verdict": pair.verdict, "levels": pair.levels or old.levels, "model_id": matched.model_id,
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
