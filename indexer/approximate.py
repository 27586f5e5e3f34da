"""Search that looks at a small part of a large gallery: lists over single views propose records, tables weigh them.

What it gives has the weights and the order that exact search gives; some records may be lacking (see
indexer.approximate_recall for how many). Rows come from a copy made by `build`: whoever changes the gallery tells it
with `add` and `withdraw`, and what came since is searched exactly. A filter excludes exactly
what it excludes there.
"""

import os
import threading
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import numpy.typing as npt

from indexer.approximate_lists import USUAL, ListOptions, require_faiss
from indexer.approximate_side import Side
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Hits, Pairs, Search, SearchFilter
from indexer.pairs import record_pairs
from indexer.parts import AnyGallery
from indexer.record_weights import probe_records, weigh_records
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables
from matcher.views import Kind

LEAST_SHARE = 1 / 8
"""Probes that may see a smaller share of all records are searched exactly: the nearest codes are others' mostly."""

_NO_ROWS = np.zeros(0, dtype=np.intp)


class ApproximateSearch:
    """A Search over a gallery of which `exact` is the exact search; until it is built it is just as exact.

    The gallery must not change during a search; everything else may be called from any thread.

    weighed  pairs of records that the last search weighed by its lists
    """

    def __init__(self, gallery: AnyGallery, exact: Search, options: ListOptions = USUAL) -> None:
        """Nothing is built yet.

        Raises:
            MissingExtraError: faiss is not installed.
        """
        require_faiss()
        self.gallery, self.exact, self._options = gallery, exact, options
        self._tail = Gallery(gallery.profile)
        self._tail_search = KernelSearch(self._tail, threads=1)
        self._sides: dict[Kind, Side] = {}
        self._noted: list[npt.NDArray[np.int32]] = []
        self._lock = threading.RLock()
        self._process = os.getpid()
        self.weighed = 0

    def build(self, guard: AbstractContextManager[object] | None = None) -> None:
        """Copy all rows and make the lists, once. Changes made meanwhile have to be told from before it begins.

        Args:
            guard: holds the gallery still while it is entered; it is, again and again, for some milliseconds.
        """
        guard = nullcontext() if guard is None else guard
        sides = {kind: Side.build(self.gallery, kind, guard, self._options) for kind in Kind}
        with self._lock:
            for numbers in self._noted:
                for side in sides.values():
                    side.drop(numbers)
            self._noted.clear()
            self._sides = sides

    @property
    def built(self) -> bool:
        """Whether searches use the lists."""
        return bool(self._sides)

    def built_rows(self) -> int:
        """Rows that the lists were made of."""
        return sum(len(side.indexed.row) for side in self._sides.values())

    def tail_rows(self) -> int:
        """Rows that came since, and are searched exactly."""
        return len(self._tail)

    def add(self, batch: EncodedBatch, numbers: npt.NDArray[np.int32], holder: int = 0) -> None:
        """Records were added to the gallery, or replaced; arguments as those of Gallery.add."""
        with self._lock:
            self._note(numbers)
            self._tail.add(batch, numbers, holder)

    def withdraw(self, numbers: npt.NDArray[np.int32]) -> None:
        """Records, int32 (n,), were withdrawn from the gallery: their codes leave this index too."""
        with self._lock:
            self._note(numbers)
            self._tail.withdraw(numbers)

    def purge(self) -> None:
        """Take withdrawn and replaced records out of the lists as well; looks at all of them, so now and then only."""
        for side in self._sides.values():
            with self._lock:
                side.purge()

    def sample(self, kind: Kind, records: int, rng: np.random.Generator) -> EncodedBatch:
        """So many resident records of a kind as probes, or all that there are; nothing before it is built."""
        with self._lock:
            return self._sides[kind].sample(self.gallery, kind, records, rng)

    def top_k(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Hits:
        """See Search.top_k: exact."""
        return self.exact.top_k(probes, tables, k, minimum, only)

    def above(
        self, probes: EncodedBatch, tables: ScoringTables, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Hits:
        """See Search.above: exact."""
        return self.exact.above(probes, tables, minimum, only)

    def top_k_records(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Pairs:
        """See Search.top_k_records: the best of the records that were proposed, and of those that came since."""
        with self._lock:
            side = self._sides.get(only.kind_for(probes))
            # A fork copies faiss without its threads: it would wait for them for ever.
            if side is None or self._process != os.getpid() or side.share(only.allowed()) < LEAST_SHARE:
                return self.exact.top_k_records(probes, tables, k, minimum, only)
            # Of no probes at all: raises what a search of these would.
            self.exact.top_k_records(probes.take(_NO_ROWS), tables, k, minimum, only)
            asked, (records, _) = max(k, 0), probe_records(probes)
            listed, self.weighed = side.best(self.gallery, probes, tables, asked, minimum, only)
            new = self._tail_search.top_k_records(probes, tables, asked, minimum, only)
            place = np.searchsorted(records, new.probe)
            fresh = weigh_records(self.gallery, probes, tables, place, new.record)
            return record_pairs(_both(listed, fresh), probes, asked)

    def _note(self, numbers: npt.NDArray[np.int32]) -> None:
        if not self._sides:
            self._noted.append(numbers.copy())
        for side in self._sides.values():
            side.drop(numbers)


def _both(a: Hits, b: Hits) -> Hits:
    return Hits(
        np.concatenate([a.probe, b.probe]), np.concatenate([a.record, b.record]), np.concatenate([a.row, b.row]),
        np.concatenate([a.weight, b.weight]),
    )  # fmt: skip
