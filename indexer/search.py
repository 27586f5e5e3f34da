"""Exact search over a gallery with the compiled kernel, on all cores."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from indexer.both_ways import NEVER, Block, Finder, pairs_found, pairs_of_groups, run_top_k, with_floors
from indexer.drivers import TILE_PROBES, Best, above_block, empty_best, merge_best
from indexer.interface import NO_MINIMUM, Hits, Pairs, SearchFilter
from indexer.job import Job
from indexer.kernel import Int64, Probes, new_scratch
from indexer.pairs import one_per_record
from indexer.parts import AnyGallery, record_at
from indexer.workers import Workers
from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables

T = TypeVar("T")
Progress = Callable[[int], None]
_FIRST_CAPACITY = 4096
_SPANS_A_THREAD = 4
"""Spans of tiles for each thread, so that a thread that lost its core for a while leaves work to the others."""
_LEAST_TILES = 64
"""Fewer tiles in a span cost less than handing them to another thread."""


class _PartJob(NamedTuple):
    """The search of one part of the gallery, and its first row."""

    first: int
    job: Job


class _Span(NamedTuple):
    """Some tiles of one part, int64 (t,)."""

    first: int
    job: Job
    tiles: Int64


class KernelSearch:
    """Search by numba kernel; threads share nothing but read-only arrays.

    threads   worker threads, all cores by default
    progress  called with the number of probe rows just done, from worker threads
    """

    def __init__(self, gallery: AnyGallery, threads: int | None = None, progress: Progress | None = None) -> None:
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
        best = self._best(self._jobs(probes, tables, only), k, minimum)
        probe, place = np.nonzero(np.arange(k) < best.filled[:, None])
        weight = best.weight[probe, place].astype(np.int32)
        return Hits(probe.astype(np.int64), best.record[probe, place], best.row[probe, place], weight)

    def top_k_records(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Pairs:
        """See Search.top_k_records: rows that differ in the child's name only are searched together."""
        jobs = self._jobs(probes, tables, only, grouped=True)
        return self._record_pairs(jobs[0].job.probes, probes, self._best(jobs, k, minimum), k)

    def both_ways(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, floors: npt.NDArray[np.int32],
        minimum: int = NO_MINIMUM, only: SearchFilter = SearchFilter(),
    ) -> tuple[Pairs, Pairs]:
        """What top_k_records gives, and in the same sweep every pair that the gallery's records look for.

        floors  int32 (numbers,), by record number: a pair of at least this weight, and of at least `minimum`, is in
                the second result; both_ways.NEVER for records that look for nothing, `minimum` beyond the end

        The second result's ranks count all pairs of a probe record, from 1.
        """
        jobs = self._jobs(probes, tables, only, grouped=True)
        for _, job in jobs:
            job.rows = with_floors(job.rows, job.gallery.tiles, floors, minimum, job.tables.scale)
        finders, laid = {job: Finder() for _, job in jobs}, jobs[0].job.probes

        def run(job: Job, tiles: Int64, first: int, last: int, floor: Int64, best: Best) -> None:
            finders[job].run(job, tiles, first, last, floor, best)

        best = self._best(jobs, max(k, 1), minimum if k > 0 else NEVER, run)
        found = [finders[job].found(first) for first, job in jobs]
        group, row, weight = (np.concatenate([part[i] for part in found]) for i in range(3))
        second = pairs_found(laid, probes, self.gallery, group, row, weight)
        return self._record_pairs(laid, probes, best, max(k, 0)), second

    def _record_pairs(self, laid: Probes, probes: EncodedBatch, best: Best, k: int) -> Pairs:
        group, place = np.nonzero(np.arange(best.weight.shape[1]) < best.filled[:, None])
        return pairs_of_groups(
            laid, probes, self.gallery, group, best.record[group, place], best.row[group, place],
            best.weight[group, place], k,
        )  # fmt: skip

    def close(self) -> None:
        """End the worker threads; the next search would start new ones. Needed by nobody: garbage ends them too."""
        self._workers.close()

    def _best(self, jobs: list[_PartJob], k: int, minimum: int, block: Block = run_top_k) -> Best:
        """The k best records of each group of probe rows; parts and threads share the floors."""
        groups = len(jobs[0].job.probes.first)
        if k <= 0:
            return empty_best(groups, 0)
        spans = self._spans_of_tiles(jobs, groups)
        floor = np.full(groups, max(minimum, NO_MINIMUM), dtype=np.int64)
        best = [empty_best(groups, k) for _ in spans]

        def run(first: int, last: int, span: int) -> None:
            block(spans[span].job, spans[span].tiles, first, last, floor, best[span])

        self._each_block(groups, len(spans), run)
        for one, span in zip(best, spans, strict=True):
            one.row[:] += span.first
        for other in best[1:]:
            merge_best(best[0], other)
        return best[0]

    def above(
        self, probes: EncodedBatch, tables: ScoringTables, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Hits:
        """See Search.above."""
        minimum = max(minimum, NO_MINIMUM)
        spans = self._spans_of_tiles(self._jobs(probes, tables, only), len(probes))
        floor = np.full(len(probes), minimum, dtype=np.int64)

        def run(first: int, last: int, span: int) -> tuple[Int64, ...]:
            base, job, tiles = spans[span]
            capacity = _FIRST_CAPACITY
            while True:
                out = tuple(np.empty(capacity, dtype=np.int64) for _ in range(3))
                where = (job.rows, tiles, job.probes, first, last, job.tables, floor, job.allowed)
                found = above_block(*where, new_scratch(), *out)
                if found <= capacity:
                    return out[0][:found], out[1][:found] + base, out[2][:found]
                capacity = found

        blocks = self._each_block(len(probes), len(spans), run)
        probe, row, weight = (np.concatenate([np.empty(0, np.int64), *(b[i] for b in blocks)]) for i in range(3))
        return one_per_record(probe, record_at(self.gallery, row), row, weight)

    def _jobs(
        self, probes: EncodedBatch, tables: ScoringTables, only: SearchFilter, grouped: bool = False
    ) -> list[_PartJob]:
        """The search of each part of the gallery that has tiles for it; of one part at least."""
        jobs = [_PartJob(first, Job(part, probes, tables, only, grouped)) for first, part in self.gallery.parts]
        return [each for each in jobs if len(each.job.tiles)] or jobs[:1]

    def _spans_of_tiles(self, jobs: list[_PartJob], groups: int) -> list[_Span]:
        """All tiles in as many spans as keep all threads busy: one a part when there are blocks of probes enough."""
        blocks, total = -(-groups // TILE_PROBES), sum(len(each.job.tiles) for each in jobs)
        wanted = 1 if self.threads == 1 or not blocks else -(-self.threads * _SPANS_A_THREAD // blocks)
        size = max(-(-total // wanted), _LEAST_TILES)
        return [
            _Span(first, job, tiles) for first, job in jobs
            for tiles in np.array_split(job.tiles, max(round(len(job.tiles) / size), 1))
        ]  # fmt: skip

    def _each_block(self, n: int, spans: int, run: Callable[[int, int, int], T]) -> list[T]:
        """Run every block of n probes over every span of tiles, in that order."""

        def step(first: int, last: int, span: int) -> T:
            result = run(first, last, span)
            if self.progress is not None and span == spans - 1:
                self.progress(last - first)
            return result

        blocks = [(first, last, span) for first, last in _spans(n, TILE_PROBES) for span in range(spans)]
        return self._workers.run([partial(step, *block) for block in blocks])


def _spans(n: int, size: int) -> Iterator[tuple[int, int]]:
    for first in range(0, n, size):
        yield first, min(first + size, n)
