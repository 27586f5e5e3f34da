"""Posters: which records the hub can tell by its open attributes, their holder and the day they came, codes aside.

Every missing child has a public poster with its sex, age and the day it went missing. A poster and a record may belong
together when the hub shows of the record what the poster would make it show, and it came at most the longest lag after
the event. Certain is a pair that stands in every complete assignment of posters to records: the others can be shuffled
among themselves. So the pairs are the nodes of a graph with an edge where one's record goes with another's poster, and
a pair is certain when it is a strongly connected component by itself (Dulmage and Mendelsohn 1958).
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.attacks.arrivals import USUAL, Arrivals, Arrived, Numbers, arrived
from benchmarks.attacks.finding import Finding
from encoder.record import RawRecord
from matcher.profile import EncodingProfile

ATTACK = "join with public posters"


def posters(
    records: Sequence[RawRecord], profile: EncodingProfile, rng: np.random.Generator,
    arrivals: Arrivals = USUAL, patterns: Numbers | None = None,
) -> list[Finding]:
    """Join the missing reports of one epoch with the posters of the same children, all of which the attacker has.

    Args:
        records: the reports of the epoch.
        profile: by whose grain open attributes are shown.
        rng: draws the days.
        arrivals: how reports come in.
        patterns: int64 (n,), presence bits of each record (`Target.pattern`), which a poster may give away too; None
            takes them for unknown to the attacker.

    Returns:
        Number and share of the pairs that are known for certain, and share of those with one other to mistake them for.

    Raises:
        ValueError: there are no reports.
    """
    if not records:
        raise ValueError("An epoch without reports has no shares; give at least one.")
    came = arrived(records, profile, arrivals, rng)
    seen = came.seen if patterns is None else np.column_stack([came.seen, patterns])
    classes = np.unique(seen, axis=0, return_inverse=True)[1].reshape(-1)
    sizes = mistakable(classes, came, arrivals)
    given = _given(arrivals, patterns is not None)
    count = len(records)
    return [
        Finding(ATTACK, given, count, "known for certain, pairs", float((sizes == 1).sum()), 0.0),
        Finding(ATTACK, given, count, "known for certain", float((sizes == 1).mean()), 1 / count),
        Finding(ATTACK, given, count, "known but for one other", float((sizes <= 2).mean()), 2 / count),
    ]  # fmt: skip


def mistakable(classes: Numbers, came: Arrived, arrivals: Arrivals) -> Numbers:
    """How many pairs can be shuffled with each pair, itself included, int64 (n,).

    classes  int64 (n,), records of two classes look different to the hub
    """
    rows, columns = [], []
    longest = arrivals.longest_lag + arrivals.every - 1
    for members in _groups(classes):
        waited = came.arrival[members][:, None] - came.event[members]
        record, poster = np.nonzero((waited >= 0) & (waited <= longest))
        rows.append(members[record])
        columns.append(members[poster])
    places = (np.concatenate(rows), np.concatenate(columns))
    graph = coo_array((np.ones(len(places[0]), np.int8), places), shape=(len(classes),) * 2).tocsr()
    labels = connected_components(graph, directed=True, connection="strong")[1]
    return np.asarray(np.bincount(labels)[labels], dtype=np.int64)


def _groups(classes: Numbers) -> list[Numbers]:
    order = np.argsort(classes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(classes[order])) + 1)


def _given(arrivals: Arrivals, presence: bool) -> str:
    uploads = "at once" if arrivals.every == 1 else f"every {arrivals.every} days"
    beside = ", presence bits" if presence else ""
    return f"{arrivals.days} days, a gateway a {arrivals.holders}, sent {uploads}{beside}"
