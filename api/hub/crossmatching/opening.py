"""A run ready to be searched, from its folder or from arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching import run_files
from api.hub.crossmatching.lists import Int32
from api.hub.crossmatching.plans import Plan
from api.hub.matching.agreed import Matrix
from api.hub.matching.match import steps_for
from api.hub.matching.probes import ResidentProbes
from api.hub.matching.rows import HeldBatch
from indexer.gallery import Gallery
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
    steps   weights from which a pair without rivals is possible and probable, by kind of the record whose list it is on
    """

    plan: Plan
    gallery: SegmentedGallery
    tables: ScoringTables
    matrix: Matrix
    floors: npt.NDArray[np.int32]
    search: KernelSearch
    probes: dict[Kind, ResidentProbes]
    steps: dict[Kind, tuple[int, int]]
    held: dict[Kind, npt.NDArray[np.int64]] = field(init=False)
    _samples: dict[bytes, KernelSearch] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Count what each holder has."""
        held = {kind: _held(self.gallery, kind, len(self.matrix)) for kind in Kind}
        object.__setattr__(self, "held", held)

    @property
    def columns(self) -> int:
        """Columns of levels."""
        return len(names_of(self.tables))

    def scored(self, held: HeldBatch) -> int:
        """Pairs of these records with others that agreements allow to compare."""
        size = len(self.matrix)
        mine = np.bincount(held.holders, minlength=size)[:size].astype(np.int64)
        return int(mine @ self.matrix.astype(np.int64) @ self.held[held.batch.kind.opposite])

    def sample(self, numbers: Int32) -> KernelSearch:
        """The search among some missing records alone, int32 (r,), rising; the last one is kept."""
        name = numbers.tobytes()
        if name not in self._samples:
            self._samples.clear()
            chosen = gallery_with(self.gallery, {Kind.MISSING: numbers})
            self._samples[name] = KernelSearch(chosen, self.search.threads)
        return self._samples[name]


def open_run(folder: Path, threads: int = 1, *, verify: bool = False) -> OpenRun:
    """Open a run's folder, mapped; with `verify` its snapshot is read whole and checked first.

    Raises:
        SnapshotError: the pinned snapshot cannot be trusted.
        InputError: this release does not have the profile.
    """
    return run_over(folder, gallery_of(folder, verify=verify), threads)


def run_over(folder: Path, gallery: SegmentedGallery, threads: int = 1) -> OpenRun:
    """The same over its gallery, which is open already."""
    names = (run_files.MATRIX, run_files.DIRTY_MISSING, run_files.DIRTY_FOUND, run_files.FLOORS)
    arrays = {name: run_files.read_array(folder, name) for name in names}
    return made_run(run_files.read_plan(folder), run_files.read_model(folder), gallery, arrays, threads)


def made_run(
    plan: Plan, model: LinkageModel, gallery: SegmentedGallery, arrays: run_files.Arrays, threads: int
) -> OpenRun:
    """A run of these parts; arrays by file name, see run_files.write_run."""
    dirty = {Kind.MISSING: arrays[run_files.DIRTY_MISSING], Kind.FOUND: arrays[run_files.DIRTY_FOUND]}
    return OpenRun(
        plan, gallery, model.tables(), arrays[run_files.MATRIX], arrays[run_files.FLOORS],
        KernelSearch(gallery, threads),
        {kind: ResidentProbes(gallery, kind, numbers) for kind, numbers in dirty.items()},
        {kind: steps_for(model, kind, plan.basis, (plan.possible_from, plan.probable_from)) for kind in Kind},
    )  # fmt: skip


def gallery_of(folder: Path, *, verify: bool = False) -> SegmentedGallery:
    """The pinned gallery of a run's folder, mapped."""
    plan = run_files.read_plan(folder)
    return map_snapshot(folder / plan.snapshot, run_files.read_profile(folder), verify=verify)[0]


def compared(gallery: SegmentedGallery, matrix: Matrix) -> int:
    """Pairs of records that agreements allow to compare."""
    held = {kind: _held(gallery, kind, len(matrix)) for kind in Kind}
    return int(held[Kind.MISSING] @ matrix.astype(np.int64) @ held[Kind.FOUND])


def gallery_with(gallery: SegmentedGallery, chosen: Mapping[Kind, Int32]) -> Gallery:
    """A gallery of some records by kind, int32 (r,), rising, in memory."""
    made = Gallery(gallery.profile)
    for kind, numbers in chosen.items():
        some = ResidentProbes(gallery, kind, numbers).all()
        made.add(some.batch, some.numbers, some.holders)
    return made


def _held(gallery: SegmentedGallery, kind: Kind, size: int) -> npt.NDArray[np.int64]:
    """Records of a kind by holder, int64 (size,)."""
    rows = gallery.rows_of(kind)
    record = record_at(gallery, rows)
    holder = np.full(1 + int(record.max(initial=0)), -1, dtype=np.int32)
    holder[record] = holder_at(gallery, rows)
    return np.bincount(holder[holder >= 0], minlength=size)[:size].astype(np.int64)
