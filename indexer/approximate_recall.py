"""How much of what exact search gives an approximate search gives too, on a sample of probes."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.approximate import ApproximateSearch
from indexer.interface import NO_MINIMUM, Pairs, Search, SearchFilter
from matcher.batch import EncodedBatch
from matcher.tables import UNITS_PER_BIT, ScoringTables

TOPS = (1, 10, 20)
_Entries = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.bool_]]
_AT_ONCE = 16
"""Probes that are searched while the gallery stands still."""


@dataclass(frozen=True)
class Recall:
    """Shares of the exact lists that were found; None where the exact lists have nothing of the sort.

    probes               probe records of the sample
    at                   recall of the exact best 1, 10 and 20 records, by that number
    above                recall of the records on the exact lists that weigh at least so many bits, by that number
    weighed              share of the gallery's records that were weighed for a probe
    approximate_seconds  for all probes, by the clock
    exact_seconds        the same
    built_rows           rows that the lists were made of
    """

    probes: int
    at: dict[str, float | None]
    above: dict[str, float | None]
    weighed: float
    approximate_seconds: float
    exact_seconds: float
    built_rows: int

    def to_json(self) -> dict[str, Any]:
        """Counts, shares and seconds: nothing of any record."""
        return asdict(self)


def recall_of(
    approximate: ApproximateSearch, exact: Search, probes: EncodedBatch, tables: ScoringTables, *,
    k: int = TOPS[-1], bits: Sequence[float] = (), minimum: int = NO_MINIMUM, only: SearchFilter = SearchFilter(),
    guard: AbstractContextManager[object] | None = None, clock: Callable[[], float] = time.perf_counter,
) -> Recall:
    """Search the same probes both ways; the other arguments are those of Search.top_k_records.

    bits   weights for `above`: shares of what the exact lists of k hold from that weight on
    guard  holds the gallery still while it is entered; it is once for some probes at a time
    clock  seconds that only grow
    """
    guard = nullcontext() if guard is None else guard
    near_seconds, exact_seconds, weighed = 0.0, 0.0, 0
    parts: list[_Entries] = []
    for first in range(0, len(probes.refs), _AT_ONCE):
        some = probes.take(np.flatnonzero((probes.record >= first) & (probes.record < first + _AT_ONCE)))
        with guard:
            started = clock()
            near = approximate.top_k_records(some, tables, k, minimum, only)
            between, weighed = clock(), weighed + approximate.weighed
            right = exact.top_k_records(some, tables, k, minimum, only)
            near_seconds, exact_seconds = near_seconds + between - started, exact_seconds + clock() - between
        parts.append(_compared(near, right))
    pairs = len(probes.refs) * approximate.gallery.record_count(only.kind_for(probes))
    rank, weight, found = (np.concatenate([np.zeros(0), *(part[i] for part in parts)]) for i in range(3))
    return Recall(
        len(probes.refs), {str(top): _share(found[rank <= top]) for top in TOPS if top <= k},
        {f"{each:g}": _share(found[weight >= each * UNITS_PER_BIT]) for each in bits},
        weighed / max(pairs, 1), near_seconds, exact_seconds, approximate.built_rows(),
    )  # fmt: skip


def _compared(near: Pairs, right: Pairs) -> _Entries:
    """Rank and weight of each exact entry, and whether it was found."""
    found = set(zip(near.probe.tolist(), near.record.tolist(), strict=True))
    pairs = zip(right.probe.tolist(), right.record.tolist(), strict=True)
    return right.rank, right.weight, np.array([pair in found for pair in pairs], dtype=np.bool_)


def _share(found: npt.NDArray[Any]) -> float | None:
    return float(found.mean()) if len(found) else None
