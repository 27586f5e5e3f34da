"""The photo lane of the online match: pairs whose photos weigh as much as photos can, whatever the rest weighs."""

from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.matching.agreed import AgreedLane, Matrix
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.rows import HeldBatch
from indexer.interface import Pairs
from matcher.profile import EncodingProfile
from matcher.tables import ScoringTables
from matcher.views import View

LANE_PLACES = 3
"""Records of the other kind that a record's lane has place for: more would be false accepts, by the size of a hub."""


def places_for(profile: EncodingProfile) -> int:
    """Places of a lane: none where records have no photos."""
    return LANE_PLACES if View.PHOTO in profile else 0


def least_value(tables: ScoringTables) -> int | None:
    """The value (ScoringTables.ranking) from which a pair enters a lane; None when photos weigh nothing.

    It is the cap of the weight: from there on more likeness changes no weight, and only the lane still sees it.
    """
    highest = int(tables.photo.max())
    return highest if highest > 0 else None


def best_in_lane(index: ResidentIndex, tables: ScoringTables, held: HeldBatch, matrix: Matrix) -> Pairs | None:
    """The lanes of these records, None where photos weigh nothing; under `index.lock`."""
    least = least_value(tables)
    if index.lane is None or least is None:
        return None
    return AgreedLane(index.lane, held.holders, matrix).best(held.batch, tables, LANE_PLACES, least)


def with_lane(pairs: Pairs, lane: Pairs | None) -> tuple[Pairs, npt.NDArray[np.bool_]]:
    """Pairs of a list, and behind those of each probe the ones that its lane has alone; which are a lane's best.

    The list is in the order of Pairs, ranks go on from the list's; bool (c,).
    """
    if lane is None or not len(lane):
        return pairs, np.zeros(len(pairs), dtype=np.bool_)
    keys, theirs = _keys(pairs), _keys(lane)
    alone = lane.take(~np.isin(theirs, keys))
    probe = np.concatenate([pairs.probe, alone.probe])
    order = np.argsort(probe, kind="stable")

    def column(name: str) -> npt.NDArray[Any]:
        return np.asarray(np.concatenate([getattr(pairs, name), getattr(alone, name)])[order])

    probe = probe[order]
    rank = (np.arange(1, len(probe) + 1) - np.searchsorted(probe, probe, side="left")).astype(np.int32)
    joined = Pairs(
        probe, column("record"), column("probe_row"), column("gallery_row"), column("weight"), rank
    )  # fmt: skip
    return joined, np.isin(_keys(joined), theirs[lane.rank == 1])


def _keys(pairs: Pairs) -> npt.NDArray[np.int64]:
    return pairs.probe << 32 | pairs.record.astype(np.int64)
