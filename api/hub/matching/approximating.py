"""Approximate search for online matching over a very large index, off unless an operator asks for it.

The nightly cross-match never uses it: whatever the online search passes over, the next night finds.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.matching.resident import ResidentIndex
from indexer.approximate import ApproximateSearch
from indexer.approximate_lists import USUAL, ListOptions, require_faiss
from indexer.approximate_recall import Recall, recall_of
from indexer.interface import NO_MINIMUM, Pairs, SearchFilter
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables
from matcher.views import Kind

GROWTH = 0.25
"""Share of the rows that may come after a build before the next one: they are searched exactly, one by one."""
SAMPLE = 200
"""Resident records of each kind that recall is measured with."""
WEIGHTS = (5.0, 10.0, 15.0, 20.0)
"""Bits from which on recall is told apart: records that weigh little are many, alike, and seldom anyone's child."""
SEED = 2611


@dataclass(frozen=True)
class ApproximatingOptions:
    """When an approximate index is used, and how it is made.

    from_rows  rows of the gallery from which on; fewer are searched exactly
    sample     records of each kind that recall is measured with
    lists      see ListOptions
    """

    from_rows: int
    sample: int = SAMPLE
    lists: ListOptions = USUAL


class Approximating(KernelSearch):
    """The online search of one resident index: `top_k_records` is approximate from when that was built and measured.

    Searches go on under `index.lock`, like those of `index.search`; `upkeep` builds, in a thread of its own. Every
    change of the gallery has to be told by `add` and `withdraw`, under the same lock.
    """

    def __init__(
        self, index: ResidentIndex, options: ApproximatingOptions, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Nothing is built yet.

        Raises:
            MissingExtraError: faiss is not installed.
        """
        require_faiss()
        super().__init__(index.gallery, index.search.threads)
        self._index, self._options, self._clock = index, options, clock
        self._current: ApproximateSearch | None = None
        self._next: ApproximateSearch | None = None
        self._tables: ScoringTables | None = None
        self._recall: dict[str, Recall] = {}
        self._build_seconds = 0.0

    def add(self, batch: EncodedBatch, numbers: npt.NDArray[np.int32], holder: int) -> None:
        """See Gallery.add: what the gallery was just given."""
        for search in self._following():
            search.add(batch, numbers, holder)

    def withdraw(self, numbers: npt.NDArray[np.int32]) -> None:
        """See Gallery.withdraw."""
        for search in self._following():
            search.withdraw(numbers)

    def top_k_records(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Pairs:
        """See Search.top_k_records: approximate once there is an index of that many rows."""
        self._tables = tables
        return (self._current or self._index.search).top_k_records(probes, tables, k, minimum, only)

    def upkeep(self) -> bool:
        """Build when it is due, else take withdrawn codes out of the lists; False: nothing more to do at once."""
        if self._due():
            self._build()
        elif self._current is not None:
            self._current.purge()
        return False

    def report(self) -> dict[str, Any] | None:
        """What the index in use was built of, and the recall that was measured with it; None while search is exact."""
        current = self._current
        if current is None:
            return None
        return {
            "built_rows": current.built_rows(), "rows_since": current.tail_rows(),
            "build_seconds": self._build_seconds, "recall": {kind: r.to_json() for kind, r in self._recall.items()},
        }  # fmt: skip

    def _due(self) -> bool:
        """Not before the first search: recall is measured with the model that is in use."""
        with self._index.lock:
            rows, current = len(self._index.gallery), self._current
            if self._tables is None or rows < self._options.from_rows:
                return False
            return current is None or current.tail_rows() > GROWTH * max(current.built_rows(), 1)

    def _build(self) -> None:
        """The index in use stays in use until the next one is ready."""
        index, tables = self._index, self._tables
        assert tables is not None
        built = ApproximateSearch(index.gallery, index.search, self._options.lists)
        with index.lock:
            self._next = built
        try:
            started = self._clock()
            built.build(index.lock)
            seconds = self._clock() - started
            recall = {kind.name.lower(): self._measured(built, kind, tables) for kind in Kind}
            with index.lock:
                self._current, self._recall, self._build_seconds = built, recall, seconds
        finally:
            with index.lock:
                self._next = None

    def _measured(self, built: ApproximateSearch, kind: Kind, tables: ScoringTables) -> Recall:
        probes = built.sample(kind, self._options.sample, np.random.default_rng(SEED))
        return recall_of(
            built, self._index.search, probes, tables, bits=WEIGHTS, guard=self._index.lock, clock=self._clock
        )

    def _following(self) -> list[ApproximateSearch]:
        return [search for search in (self._current, self._next) if search is not None]
