"""Candidates follow their records from one epoch into the next, and no pair is proposed in both.

A case is about two records, by partner and ref, and not about codes of them. When both stand active in a partition that
was opened later, in the same or a later version, their candidate moves there as it is: name, state, decisions, messages
and deadlines, and a rejection with what it was judged on. The next search in that partition brings its weight and
levels up to date. What cannot move yet stays where it is, even in a closed epoch, and moves when its records come.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from api.hub.storage.epochs import Twin, epochs_of, twins
from api.hub.storage.matched import (
    StoredCandidate,
    candidates_of,
    candidates_of_pairs,
    update_silently,
)
from api.hub.storage.matching import ACTIVE

Key = tuple[int, int]
"""Missing and found record of a pair."""


class Move(NamedTuple):
    """A candidate, and its missing and found record in the newer partition."""

    candidate_id: int
    partition_id: int
    missing_id: int
    found_id: int


def moves(conn: Connection, partition_id: int, record_ids: Sequence[int]) -> list[Move]:
    """Candidates of older epochs that can move to these records of an open partition, by candidate."""
    older = epochs_of(conn, partition_id).older
    former = sorted({twin.id for twin in twins(conn, record_ids, older)})
    found = candidates_of(conn, former, former) if former else {}
    if not found:
        return []
    here = _arrived(conn, found, partition_id)
    wanted: dict[Key, StoredCandidate] = {}
    for (missing, other), candidate in sorted(found.items(), key=lambda item: item[1].id):
        if missing in here and other in here:
            # Of a pair that two older epochs have, the later case goes on; there is none that the hub made itself.
            wanted[here[missing], here[other]] = candidate
    taken = candidates_of_pairs(conn, list(wanted))
    return sorted(
        Move(candidate.id, partition_id, *key) for key, candidate in wanted.items() if key not in taken
    )  # fmt: skip


def follow(conn: Connection, partition_id: int, record_ids: Sequence[int]) -> frozenset[int]:
    """Move the candidates of older epochs to these records, and give their numbers; a second time there are none.

    No partner is told: what partners know of a case has not changed.

    Args:
        conn: a write transaction that holds the counter of candidates.
        partition_id: where the records are.
        record_ids: records that are new there, or have changed.
    """
    found = moves(conn, partition_id, record_ids)
    update_silently(conn, [
        {"id": move.candidate_id, "partition_id": move.partition_id, "missing_id": move.missing_id,
         "found_id": move.found_id}
        for move in found
    ])  # fmt: skip
    return frozenset(move.candidate_id for move in found)


def settled_elsewhere(conn: Connection, partition_id: int, keys: Collection[Key]) -> set[Key]:
    """Those of a partition's pairs that must not be proposed in it.

    Pairs whose two records stand in one newer partition, where they are matched; and pairs that have a candidate in
    another one, which could not follow so far: it will when both records have come in the version that it compares.
    """
    epochs = epochs_of(conn, partition_id)
    if not epochs.others or not keys:
        return set()
    same: defaultdict[int, list[Twin]] = defaultdict(list)
    for twin in twins(conn, {number for key in keys for number in key}, epochs.others):
        same[twin.of].append(twin)
    elsewhere = {
        key: [(mine, other) for mine in same[key[0]] for other in same[key[1]]
              if mine.partition_id == other.partition_id]
        for key in keys if key[0] in same and key[1] in same
    }  # fmt: skip
    known = candidates_of_pairs(conn, sorted({_key(pair) for pairs in elsewhere.values() for pair in pairs}))
    return {
        key for key, pairs in elsewhere.items()
        if any(_key(pair) in known or _stand_in(pair, epochs.newer) for pair in pairs)
    }  # fmt: skip


def _arrived(conn: Connection, keys: Iterable[Key], partition_id: int) -> dict[int, int]:
    """By record of an older epoch the one of this partition, where it stands in the same version or a later one."""
    ends = {number for key in keys for number in key}
    return {
        twin.of: twin.id for twin in twins(conn, ends, [partition_id])
        if twin.state == ACTIVE and twin.version >= twin.of_version
    }  # fmt: skip


def _key(pair: tuple[Twin, Twin]) -> Key:
    return pair[0].id, pair[1].id


def _stand_in(pair: tuple[Twin, Twin], newer: Sequence[int]) -> bool:
    return pair[0].partition_id in newer and pair[0].state == pair[1].state == ACTIVE
