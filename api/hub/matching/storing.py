"""Pairs that a search found, brought into the database together with the records' places in the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.matching.agreed import Matrix
from api.hub.matching.match import FoundPair
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.matched import (
    PROPOSED,
    WITHDRAWN,
    StoredCandidate,
    add_candidates,
    candidates_of,
    change_candidates,
    custodians,
    update_silently,
)
from api.hub.storage.matching import ACTIVE, Standing, leave_queue, standings
from api.wire.names import new_ref

Key = tuple[int, int]
# What a partner is told of, or has judged by: when one of these changes, the candidate takes a new number.
_TELLING = ("missing_version", "found_version", "verdict", "levels", "state")
_SAME_PROBABILITY = 1e-9


@dataclass(frozen=True)
class Matched:
    """The outcome of one search, to be stored.

    sequence   the index held the changes up to this one
    missing    numbers of the missing records that were searched for, `found` those of the found records
    pairs      all their candidates, each pair once
    matrix     the agreements that were searched under
    complete   whether `pairs` are all pairs that stand on either side; a proposed candidate that is not among them is
               then withdrawn even when neither record has changed
    """

    partition_id: int
    model_id: int
    sequence: int
    missing: Sequence[int]
    found: Sequence[int]
    pairs: Sequence[FoundPair]
    matrix: Matrix
    complete: bool = False


@dataclass(frozen=True)
class Stored:
    """What storing changed: candidates added, changed and withdrawn, and the custodians who have news."""

    added: int
    changed: int
    withdrawn: int
    custodians: frozenset[int]


def store(conn: Connection, matched: Matched, now: datetime) -> Stored:
    """Store an outcome in this write transaction; doing it twice changes nothing the second time.

    Pairs count whose two records are active and have not changed since the index saw them. The searched records leave
    the queue unless they changed meanwhile; those of a complete search stay, for they may have been queued since it
    began, under an agreement that it did not know.
    """
    # From here on no record changes under our hands: every change takes a number first.
    hold(conn, RECORDS)
    existing = candidates_of(conn, matched.missing, matched.found)
    wanted = {(pair.missing_id, pair.found_id): pair for pair in matched.pairs}
    current = _current(conn, matched, [*existing, *wanted])
    rows = {
        key: _row(pair, current[key[0]], current[key[1]], matched) for key, pair in wanted.items()
        if key[0] in current and key[1] in current
    }  # fmt: skip
    added = [{**row, "name": new_ref()} for key, row in rows.items() if key not in existing]
    told, silent = _changes(rows, existing)
    withdrawn = [c for key, c in existing.items() if key not in rows and _falls(c, current, matched)]
    add_candidates(conn, added, now)
    change_candidates(conn, told, now)
    update_silently(conn, silent)
    change_candidates(conn, [{"id": c.id, "state": WITHDRAWN} for c in withdrawn], now)
    if not matched.complete:
        leave_queue(conn, [*matched.missing, *matched.found], matched.sequence)
    news = {row["found_id"] for row in (*added, *told)} | {c.found_id for c in withdrawn}
    return Stored(len(added), len(told), len(withdrawn), frozenset(custodians(conn, sorted(news))))


def _current(conn: Connection, matched: Matched, keys: Iterable[Key]) -> dict[int, Standing]:
    """Records that are active and as the index saw them."""
    ids = sorted({number for key in keys for number in key} | {*matched.missing, *matched.found})
    return {
        number: standing for number, standing in standings(conn, ids).items()
        if standing.state == ACTIVE and standing.sequence <= matched.sequence
    }  # fmt: skip


def _row(pair: FoundPair, missing: Standing, found: Standing, matched: Matched) -> dict[str, Any]:
    return {
        "partition_id": matched.partition_id, "missing_id": pair.missing_id, "found_id": pair.found_id,
        "missing_version": missing.version, "found_version": found.version, "weight": pair.weight,
        "probability": pair.probability, "verdict": pair.verdict, "levels": pair.levels, "model_id": matched.model_id,
    }  # fmt: skip


def _changes(
    rows: Mapping[Key, dict[str, Any]], existing: Mapping[Key, StoredCandidate]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Updates of candidates that stand already: those to tell of, and those of weight and probability alone."""
    told, silent = [], []
    for key in rows.keys() & existing.keys():
        old, new = existing[key], {**rows[key], "state": PROPOSED, "id": existing[key].id}
        if any(getattr(old, name) != new[name] for name in _TELLING):
            told.append(new)
        elif (old.weight, old.model_id) != (new["weight"], new["model_id"]) or (
            abs(old.probability - new["probability"]) > _SAME_PROBABILITY
        ):
            silent.append(new)
    return sorted(told, key=_by_id), sorted(silent, key=_by_id)


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


def _by_id(row: dict[str, Any]) -> int:
    return int(row["id"])
