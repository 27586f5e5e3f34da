"""A run's folder as plain arrays, for machines that do not see the folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching import run_files
from api.hub.crossmatching.opening import OpenRun, made_run
from api.hub.crossmatching.plans import Plan
from indexer.manifest import Manifest
from indexer.sharing import arrays_of, from_arrays
from indexer.snapshots import read_manifest
from matcher.model_file import model_from_json, model_to_json

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class HandedRun:
    """All that a search of the run needs.

    model     as in its file
    arrays    by file name, see run_files.write_run
    snapshot  the pinned gallery, see indexer.sharing.arrays_of; may be read-only
    """

    plan: Plan
    model: str
    manifest: Manifest
    arrays: Arrays
    snapshot: Arrays

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for arrays in (self.arrays, self.snapshot) for array in arrays.values())


def hand_over(folder: Path) -> HandedRun:
    """What open_handed takes, from a run's folder; the snapshot's arrays are mapped, and must not be written.

    Raises:
        SnapshotError: the pinned snapshot is not what its manifest says.
    """
    plan = run_files.read_plan(folder)
    names = (run_files.MATRIX, run_files.DIRTY_MISSING, run_files.DIRTY_FOUND, run_files.FLOORS)
    return HandedRun(
        plan, model_to_json(run_files.read_model(folder)), read_manifest(folder / plan.snapshot),
        {name: run_files.read_array(folder, name) for name in names}, arrays_of(folder / plan.snapshot),
    )  # fmt: skip


def open_handed(run: HandedRun, threads: int = 1) -> OpenRun:
    """What open_run gives, from arrays.

    Raises:
        SnapshotError: the arrays do not belong together.
    """
    model = model_from_json(run.model, "the run that was handed over")
    gallery = from_arrays(model.profile, run.manifest, run.snapshot)
    # Copied: a kernel would be compiled again for arrays that are marked read-only.
    return made_run(run.plan, model, gallery, {name: np.array(each) for name, each in run.arrays.items()}, threads)
