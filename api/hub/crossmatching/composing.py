"""The lists of a run, made of what its blocks found and of the lists before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import NOBODY, Found
from api.hub.crossmatching.lists import Int32, Int64, Lists, listed
from matcher.views import Kind


@dataclass(frozen=True)
class Results:
    """What all blocks of one kind found, put together; arrays as in Found, numbers rising."""

    kind: Kind
    found: Found

    def lists(self) -> Lists:
        """The lists of the searched records."""
        return listed(self.found.numbers, self.kind, self.found.others, self.found.weights, self.found.supported)


def together(kind: Kind, parts: Sequence[Found], top: int, columns: int) -> Results:
    """The results of a kind's blocks, in their order, with lists of `top` places and so many columns of levels."""
    empty = Found(
        np.zeros(0, np.int32), np.zeros((0, top), np.int32), np.zeros((0, top), np.int32),
        np.zeros((0, top), np.bool_), np.zeros((0, top, columns), np.uint8), np.zeros((0, 3), np.int32),
        np.zeros(0, np.bool_), np.zeros((0, columns), np.uint8), np.zeros(1, np.int64),
    )  # fmt: skip
    every = [empty, *parts]
    joined = {name: np.concatenate([getattr(part, name) for part in every]) for name in Found.__dataclass_fields__}
    return Results(kind, Found(**{**joined, "scored": joined["scored"].sum(keepdims=True)}))


def composed(base: Lists, results: Sequence[Results], present: npt.NDArray[np.bool_]) -> Lists:
    """The lists of all records: those searched as they were found, the others as in `base`, with what was offered.

    present  bool (size,) by record number: records that the run's snapshot holds
    """
    searched = [result.lists() for result in results]
    stays = (base.numbers < len(present)) & present[np.minimum(base.numbers, len(present) - 1)]
    for part in searched:
        stays &= part.places(base.numbers) < 0
    kept = _with_offers(_taken(base, np.flatnonzero(stays)), [result.found for result in results])
    parts = [kept, *searched]
    joined = Lists(*(np.concatenate([getattr(p, name) for p in parts]) for name in Lists.__dataclass_fields__))
    return _taken(joined, np.argsort(joined.numbers, kind="stable"))


def changed_numbers(base: Lists, new: Lists) -> Int32:
    """Records whose list is not the one it was, those without one before among them; int32 (m,), rising."""
    place = base.places(new.numbers)
    there = np.flatnonzero(place >= 0)
    same = np.zeros(len(new), dtype=np.bool_)
    same[there] = _same_rows(base, place[there], new, there)
    return new.numbers[~same]


def _same_rows(base: Lists, mine: Int64, new: Lists, theirs: Int64) -> npt.NDArray[np.bool_]:
    same = np.ones(len(mine), dtype=np.bool_)
    for name in ("others", "weights", "supported"):
        same &= (getattr(base, name)[mine] == getattr(new, name)[theirs]).all(axis=1)
    return same


def _taken(lists: Lists, places: npt.NDArray[np.intp]) -> Lists:
    return Lists(*(np.asarray(getattr(lists, name)[places]) for name in Lists.__dataclass_fields__))


def _entries(owners: Int64, others: Int32) -> Int64:
    """One number for each entry, of the owners' lists, (n,) with (n,) or (n, k)."""
    return (owners << 32).reshape(-1, *([1] * (others.ndim - 1))) | others.astype(np.int64)


def _with_offers(lists: Lists, parts: Sequence[Found]) -> Lists:
    """Let the best of what was offered to each record stand on its list, and fall off what has no place any more."""
    offers = np.concatenate([np.zeros((0, 3), np.int32), *(part.offers for part in parts)])
    supported = np.concatenate([np.zeros(0, np.bool_), *(part.offered for part in parts)])
    if not len(offers):
        return lists
    place = lists.places(offers[:, 1])
    touched = np.unique(place)
    # What was offered again takes the place of what stood there: its weight may be another.
    again = np.isin(_entries(touched, lists.others[touched]), _entries(place, offers[:, 0]))
    row, rank = np.nonzero((lists.others[touched] != NOBODY) & ~again)
    owner = np.concatenate([touched[row], place])
    other = np.concatenate([lists.others[touched[row], rank], offers[:, 0]])
    weight = np.concatenate([lists.weights[touched[row], rank], offers[:, 2]])
    speaks = np.concatenate([lists.supported[touched[row], rank], supported])
    order = np.lexsort((other, -weight.astype(np.int64), owner))
    owner, other, weight, speaks = owner[order], other[order], weight[order], speaks[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner, side="left")
    fits = rank < lists.top
    columns = {"others": (NOBODY, other), "weights": (0, weight), "supported": (False, speaks)}
    fresh = {}
    for name, (blank, values) in columns.items():
        column = getattr(lists, name).copy()
        column[touched] = blank
        column[owner[fits], rank[fits]] = values[fits]
        fresh[name] = column
    return Lists(lists.numbers, lists.kinds, fresh["others"], fresh["weights"], fresh["supported"])
