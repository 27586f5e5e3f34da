"""The lists of a run, made of what its blocks found and of the lists before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import NOBODY, Found
from api.hub.crossmatching.lists import Int32, Int64, Lists, listed
from indexer.durable import in_parallel
from matcher.views import Kind


@dataclass(frozen=True)
class Results:
    """What all blocks of one kind found, put together; arrays as in Found, numbers rising."""

    kind: Kind
    found: Found

    def lists(self, lane: int = 0) -> Lists:
        """The lists of the searched records, with empty lanes of so many places."""
        found = self.found
        return listed(found.numbers, self.kind, found.others, found.weights, found.limits, lane)


def together(kind: Kind, parts: Sequence[Found], top: int, columns: int) -> Results:
    """The results of a kind's blocks, in their order, with lists of `top` places and so many columns of levels."""
    empty = Found(
        np.zeros(0, np.int32), np.zeros((0, top), np.int32), np.zeros((0, top), np.int32),
        np.zeros((0, top), np.uint8), np.zeros((0, top, columns), np.uint8), np.zeros((0, 3), np.int32),
        np.zeros(0, np.uint8), np.zeros((0, columns), np.uint8), np.zeros(1, np.int64),
    )  # fmt: skip
    every = [empty, *parts]
    joined = {name: np.concatenate([getattr(part, name) for part in every]) for name in Found.__dataclass_fields__}
    return Results(kind, Found(**{**joined, "scored": joined["scored"].sum(keepdims=True)}))


def composed(base: Lists, results: Sequence[Results], present: npt.NDArray[np.bool_]) -> Lists:
    """The lists of all records: those searched as they were found, the others as in `base`, with what was offered.

    Lanes of searched records are empty, those of the others as they were (see lanes).

    present  bool (size,) by record number: records that the run's snapshot holds
    """
    stays = (base.numbers < len(present)) & np.take(present, base.numbers, mode="clip")
    lane = base.places_of_lane
    fresh = [_with_offers(base, [each.found for each in results]), *(each.lists(lane) for each in results)]
    joined = Lists(*(np.concatenate([getattr(part, name) for part in fresh]) for name in Lists.__dataclass_fields__))
    return _replaced(base, stays, taken(joined, np.argsort(joined.numbers, kind="stable")))


def changed_numbers(base: Lists, new: Lists, among: Int32) -> Int32:
    """Those of some records of `new` whose list is not the one it was, or that had none; int32 (m,), rising.

    among  int32 (r,), rising
    """
    mine, theirs = base.places(among), new.places(among)
    there = np.flatnonzero(mine >= 0)
    same = np.zeros(len(among), dtype=np.bool_)
    same[there] = _same_rows(base, mine[there], new, theirs[there])
    return among[~same]


def _same_rows(base: Lists, mine: Int64, new: Lists, theirs: Int64) -> npt.NDArray[np.bool_]:
    same = np.ones(len(mine), dtype=np.bool_)
    for name in ("others", "weights", "limits", "lane", "lane_weights", "lane_limits"):
        same &= (getattr(base, name)[mine] == getattr(new, name)[theirs]).all(axis=1)
    return same


def _replaced(base: Lists, stays: npt.NDArray[np.bool_], fresh: Lists) -> Lists:
    """Lists of the records that stay, bool (n,), but fresh ones in the place of theirs or between them."""
    before = base.places(fresh.numbers)
    stays[before[before >= 0]] = False
    kept = np.flatnonzero(stays)
    if not len(kept):
        return fresh
    place = np.searchsorted(base.numbers[kept], fresh.numbers) + np.arange(len(fresh))
    others = np.ones(len(kept) + len(fresh), dtype=np.bool_)
    others[place] = False
    source = np.zeros(len(others), dtype=np.intp)
    source[others] = kept

    def column(name: str) -> npt.NDArray[Any]:
        # Of the modes of `take`, this one copies whole rows, and nothing is beyond the end.
        out: npt.NDArray[Any] = np.take(getattr(base, name), source, axis=0, mode="clip")
        out[place] = getattr(fresh, name)
        return out

    return Lists(*in_parallel(column, tuple(Lists.__dataclass_fields__)))


def taken(lists: Lists, places: npt.NDArray[np.intp]) -> Lists:
    """The lists at some places, intp (m,)."""
    return Lists(*(np.asarray(getattr(lists, name)[places]) for name in Lists.__dataclass_fields__))


def _entries(owners: Int64, others: Int32) -> Int64:
    """One number for each entry, of the owners' lists, (n,) with (n,) or (n, k)."""
    return (owners << 32).reshape(-1, *([1] * (others.ndim - 1))) | others.astype(np.int64)


def _with_offers(base: Lists, parts: Sequence[Found]) -> Lists:
    """Lists of all records to which something was offered: the best of it, and of what stood there, stands on them."""
    offers = np.concatenate([np.zeros((0, 3), np.int32), *(part.offers for part in parts)])
    limits = np.concatenate([np.zeros(0, np.uint8), *(part.offered for part in parts)])
    numbers, place = np.unique(offers[:, 1], return_inverse=True)
    lists = taken(base, base.places(numbers))
    # What was offered again takes the place of what stood there: its weight may be another.
    again = np.isin(_entries(np.arange(len(lists)), lists.others), _entries(place, offers[:, 0]))
    row, rank = np.nonzero((lists.others != NOBODY) & ~again)
    owner = np.concatenate([row, place])
    other = np.concatenate([lists.others[row, rank], offers[:, 0]])
    weight = np.concatenate([lists.weights[row, rank], offers[:, 2]])
    limit = np.concatenate([lists.limits[row, rank], limits])
    order = np.lexsort((other, -weight.astype(np.int64), owner))
    owner, other, weight, limit = owner[order], other[order], weight[order], limit[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner, side="left")
    fits = rank < lists.top
    at = (owner[fits], rank[fits])
    others, weights = np.full_like(lists.others, NOBODY), np.zeros_like(lists.weights)
    held = np.zeros_like(lists.limits)
    others[at], weights[at], held[at] = other[fits], weight[fits], limit[fits]
    return replace(lists, others=others, weights=weights, limits=held)
