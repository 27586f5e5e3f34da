"""Exact search over a gallery with the compiled kernel, on all cores."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from indexer.bounds import plan
from indexer.drivers import TILE_PROBES, Best, above_block, top_k_block
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Hits, SearchFilter
from indexer.kernel import Probes, Rows, Scratch, Tables
from indexer.vectors import CHUNKS_PER_WORD, TILE, VECTORS
from matcher.batch import EncodedBatch
from matcher.comparison import BIRTH_GAP_LIMITS, LAG_LIMITS
from matcher.errors import KeyMismatchError, ProfileMismatchError
from matcher.tables import ScoringTables
from matcher.views import Kind

T = TypeVar("T")
Progress = Callable[[int], None]
_FIRST_CAPACITY = 4096


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

    def top_k(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Hits:
        """See Search.top_k."""
        minimum = max(minimum, NO_MINIMUM)
        job = _Job(self.gallery, probes, tables, only)
        best = _empty_best(len(probes), k)

        def run(first: int, last: int) -> None:
            where = (job.rows, job.tiles, job.probes, first, last, job.tables, minimum, job.allowed)
            top_k_block(*where, _scratch(len(tables.views)), best)

        if k > 0:
            self._each_block(len(probes), run)
        probe, place = np.nonzero(np.arange(k) < best.filled[:, None])
        weight = best.weight[probe, place].astype(np.int32)
        return Hits(probe.astype(np.int64), best.record[probe, place], best.row[probe, place], weight)

    def above(
        self, probes: EncodedBatch, tables: ScoringTables, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Hits:
        """See Search.above."""
        minimum = max(minimum, NO_MINIMUM)
        job = _Job(self.gallery, probes, tables, only)

        def run(first: int, last: int) -> tuple[npt.NDArray[np.int64], ...]:
            capacity = _FIRST_CAPACITY
            while True:
                out = tuple(np.empty(capacity, dtype=np.int64) for _ in range(3))
                where = (job.rows, job.tiles, job.probes, first, last, job.tables, minimum, job.allowed)
                found = above_block(*where, _scratch(len(tables.views)), *out)
                if found <= capacity:
                    return tuple(a[:found] for a in out)
                capacity = found

        parts = list(self._each_block(len(probes), run))
        probe, row, weight = (np.concatenate([np.empty(0, np.int64), *(p[i] for p in parts)]) for i in range(3))
        return one_per_record(probe, self.gallery.record.reshape(-1)[row], row, weight)

    def _each_block(self, n: int, run: Callable[[int, int], T]) -> list[T]:
        def step(span: tuple[int, int]) -> T:
            result = run(*span)
            if self.progress is not None:
                self.progress(span[1] - span[0])
            return result

        with ThreadPoolExecutor(self.threads) as pool:
            futures = [pool.submit(step, span) for span in _spans(n, TILE_PROBES)]
            try:
                return [f.result() for f in futures]
            except BaseException:
                # Ctrl-C: what has not begun must not run on behind the user's back.
                pool.shutdown(wait=False, cancel_futures=True)
                raise


class _Job:
    """One search, laid out for the kernel."""

    def __init__(self, gallery: Gallery, probes: EncodedBatch, tables: ScoringTables, only: SearchFilter) -> None:
        _check(gallery, probes, tables)
        kind, size = only.kind_for(probes), gallery.tiles
        self.rows = Rows(
            gallery.codes, gallery.masks, gallery.birth, gallery.event, gallery.holder, gallery.record, gallery.sex,
            gallery.presence, gallery.sexes, gallery.any_presence, gallery.events,
        )
        self.tiles = np.flatnonzero(gallery.kind[:size] == kind).astype(np.int64)
        codes = np.ascontiguousarray(probes.codes, dtype="<u8").view("<u2")
        self.probes = Probes(codes, probes.presence, probes.sex, probes.birth, probes.event)
        self.tables = kernel_tables(tables, probes.kind, kind)
        self.allowed = only.allowed()


@lru_cache(maxsize=16)
def kernel_tables(tables: ScoringTables, probe: Kind, gallery: Kind) -> Tables:
    """Tables and plan in the kernel's layout, for probes of one kind against rows of another."""
    lengths = [len(t) for t in tables.views]
    walk = plan(tables)
    direction = 0 if probe is gallery else (1 if probe is Kind.MISSING else -1)
    return Tables(
        weights=np.concatenate(tables.views),
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
        offsets=np.array(tables.profile.offsets, dtype=np.int64) * CHUNKS_PER_WORD,
        birth=tables.birth,
        birth_position=tables.birth_position,
        gap_limits=np.array(BIRTH_GAP_LIMITS, dtype=np.int64),
        sex=np.ascontiguousarray(tables.sex.T if direction < 0 else tables.sex),
        lag=tables.lag,
        lag_limits=np.array(LAG_LIMITS, dtype=np.int64),
        tolerance=tables.tolerance,
        direction=direction,
        scale=walk.scale,
        order=walk.order,
        lines=walk.lines,
        highest=walk.highest,
        birth_lines=walk.birth,
    )


def one_per_record(
    probe: npt.NDArray[np.int64], record: npt.NDArray[np.int32], row: npt.NDArray[np.int64],
    weight: npt.NDArray[np.int64],
) -> Hits:
    """Hits in their fixed order, keeping the best row of each probe and record; arrays (c,)."""
    order = np.lexsort((row, record, -weight, probe))
    probe, record, row, weight = probe[order], record[order], row[order], weight[order]
    pairs = probe * (int(record.max(initial=0)) + 1) + record
    first = np.sort(np.unique(pairs, return_index=True)[1])
    return Hits(probe[first], record[first].astype(np.int32), row[first], weight[first].astype(np.int32))


def _check(gallery: Gallery, probes: EncodedBatch, tables: ScoringTables) -> None:
    for name, profile in (("batch", probes.profile), ("model", tables.profile)):
        if profile.digest != gallery.profile.digest:
            raise ProfileMismatchError(
                f"The {name} belongs to profile {profile.name}, the gallery to {gallery.profile.name}; "
                "use one profile for both."
            )
    if gallery.key_check is not None and probes.key_check != gallery.key_check:
        raise KeyMismatchError("The probes were encoded under another linkage key than the gallery; use one key.")


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
