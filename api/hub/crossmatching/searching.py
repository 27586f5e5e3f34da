"""The search of one block: a function of the run's folder and the block alone, wherever it runs."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching import run_files
from api.hub.crossmatching.blocks import NOBODY, Block, Found
from api.hub.crossmatching.plans import Plan
from api.hub.crossmatching.probe_rows import ProbeRows
from api.hub.matching.agreed import AgreedSearch, Matrix
from api.hub.matching.match import level_places, supported_by
from api.hub.matching.rows import HeldBatch
from indexer.interface import Pairs
from indexer.pairs import read_rows
from indexer.parts import holder_at, record_at
from indexer.search import KernelSearch
from indexer.segmented import SegmentedGallery
from indexer.snapshots import map_snapshot
from matcher.explanation import names_of
from matcher.model import LinkageModel
from matcher.tables import ScoringTables
from matcher.views import Kind


@dataclass(frozen=True, eq=False)
class OpenRun:
    """A run ready to be searched; what it gives depends on nothing else.

    floors  int32 (size,), the weight from which a dirty record is offered to each record that is not (see Lists)
    """

    plan: Plan
    gallery: SegmentedGallery
    tables: ScoringTables
    matrix: Matrix
    floors: npt.NDArray[np.int32]
    search: KernelSearch
    probes: dict[Kind, ProbeRows]
    held: dict[Kind, npt.NDArray[np.int64]] = field(init=False)

    def __post_init__(self) -> None:
        """Count what each holder has."""
        held = {kind: _held(self.gallery, kind, len(self.matrix)) for kind in Kind}
        object.__setattr__(self, "held", held)

    @property
    def columns(self) -> int:
        """Columns of levels."""
        return len(names_of(self.tables))


def open_run(folder: Path, threads: int = 1, *, verify: bool = False) -> OpenRun:
    """Open a run's folder, mapped; with `verify` its snapshot is read whole and checked first.

    Raises:
        SnapshotError: the pinned snapshot cannot be trusted.
        InputError: this release does not have the profile.
    """
    names = (run_files.MATRIX, run_files.DIRTY_MISSING, run_files.DIRTY_FOUND, run_files.FLOORS)
    arrays = {name: run_files.read_array(folder, name) for name in names}
    gallery = gallery_of(folder, verify=verify)
    return made_run(run_files.read_plan(folder), run_files.read_model(folder), gallery, arrays, threads)


def made_run(
    plan: Plan, model: LinkageModel, gallery: SegmentedGallery, arrays: run_files.Arrays, threads: int
) -> OpenRun:
    """A run of these parts; arrays by file name, see run_files.write_run."""
    dirty = {Kind.MISSING: arrays[run_files.DIRTY_MISSING], Kind.FOUND: arrays[run_files.DIRTY_FOUND]}
    return OpenRun(
        plan, gallery, model.tables(), arrays[run_files.MATRIX], arrays[run_files.FLOORS],
        KernelSearch(gallery, threads),
        {kind: ProbeRows(gallery, kind, numbers) for kind, numbers in dirty.items()},
    )  # fmt: skip


def gallery_of(folder: Path, *, verify: bool = False) -> SegmentedGallery:
    """The pinned gallery of a run's folder, mapped."""
    plan = run_files.read_plan(folder)
    return map_snapshot(folder / plan.snapshot, run_files.read_profile(folder), verify=verify)[0]


def compared(gallery: SegmentedGallery, matrix: Matrix) -> int:
    """Pairs of records that agreements allow to compare."""
    held = {kind: _held(gallery, kind, len(matrix)) for kind in Kind}
    return int(held[Kind.MISSING] @ matrix.astype(np.int64) @ held[Kind.FOUND])


def search_block(run: OpenRun, block: Block) -> Found:
    """The lists of the block's records, and what they offer to records that are not searched in this run."""
    kind = block.stage.kind
    held = run.probes[kind].batch(block.first, block.last)
    search = AgreedSearch(run.search, held.holders, run.matrix)
    if run.plan.mode == "full":
        pairs, offers = search.top_k_records(held.batch, run.tables, run.plan.top, run.plan.minimum), None
    else:
        pairs, offers = search.both_ways(held.batch, run.tables, run.plan.top, run.floors, run.plan.minimum)
    return _found(run, held, pairs, offers)


def _found(run: OpenRun, held: HeldBatch, pairs: Pairs, offers: Pairs | None) -> Found:
    levels = _levels(run, held, pairs)
    shape = (len(held.numbers), run.plan.top)
    others, weights = np.full(shape, NOBODY, np.int32), np.zeros(shape, np.int32)
    supported, seen = np.zeros(shape, np.bool_), np.zeros((*shape, run.columns), np.uint8)
    at = (pairs.probe, pairs.rank - 1)
    others[at], weights[at], seen[at] = pairs.record, pairs.weight, levels
    supported[at] = supported_by(levels, run.tables)
    offered = np.zeros((0, 3), np.int32)
    offer_levels = np.zeros((0, run.columns), np.uint8)
    if offers is not None:
        offered = np.column_stack([held.numbers[offers.probe], offers.record, offers.weight]).astype(np.int32)
        offer_levels = _levels(run, held, offers)
    return Found(
        held.numbers.astype(np.int32), others, weights, supported, seen, offered,
        supported_by(offer_levels, run.tables), offer_levels, np.array([_scored(run, held)], dtype=np.int64),
    )  # fmt: skip


def _levels(run: OpenRun, held: HeldBatch, pairs: Pairs) -> npt.NDArray[np.uint8]:
    if not len(pairs):
        return np.zeros((0, run.columns), np.uint8)
    return level_places(held.batch, pairs.probe_row, read_rows(run.gallery, pairs.gallery_row), run.tables)


def _scored(run: OpenRun, held: HeldBatch) -> int:
    """Pairs of records that agreements allow to compare."""
    size = len(run.matrix)
    mine = np.bincount(held.holders, minlength=size)[:size].astype(np.int64)
    return int(mine @ run.matrix.astype(np.int64) @ run.held[held.batch.kind.opposite])


def _held(gallery: SegmentedGallery, kind: Kind, size: int) -> npt.NDArray[np.int64]:
    """Records of a kind by holder, int64 (size,)."""
    rows = gallery.rows_of(kind)
    first = np.unique(record_at(gallery, rows), return_index=True)[1]
    return np.bincount(holder_at(gallery, rows[first]), minlength=size)[:size].astype(np.int64)
