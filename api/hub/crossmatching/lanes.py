"""The photo lanes of a run: whose photos are nearest, whatever else two records say of each other.

A renamed child may share nothing with its report but the face. So beside its list each record with a photo keeps the
few of the other kind whose photos are nearest, and the nearest of them is worth a look.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.lists import Int32, Int64, Lists
from api.hub.crossmatching.opening import OpenRun, gallery_with
from api.hub.matching.agreed import AgreedLane
from api.hub.matching.match import SeenInLane, seen_in_lane
from api.hub.matching.photo_lane import LANE_PLACES, least_value
from api.hub.matching.probes import ResidentProbes
from api.hub.matching.rows import HeldBatch
from indexer.parts import AnyGallery
from indexer.photo_lane import PhotoLane
from matcher.views import Kind

_SEARCHED_TOGETHER = 20_000
_TITLE = "Photo lane"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class SeenLanes:
    """What a run saw.

    touched  int32 (r,), rising, records whose lane was looked at
    keys     int64 (p,), pairs that stand in those lanes (see on_lists.ListedPairs); levels uint8 (p, columns)
    """

    touched: Int32
    keys: Int64
    levels: npt.NDArray[np.uint8]


NO_LANES = SeenLanes(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros((0, 0), np.uint8))


class _Entries(NamedTuple):
    """Entries of lanes, in order of rank for each owner: columns (e,), levels (e, columns)."""

    owner: Int64
    other: Int32
    value: Int32
    weight: Int32
    limit: npt.NDArray[np.uint8]
    levels: npt.NDArray[np.uint8]


def with_lanes(lists: Lists, run: OpenRun, tell: Progress) -> tuple[Lists, SeenLanes]:
    """The lists of a run with its lanes, of which those of searched records are found anew and others added to.

    lists  as composed: lanes of the run's searched records are empty, those of others as they were
    """
    least = least_value(run.tables)
    if not lists.places_of_lane or least is None:
        return lists, NO_LANES
    found = [*_of_searched(run, least, tell)]
    if run.plan.mode == "incremental":
        found += _of_others(run, least)
    made, seen = _filled(lists, found)
    searched = np.concatenate([probes.numbers for probes in run.probes.values()])
    return made, replace(seen, touched=np.union1d(seen.touched, searched).astype(np.int32))


def _of_searched(run: OpenRun, least: int, tell: Progress) -> Iterator[_Entries]:
    """What all records give to those that this run searches for."""
    lane = PhotoLane(run.gallery, run.search.threads)
    total, done = sum(len(probes) for probes in run.probes.values()), 0
    for kind in Kind:
        for held in _blocks(run.probes[kind]):
            yield _best(run, lane, run.gallery, held, least)
            done += len(held.numbers)
            tell(_TITLE, done, total)


def _of_others(run: OpenRun, least: int) -> Iterator[_Entries]:
    """What the records that this run searches for give to the others."""
    few = gallery_with(run.gallery, {kind: probes.numbers for kind, probes in run.probes.items()})
    lane = PhotoLane(few, run.search.threads)
    for kind in Kind:
        if not len(run.probes[kind.opposite]):
            continue
        rest = np.setdiff1d(run.gallery.numbers(kind), run.probes[kind].numbers)
        for held in _blocks(ResidentProbes(run.gallery, kind, rest)):
            yield _best(run, lane, few, held, least)


def _blocks(probes: ResidentProbes) -> Iterator[HeldBatch]:
    for first in range(0, len(probes), _SEARCHED_TOGETHER):
        yield probes.batch(first, min(first + _SEARCHED_TOGETHER, len(probes)))


def _best(run: OpenRun, lane: PhotoLane, gallery: AnyGallery, held: HeldBatch, least: int) -> _Entries:
    pairs = AgreedLane(lane, held.holders, run.matrix).best(held.batch, run.tables, LANE_PLACES, least)
    seen: SeenInLane = seen_in_lane(held.batch, pairs, gallery, run.tables, run.steps[held.batch.kind])
    return _Entries(held.numbers[pairs.probe].astype(np.int64), pairs.record, seen.value, pairs.weight, seen.limit,
                    seen.levels)  # fmt: skip


def _filled(lists: Lists, found: list[_Entries]) -> tuple[Lists, SeenLanes]:
    """Lanes of what stood there and of what was found: the best of both; of equals the lower number first."""
    fresh = _Entries(*(np.concatenate(column) for column in zip(*found, strict=True))) if found else None
    if fresh is None or not len(fresh.owner):
        return lists, NO_LANES
    owners = np.unique(fresh.owner).astype(np.int32)
    rows = lists.places(owners)
    owner = np.searchsorted(owners, fresh.owner)
    # A record that is searched for again need not have changed, and then stands in others' lanes already.
    again = np.isin(rows[:, None] << 32 | lists.lane[rows], rows[owner] << 32 | fresh.other)
    row, rank = np.nonzero((lists.lane[rows] != NOBODY) & ~again)
    there = rows[row]
    place = np.concatenate([row, owner])
    other = np.concatenate([lists.lane[there, rank], fresh.other])
    value = np.concatenate([lists.lane_values[there, rank], fresh.value])
    weight = np.concatenate([lists.lane_weights[there, rank], fresh.weight])
    limit = np.concatenate([lists.lane_limits[there, rank], fresh.limit])
    order = np.lexsort((other, -value.astype(np.int64), place))
    place = place[order]
    at = np.arange(len(place)) - np.searchsorted(place, place, side="left")
    fits = at < lists.places_of_lane
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for name, values in (("lane", other), ("lane_values", value), ("lane_weights", weight), ("lane_limits", limit)):
        column = np.array(getattr(lists, name))
        column[rows] = NOBODY if name == "lane" else 0
        column[rows[place[fits]], at[fits]] = values[order][fits]
        columns[name] = column
    return _with_columns(lists, columns), SeenLanes(owners, _keys(lists, fresh), fresh.levels)


def _with_columns(lists: Lists, columns: Mapping[str, npt.NDArray[np.generic]]) -> Lists:
    return Lists(*(columns.get(name, getattr(lists, name)) for name in Lists.__dataclass_fields__))


def _keys(lists: Lists, entries: _Entries) -> Int64:
    missing_first = lists.kinds[lists.places(entries.owner.astype(np.int32))] == int(Kind.MISSING)
    missing = np.where(missing_first, entries.owner, entries.other)
    return missing.astype(np.int64) << 32 | np.where(missing_first, entries.other, entries.owner).astype(np.int64)
