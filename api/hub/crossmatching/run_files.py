"""The folder of a run: the pinned snapshot and all that a search needs beside it, for processes and machines alike."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.errors import CrossMatchError
from api.hub.crossmatching.plans import Plan, plan_from_json
from indexer.durable import sync
from indexer.pinning import pin_snapshot
from matcher.errors import OutputError
from matcher.model import LinkageModel
from matcher.model_file import model_from_json, model_to_json
from matcher.profile import EncodingProfile, profile_named

PLAN, MODEL, PROFILE = "plan.json", "model.json", "profile.txt"
MATRIX, DIRTY_MISSING, DIRTY_FOUND, FLOORS = "matrix.npy", "dirty-missing.npy", "dirty-found.npy", "floors.npy"
MOVED = "moved.npy"
_ARRAYS = (MATRIX, DIRTY_MISSING, DIRTY_FOUND, FLOORS, MOVED)
_RUNS, _LISTS = "runs", "lists"

Arrays = Mapping[str, npt.NDArray[Any]]


def run_folder(snapshots: Path, run: int) -> Path:
    """The folder of a run, beside the snapshots of its partition."""
    return snapshots / _RUNS / f"run-{run}"


def lists_file(snapshots: Path, run: int) -> Path:
    """The file with the lists that a run brought."""
    return snapshots / _LISTS / f"run-{run}.lists"


def matrix_file(snapshots: Path, run: int) -> Path:
    """The file with the agreements under which those lists came about."""
    return snapshots / _LISTS / f"run-{run}.npy"


def write_run(folder: Path, plan: Plan, snapshot: Path, model: LinkageModel, arrays: Arrays) -> Plan:
    """Make a run's folder; gives the plan with the digests of its files. OutputError when the disk refuses.

    arrays  by file name: MATRIX bool (holders, holders); DIRTY_MISSING, DIRTY_FOUND int32 (r,), rising;
            FLOORS int32 (size,) by record number; MOVED int32 (r,), rising, records whose candidates somebody changed
    """
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        pin_snapshot(snapshot, folder)
        (folder / MODEL).write_text(model_to_json(model), encoding="utf-8")
        (folder / PROFILE).write_text(model.profile.name, encoding="utf-8")
        for name in _ARRAYS:
            np.save(folder / name, arrays[name], allow_pickle=False)
        files = {name: _digest(folder / name) for name in (MODEL, PROFILE, *_ARRAYS)}
        dirty = (len(arrays[DIRTY_MISSING]), len(arrays[DIRTY_FOUND]))
        whole = replace(plan, snapshot=snapshot.name, files=files, dirty=dirty)
        (folder / PLAN).write_text(whole.to_json(), encoding="utf-8")
        for path in (*folder.iterdir(), folder, folder.parent):
            sync(path)
    except OSError as error:
        remove_run(folder)
        raise OutputError(f"The files of the run could not be written ({error.strerror}); see to the disk.") from error
    return whole


def check_run(folder: Path, plan: Plan) -> None:
    """CrossMatchError when a file is not as the plan says; the snapshot is verified when it is mapped."""
    for name, digest in plan.files.items():
        try:
            sound = _digest(folder / name) == digest
        except OSError:
            sound = False
        if not sound:
            raise CrossMatchError(
                f"File {name} of the interrupted run is damaged or gone; start a new run without --resume."
            )


def read_plan(folder: Path) -> Plan:
    """The plan of a run's folder."""
    return plan_from_json((folder / PLAN).read_text(encoding="utf-8"))


def read_model(folder: Path) -> LinkageModel:
    """The model that the run was pinned with."""
    return model_from_json((folder / MODEL).read_text(encoding="utf-8"), "the run's folder")


def read_profile(folder: Path) -> EncodingProfile:
    """The profile of all its records; InputError when this release does not have it."""
    return profile_named((folder / PROFILE).read_text(encoding="utf-8"))


def read_array(folder: Path, name: str) -> npt.NDArray[Any]:
    """One of the arrays."""
    found: npt.NDArray[Any] = np.load(folder / name, allow_pickle=False)
    return found


def write_aid(folder: Path, name: str, array: npt.NDArray[np.int32]) -> None:
    """Put an array, int32, beside the run's for its next blocks; OutputError when the disk refuses.

    It follows from what blocks gave, and is made again when a run is resumed: it need not survive anything.
    """
    try:
        np.save(_aid_file(folder, name), array, allow_pickle=False)
    except OSError as error:
        raise OutputError(f"The files of the run could not be written ({error.strerror}); see to the disk.") from error


def read_aid(folder: Path, name: str) -> npt.NDArray[np.int32]:
    """That array, mapped."""
    found: npt.NDArray[np.int32] = np.load(_aid_file(folder, name), "r", allow_pickle=False)
    return found


def every_run(snapshots: Path) -> list[Path]:
    """The folders of all runs of a partition, that of the present one among them."""
    return sorted((snapshots / _RUNS).glob("run-*"))


def sequence_of(folder: Path) -> int:
    """The last change of a record that a run's folder knows, -1 when that cannot be read."""
    try:
        return read_plan(folder).sequence
    except (OSError, ValueError):
        return -1


def remove_run(folder: Path) -> None:
    """Remove a run's folder; what cannot be removed is left to the next run."""
    shutil.rmtree(folder, ignore_errors=True)


def remove_other_runs(snapshots: Path, keep: int | None) -> None:
    """Remove the folders of all runs of a partition but one."""
    for path in every_run(snapshots):
        if keep is None or path != run_folder(snapshots, keep):
            remove_run(path)


def remove_other_lists(snapshots: Path, keep: int) -> None:
    """Remove the lists of all runs of a partition but one."""
    for path in (snapshots / _LISTS).glob("*"):
        if path not in (lists_file(snapshots, keep), matrix_file(snapshots, keep)):
            path.unlink(missing_ok=True)


def keep_matrix(snapshots: Path, run: int) -> None:
    """Let the run's agreements stand beside its lists, for the next run to compare with its own."""
    matrix_file(snapshots, run).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(run_folder(snapshots, run) / MATRIX, matrix_file(snapshots, run))
    sync(matrix_file(snapshots, run))


def kept_matrix(snapshots: Path, run: int, digest: str) -> npt.NDArray[np.bool_] | None:
    """The agreements of an earlier run, bool (holders, holders); None when the file is not the one with this digest."""
    try:
        if _digest(matrix_file(snapshots, run)) != digest:
            return None
        found: npt.NDArray[np.bool_] = np.load(matrix_file(snapshots, run), allow_pickle=False)
    except (OSError, ValueError):
        return None
    return found


def _aid_file(folder: Path, name: str) -> Path:
    return folder / f"aid-{name}.npy"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
