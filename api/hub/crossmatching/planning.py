"""What a new run has to do: everything, or what changed since the last run and what that may have changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching import run_files
from api.hub.crossmatching.errors import ListsError
from api.hub.crossmatching.lists import Int32, Lists, no_lists, read_lists
from api.hub.crossmatching.plans import Mode, Plan, plan_from_json
from api.hub.matching.agreed import Matrix
from api.hub.matching.basis import basis_of
from api.hub.matching.options import MatchingOptions
from api.hub.matching.photo_lane import places_for
from api.hub.matching.resident import ResidentIndex
from api.hub.storage.runs import StoredRun
from indexer.interface import NO_MINIMUM
from indexer.parts import holder_at, record_at
from matcher.photo_curve import PhotoCurve
from matcher.photo_curve_file import curve_to_json
from matcher.profile import EncodingProfile
from matcher.views import Kind

SAMPLED_FROM = 10**11
"""Pairs of a full run from which one sweep for both kinds is quicker than one for each (decision 22)."""


@dataclass(frozen=True)
class Since:
    """What happened since the last run of a partition.

    changed     numbers of records that changed
    moved       numbers of records of which somebody else changed candidates: the online match, or people
    candidates  the last number that a change of a candidate took
    """

    changed: Sequence[int]
    moved: Sequence[int]
    candidates: int


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan, the lists that it begins with, and the arrays of its folder (see run_files)."""

    plan: Plan
    base: Lists
    arrays: dict[str, npt.NDArray[np.generic]]


def plan_run(
    index: ResidentIndex, model_id: int, matrix: Matrix, options: MatchingOptions, last: StoredRun | None,
    since: Since, *, full: bool, curve: str = "",
) -> Planned:  # fmt: skip
    """Plan a run over the index as it stands.

    Args:
        index: what is pinned.
        model_id: number of the model.
        matrix: the agreements of today.
        options: how to match.
        last: the last run of the partition that ended.
        since: what happened after that run.
        full: whether everything is to be searched, whatever has changed.
        curve: what tells one photo curve from another (see curve_digest).
    """
    here = replace(_plan_of(index, model_id, matrix, options, since), curve=curve)
    base, why = _base(index.folder, index.profile, here, last, asked=full)
    mode: Mode = "full" if why else "incremental"
    present = {kind: index.gallery.numbers(kind) for kind in Kind}
    dirty = present if why else _dirty(index, matrix, base, present, since.changed, last)
    plan = replace(
        here, mode=mode, why=why, base=None if why or last is None else last.id,
        sampled=bool(why) and len(dirty[Kind.MISSING]) * len(dirty[Kind.FOUND]) >= max(SAMPLED_FROM, 1),
    )  # fmt: skip
    return Planned(plan, base, {
        run_files.MATRIX: matrix, run_files.DIRTY_MISSING: dirty[Kind.MISSING],
        run_files.DIRTY_FOUND: dirty[Kind.FOUND],
        run_files.FLOORS: _floors(base, plan, present, dirty) if not why else np.zeros(0, np.int32),
        run_files.MOVED: _here(since.moved, present) if not why else np.zeros(0, np.int32),
    })  # fmt: skip


def base_of(folder: Path, profile: EncodingProfile, plan: Plan, digest: str | None) -> Lists:
    """The lists that a run begins with; ListsError when they are not what they were."""
    if plan.base is None:
        return no_lists(plan.top, places_for(profile))
    return read_lists(run_files.lists_file(folder, plan.base), digest or "")


def curve_digest(curve: PhotoCurve | None) -> str:
    """SHA-256 of a photo curve, hexadecimal; empty where photos weigh nothing."""
    return "" if curve is None else hashlib.sha256(curve_to_json(curve).encode()).hexdigest()


def _here(numbers: Sequence[int], present: dict[Kind, Int32]) -> Int32:
    """Those of the records that the index holds, int32, rising."""
    asked = np.unique(np.array(numbers, dtype=np.int32))
    here = np.zeros(len(asked), dtype=np.bool_)
    for each in present.values():
        here |= np.append(each, -1)[np.searchsorted(each, asked)] == asked
    return asked[here]


def _plan_of(
    index: ResidentIndex, model_id: int, matrix: Matrix, options: MatchingOptions, since: Since
) -> Plan:
    missing, found = (basis_of(index.gallery.record_count(kind)) for kind in Kind)
    return Plan(
        "full", (), None, index.sequence, since.candidates, model_id, (missing, found), options.top,
        options.minimum, options.probable_from, options.possible_from, hashlib.sha256(matrix.tobytes()).hexdigest(),
    )  # fmt: skip


def _base(
    folder: Path, profile: EncodingProfile, here: Plan, last: StoredRun | None, *, asked: bool
) -> tuple[Lists, tuple[str, ...]]:
    """The lists to begin with, or why there are none to begin with."""
    lane = places_for(profile)
    none = no_lists(here.top, lane)
    if last is None or last.pinned is None or last.lists_digest is None:
        return none, ("There is no earlier run to begin with.",)
    why = _why_full(plan_from_json(last.pinned), here, last.id)
    if asked:
        why.insert(0, "It was asked for.")
    if why:
        return none, tuple(why)
    try:
        base = read_lists(run_files.lists_file(folder, last.id), last.lists_digest)
        if base.places_of_lane != lane:
            return none, ("The photo lanes of the last run have another size.",)
        return base, ()
    except ListsError as error:
        return none, (str(error),)


def _why_full(before: Plan, here: Plan, run: int) -> list[str]:
    why = []
    if before.model_id != here.model_id:
        why.append(f"Run {run} was made with model {before.model_id}, and model {here.model_id} is in use.")
    # Before the first photo there was none: no pair weighs otherwise since.
    if before.curve and before.curve != here.curve:
        why.append(f"Photos weighed otherwise in run {run}.")
    settings = ("top", "minimum", "probable_from", "possible_from")
    if any(getattr(before, name) != getattr(here, name) for name in settings):
        why.append(f"Settings of matching are not those of run {run}.")
    if before.basis != here.basis:
        why.append(f"The number of records has changed so much since run {run} that every probability does.")
    return why


def _dirty(
    index: ResidentIndex, matrix: Matrix, base: Lists, present: dict[Kind, Int32], changed: Sequence[int],
    last: StoredRun | None,
) -> dict[Kind, Int32]:  # fmt: skip
    """Records to be searched, of each kind, int32, rising."""
    size = 1 + max([0, *(int(numbers.max(initial=0)) for numbers in present.values()), *changed])
    size = max(size, 1 + int(base.numbers.max(initial=0)))
    here = np.zeros(size, dtype=np.bool_)
    for numbers in present.values():
        here[numbers] = True
    moved = np.zeros(size, dtype=np.bool_)
    moved[np.array(changed, dtype=np.int64)] = True
    # A record that is gone without a change that anybody saw has no business on a list either.
    moved[base.numbers[~here[base.numbers]]] = True
    dirty = moved.copy()
    dirty[base.joined.holding(moved)] = True
    known = np.zeros(size, dtype=np.bool_)
    known[base.numbers] = True
    dirty |= ~known
    dirty[_of_holders(index, _holders_with_changes(index.folder, matrix, last))] = True
    return {kind: numbers[dirty[numbers]] for kind, numbers in present.items()}


def _holders_with_changes(folder: Path, matrix: Matrix, last: StoredRun | None) -> npt.NDArray[np.intp]:
    """Holders who may be compared with others than in the last run; all of them when that is not known."""
    assert last is not None
    assert last.pinned is not None
    digest = plan_from_json(last.pinned).files.get(run_files.MATRIX, "")
    before = run_files.kept_matrix(folder, last.id, digest)
    size = max(len(matrix), 0 if before is None else len(before))
    if before is None:
        return np.arange(size)
    return np.flatnonzero((_padded(matrix, size) != _padded(before, size)).any(axis=1))


def _padded(matrix: Matrix, size: int) -> Matrix:
    out = np.zeros((size, size), dtype=np.bool_)
    out[: len(matrix), : len(matrix)] = matrix
    return out


def _of_holders(index: ResidentIndex, holders: npt.NDArray[np.intp]) -> Int32:
    """Numbers of all records of these holders."""
    if not len(holders):
        return np.zeros(0, dtype=np.int32)
    rows = np.concatenate([index.gallery.rows_of(kind) for kind in Kind])
    mine = np.isin(holder_at(index.gallery, rows), holders)
    return np.asarray(record_at(index.gallery, rows[mine]))


def _floors(base: Lists, plan: Plan, present: dict[Kind, Int32], dirty: dict[Kind, Int32]) -> Int32:
    size = 1 + max(int(numbers.max(initial=0)) for numbers in present.values())
    never = np.concatenate([dirty[kind] for kind in Kind])
    return base.floors(size, max(plan.minimum, NO_MINIMUM), never)
