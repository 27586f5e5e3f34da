"""One sweep for both sides: what each probe looks for, and what each gallery record looks for.

A gallery record says by its floor what a pair has to weigh to interest it. The kernel keeps a tile for as long as any
row can reach what the probe still needs or the row's own floor, whichever is less. So every pair is compared once,
where two searches, one from each side, would compare it twice.
"""

from collections.abc import Callable

import numpy as np

from indexer.columns import EMPTY
from indexer.drivers import Best, Finds, both_block, top_k_block
from indexer.interface import NO_MINIMUM, Hits, Pairs
from indexer.job import Job
from indexer.kernel import SQUAD, Int32, Int64, Probes, Rows, new_scratch
from indexer.pairs import nearest_rows, one_per_record, record_pairs
from indexer.parts import AnyGallery, record_at
from indexer.vectors import TILE
from matcher.batch import EncodedBatch
from matcher.tables import UNITS_PER_BIT

NEVER = 2**31 - 1
"""The floor of a record that looks for nothing."""

_ROOM = 2 * SQUAD * TILE
"""Rows that a block gathers before it pauses to put them away; a tile for each probe of a squad at least."""

Block = Callable[[Job, Int64, int, int, Int64, Best], None]
"""Searches tiles, int64 (t,), for probe groups from one to before another: job, tiles, first, last, floor, best."""


def run_top_k(job: Job, tiles: Int64, first: int, last: int, floor: Int64, best: Best) -> None:
    """A block of a search for the probes' side alone; see `top_k_block`."""
    scratch = new_scratch()
    top_k_block(job.rows, tiles, job.probes, first, last, job.tables, floor, job.allowed, scratch, best)


class Finder:
    """Runs the blocks of one sweep, from several threads, and gathers the rows that reached their floor."""

    def __init__(self) -> None:
        """Nothing found yet."""
        self._found: list[tuple[Int64, Int64, Int64]] = []

    def run(self, job: Job, tiles: Int64, first: int, last: int, floor: Int64, best: Best) -> None:
        """A block of a search for both sides; see `both_block`."""
        scratch = new_scratch()
        probe, row, weight = (np.empty(_ROOM, dtype=np.int64) for _ in range(3))
        finds = Finds(probe, row, weight, np.zeros(2, dtype=np.int64))
        finished = False
        while not finished:
            finished = both_block(
                job.rows, tiles, job.probes, first, last, job.tables, floor, job.allowed, scratch, best, finds
            )
            used = int(finds.state[1])
            self._found.append((finds.probe[:used].copy(), finds.row[:used].copy(), finds.weight[:used].copy()))
            finds.state[1] = 0

    def found(self, base: int) -> tuple[Int64, Int64, Int64]:
        """Group, row and weight of everything found so far, int64 (c,) each, in no order; `base` is added to rows."""
        group, row, weight = (np.concatenate([np.empty(0, np.int64), *(f[i] for f in self._found)]) for i in range(3))
        return group, row + base, weight


def with_floors(rows: Rows, tiles: int, floors: Int32, minimum: int, scale: int) -> Rows:
    """The rows, with the floor of each one's record.

    tiles   how many tiles are in use
    floors  int32 (numbers,), by record number; `minimum` counts where it is higher, and beyond the end
    scale   units of the plan a bit
    """
    record = rows.record[:tiles]
    least = np.append(np.maximum(floors, max(minimum, NO_MINIMUM)), max(minimum, NO_MINIMUM)).astype(np.int64)
    floor = least[np.where((record >= 0) & (record < len(floors)), record, len(floors))]
    floor[record == EMPTY] = NEVER
    start = np.clip(-(floor * scale // UNITS_PER_BIT), -(2**15), 2**15 - 1)
    starts = start.max(axis=1, initial=-(2**15))
    return rows._replace(floor=floor.clip(max=NEVER).astype(np.int32), start=start.astype(np.int16), starts=starts)


def pairs_of_groups(
    laid: Probes, probes: EncodedBatch, gallery: AnyGallery, group: Int64, record: Int32, row: Int64, weight: Int64,
    k: int | None,
) -> Pairs:
    """Pairs of records from hits of probe groups, (c,) each, one a group and record; at most `k` a probe record."""
    probe_row = nearest_rows(probes, laid.first[group], laid.copies[group], gallery, row)
    return record_pairs(Hits(probe_row, record, row, weight.astype(np.int32)), probes, k)


def pairs_found(
    laid: Probes, probes: EncodedBatch, gallery: AnyGallery, group: Int64, row: Int64, weight: Int64
) -> Pairs:
    """The pairs of everything that finders found, (c,) each, best rows of both sides; rows are the gallery's."""
    hits = one_per_record(group, record_at(gallery, row), row, weight)
    return pairs_of_groups(
        laid, probes, gallery, hits.probe, hits.record, hits.row, hits.weight.astype(np.int64), None
    )
