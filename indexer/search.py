"""Exact search over a gallery with the compiled kernel, on all cores."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from indexer.drivers import TILE_PROBES, Best, above_block, merge_best, top_k_block
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Hits, Pairs, SearchFilter
from indexer.job import Job
from indexer.kernel import Scratch
from indexer.pairs import nearest_rows, one_per_record, record_pairs
from indexer.vectors import TILE, VECTORS
from indexer.workers import Workers
from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables

T = TypeVar("T")
Progress = Callable[[int], None]
_FIRST_CAPACITY = 4096
_PARTS_A_THREAD = 4
"""Parts of the tiles for each thread, so that a thread that lost its core for a while leaves work to the others."""
_LEAST_TILES = 64
"""Fewer tiles in a part cost less than handing them to another thread."""


class KernelSearch:
    """Search by numba kernel; threads share nothing but read-only arrays.

    threads   worker threads, all cores by default
    progress  called with the number of probe rows just done, from worker threads
    """

    def __init__(self, gallery: Gallery, threads: int | None = None, progress: Progress | None = None) -> None:
        """Search this gallery; rows added later are seen by the next call."""
        self.gallery = gallery
        self.threads = threads or os.cpu_count() or 1
        self.progress = progress
        self._workers = Workers(self.threads)

    def top_k(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Hits:
        """See Search.top_k."""
        best = self._best(Job(self.gallery, probes, tables, only), k, minimum)
        probe, place = np.nonzero(np.arange(k) < best.filled[:, None])
        weight = best.weight[probe, place].astype(np.int32)
        return Hits(probe.astype(np.int64), best.record[probe, place], best.row[probe, place], weight)

    def top_k_records(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Pairs:
        """See Search.top_k_records: rows that differ in the child's name only are searched together."""
        job = Job(self.gallery, probes, tables, only, grouped=True)
        best = self._best(job, k, minimum)
        group, place = np.nonzero(np.arange(k) < best.filled[:, None])
        first, copies = job.probes.first[group], job.probes.copies[group]
        row = best.row[group, place]
        probe_row = nearest_rows(probes, first, copies, self.gallery, row)
        hits = Hits(probe_row, best.record[group, place], row, best.weight[group, place].astype(np.int32))
        return record_pairs(hits, probes, k)

    def close(self) -> None:
        """End the worker threads; the next search would start new ones. Needed by nobody: garbage ends them too."""
        self._workers.close()

    def _best(self, job: Job, k: int, minimum: int) -> Best:
        """The k best records of each group of probe rows."""
        groups = len(job.probes.first)
        if k <= 0:
            return _empty_best(groups, 0)
        parts = self._tile_parts(job, groups)
        floor = np.full(groups, max(minimum, NO_MINIMUM), dtype=np.int64)
        best = [_empty_best(groups, k) for _ in parts]

        def run(first: int, last: int, part: int) -> None:
            where = (job.rows, parts[part], job.probes, first, last, job.tables, floor, job.allowed)
            top_k_block(*where, _scratch(job.rows.masks.shape[1]), best[part])

        self._each_block(groups, len(parts), run)
        for other in best[1:]:
            merge_best(best[0], other)
        return best[0]

    def above(
        self, probes: EncodedBatch, tables: ScoringTables, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Hits:
        """See Search.above."""
        minimum = max(minimum, NO_MINIMUM)
        job = Job(self.gallery, probes, tables, only)
        parts = self._tile_parts(job, len(probes))

        def run(first: int, last: int, part: int) -> tuple[npt.NDArray[np.int64], ...]:
            capacity = _FIRST_CAPACITY
            while True:
                out = tuple(np.empty(capacity, dtype=np.int64) for _ in range(3))
                where = (job.rows, parts[part], job.probes, first, last, job.tables, minimum, job.allowed)
                found = above_block(*where, _scratch(len(tables.views)), *out)
                if found <= capacity:
                    return tuple(a[:found] for a in out)
                capacity = found

        blocks = self._each_block(len(probes), len(parts), run)
        probe, row, weight = (np.concatenate([np.empty(0, np.int64), *(b[i] for b in blocks)]) for i in range(3))
        return one_per_record(probe, self.gallery.record.reshape(-1)[row], row, weight)

    def _tile_parts(self, job: Job, groups: int) -> list[npt.NDArray[np.int64]]:
        """The job's tiles in as many parts as keep all threads busy: one when there are blocks of probes enough."""
        blocks = -(-groups // TILE_PROBES)
        most = max(len(job.tiles) // _LEAST_TILES, 1)
        wanted = 1 if self.threads == 1 or not blocks else -(-self.threads * _PARTS_A_THREAD // blocks)
        return np.array_split(job.tiles, max(min(wanted, most), 1))

    def _each_block(self, n: int, parts: int, run: Callable[[int, int, int], T]) -> list[T]:
        """Run every block of n probes over every part of the tiles, in that order."""

        def step(first: int, last: int, part: int) -> T:
            result = run(first, last, part)
            if self.progress is not None and part == parts - 1:
                self.progress(last - first)
            return result

        blocks = [(first, last, part) for first, last in _spans(n, TILE_PROBES) for part in range(parts)]
        return self._workers.run([partial(step, *block) for block in blocks])


def _empty_best(n: int, k: int) -> Best:
    return Best(
        np.zeros((n, k), dtype=np.int64), np.zeros((n, k), dtype=np.int32),
        np.zeros((n, k), dtype=np.int64), np.zeros(n, dtype=np.int64),
    )


def _scratch(views: int) -> Scratch:
    return Scratch(
        np.empty(TILE, dtype=np.int16), np.empty((views, TILE), dtype=np.uint16), np.empty(VECTORS, dtype=np.uint32),
        np.empty(TILE, dtype=np.int64), np.empty(TILE, dtype=np.int64),
    )


def _spans(n: int, size: int) -> Iterator[tuple[int, int]]:
    for first in range(0, n, size):
        yield first, min(first + size, n)
