"""An index of very many records and its runs without a database: the gallery comes from a crowd."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching import run_files
from api.hub.crossmatching.blocks import Block, Found, Stage, found_from_bytes
from api.hub.crossmatching.planning import Planned, Since, plan_run
from api.hub.crossmatching.plans import Plan
from api.hub.matching.agreed import Matrix
from api.hub.matching.loading import warm_up
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.storage.runs import StoredRun
from benchmarks.common.crowd import Crowd
from indexer.segmented import SegmentedGallery
from indexer.snapshots import map_snapshot, snapshots
from matcher.batch import EncodedBatch
from matcher.model import LinkageModel
from matcher.profile import profile_named
from matcher.views import Kind

Int64 = npt.NDArray[np.int64]
HOLDERS = 8
_PARTITION, _MODEL = 1, 1


@dataclass(frozen=True)
class World:
    """An index in a folder, without a hub; run numbers are given by the caller.

    records  of each kind to begin with; those of the crowd behind them are the day's new ones
    """

    folder: Path
    crowd: Crowd
    records: int
    threads: int

    @property
    def options(self) -> MatchingOptions:
        """The hub's defaults."""
        return MatchingOptions(self.folder, threads=self.threads)

    @property
    def matrix(self) -> Matrix:
        """Everybody may be compared with everybody."""
        matrix = np.ones((HOLDERS + 1, HOLDERS + 1), dtype=np.bool_)
        matrix[0] = matrix[:, 0] = False
        return matrix

    def run(self, number: int) -> Path:
        """A run's folder."""
        return run_files.run_folder(self.folder, number)

    def empty_index(self) -> ResidentIndex:
        """An index of nobody."""
        gallery = SegmentedGallery(profile_named(self.crowd.profile))
        return ResidentIndex(_PARTITION, gallery, 0, self.folder, self.threads)

    def index(self) -> ResidentIndex:
        """The index of the newest snapshot, verified and mapped, ready to search."""
        gallery, sequence = map_snapshot(snapshots(self.folder)[0], profile_named(self.crowd.profile))
        index = ResidentIndex(_PARTITION, gallery, sequence, self.folder, self.threads)
        warm_up(index)
        return index

    def add(self, index: ResidentIndex, kind: Kind, first: int, last: int, other: Crowd | None = None) -> None:
        """Bring records `first` to `last` - 1 of a kind into the index, by turns for each holder; of another crowd."""
        before = 0
        for batch in (other or self.crowd).batches(kind):
            chosen = np.arange(max(first - before, 0), min(last - before, len(batch.refs)))
            for holder in range(HOLDERS if len(chosen) else 0):
                mine = chosen[(before + chosen) % HOLDERS == holder]
                index.gallery.add(_records(batch, mine), number_of(kind, before + mine), holder + 1)
            before += len(batch.refs)
        index.sequence += last - first

    def plan(self, index: ResidentIndex, last: StoredRun | None, changed: list[int], *, full: bool) -> Planned:
        """What the run has to do."""
        since = Since(changed, [], 0)
        return plan_run(index, _MODEL, self.matrix, self.options, last, since, full=full)

    def pin(self, index: ResidentIndex, number: int, planned: Planned, model: LinkageModel) -> Plan:
        """Save the index and make the run's folder."""
        return run_files.write_run(self.run(number), planned.plan, index.save(), model, planned.arrays)


@dataclass(frozen=True)
class FileLedger:
    """A run's ledger in a folder: each result is a file that is on the disk when it counts as kept."""

    folder: Path

    def done(self, stage: Stage) -> set[int]:
        """See Ledger."""
        return {int(path.name.split("-")[1]) for path in self.folder.glob(f"{int(stage)}-*")}

    def keep(self, block: Block, result: bytes) -> None:
        """See Ledger."""
        self.folder.mkdir(exist_ok=True)
        with self._file(block.stage, block.number).open("wb") as file:
            file.write(result)
            file.flush()
            os.fsync(file.fileno())

    def found(self, stage: Stage, numbers: Sequence[int]) -> Iterator[Found]:
        """See Ledger."""
        for number in numbers:
            yield found_from_bytes(self._file(stage, number).read_bytes())

    def _file(self, stage: Stage, number: int) -> Path:
        return self.folder / f"{int(stage)}-{number:06d}"


def number_of(kind: Kind, places: Int64) -> npt.NDArray[np.int32]:
    """Record numbers, int32 (n,), by place in the crowd: both kinds by turns, as they come to a hub."""
    return (1 + 2 * places + int(kind)).astype(np.int32)


def _records(batch: EncodedBatch, chosen: Int64) -> EncodedBatch:
    """Some records of a batch, int64 (r,), rising, as a batch of their own."""
    part = batch.take(np.flatnonzero(np.isin(batch.record, chosen)))
    refs = tuple(batch.refs[place] for place in chosen.tolist())
    return replace(part, refs=refs, record=np.searchsorted(chosen, part.record).astype(np.int32))
