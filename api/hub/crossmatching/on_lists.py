"""Pairs that stand on lists, with weight, probability and verdict: the candidates that a run brings."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.lists import Int32, Int64, Lists
from api.hub.matching.match import seen_from_found
from api.hub.matching.options import MatchingOptions
from matcher.calibration import probabilities
from matcher.model import LinkageModel
from matcher.photo_rules import is_lifted, lifted
from matcher.views import Kind


@dataclass(frozen=True)
class Judge:
    """What turns a list into verdicts.

    missing, found  numbers of records that probabilities are computed with (see matching.basis)
    """

    model: LinkageModel
    options: MatchingOptions
    missing: int
    found: int

    def probabilities(self, kind: Kind, owner: Int64, weight: Int32) -> npt.NDArray[np.float64]:
        """Probability of each entry of lists of records of a kind, entries by owner, float64 (e,)."""
        if kind is Kind.MISSING:
            return probabilities(owner, weight, self.model, self.found)
        return probabilities(owner, weight, seen_from_found(self.model, self.missing, self.found), self.missing)


@dataclass(frozen=True)
class ListedPairs:
    """p pairs, by missing and then found record.

    keys         int64 (p,), missing record number in the upper half, found one in the lower
    weight       int32 (p,); probability float64 (p,); limit uint8 (p,); verdict uint8 (p,), places in VERDICTS
    owner, rank  int32 (p,), whose list says so (the missing record's if it is on both), and its place there, from 0
    """

    keys: Int64
    weight: Int32
    probability: npt.NDArray[np.float64]
    limit: npt.NDArray[np.uint8]
    verdict: npt.NDArray[np.uint8]
    owner: Int32
    rank: Int32

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.keys)

    @property
    def missing(self) -> Int32:
        """Missing record of each pair."""
        return (self.keys >> 32).astype(np.int32)

    @property
    def found(self) -> Int32:
        """Found record of each pair."""
        return (self.keys & 0xFFFFFFFF).astype(np.int32)

    def take(self, chosen: npt.NDArray[np.bool_]) -> "ListedPairs":
        """Some pairs, by mask."""
        return ListedPairs(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


class PairsOfRecords:
    """Finds all pairs of some records, whichever side's list they stand on.

    Args:
        lists: all lists.
        asked: int32 (r,), the records that will be asked for; the others cost nothing.
    """

    def __init__(self, lists: Lists, asked: Int32) -> None:
        self._lists = lists
        wanted = np.zeros(1 + int(asked.max(initial=0)), dtype=np.bool_)
        wanted[asked] = True
        row, rank = lists.entries_of(wanted)
        other = lists.others[row, rank]
        order = np.argsort(other, kind="stable")
        self._other, self._row = other[order], row[order]

    def keys(self, records: Int32) -> Int64:
        """Keys of all pairs of these records, int64 (p,), rising, each once."""
        first = np.searchsorted(self._other, records, side="left")
        counts = np.searchsorted(self._other, records, side="right") - first
        before = np.cumsum(counts) - counts
        at = np.repeat(first - before, counts) + np.arange(counts.sum())
        theirs = _keys(self._lists, self._row[at], self._other[at])
        return each_once(own_keys(self._lists, records), theirs)


def each_once(*keys: Int64) -> Int64:
    """All keys of several arrays, int64 (p,), rising."""
    # Sorted: `np.unique` puts them into a table first, which takes several times as long.
    every = np.sort(np.concatenate(keys))
    first = np.ones(len(every), dtype=np.bool_)
    first[1:] = every[1:] != every[:-1]
    return every[first]


def own_keys(lists: Lists, records: Int32) -> Int64:
    """Keys of all pairs on these records' own lists, int64 (p,), in their order."""
    place = lists.places(records)
    place = place[place >= 0]
    others = lists.others[place]
    row, rank = np.nonzero(others != NOBODY)
    return _keys(lists, place[row], others[row, rank])


def described(lists: Lists, keys: Int64, judge: Judge) -> ListedPairs:
    """Those of the pairs, int64 (p,), that stand on any list, with all that the lists say of them."""
    place, rank, on_mine = _spots(lists, keys)
    on_any = place >= 0
    keys, place, rank, on_mine = keys[on_any], place[on_any], rank[on_any], on_mine[on_any]
    probability = np.zeros(len(keys))
    for kind, chosen in ((Kind.MISSING, on_mine), (Kind.FOUND, ~on_mine)):
        probability[chosen] = _probability(lists, place[chosen], rank[chosen], kind, judge)
    limit = np.where(lifted_for_found(lists, keys), lifted(lists.limits[place, rank]), lists.limits[place, rank])
    return ListedPairs(
        keys, lists.weights[place, rank], probability, limit, judge.options.verdicts(probability, limit),
        lists.numbers[place], rank.astype(np.int32),
    )  # fmt: skip


def on_missing_list(lists: Lists, keys: Int64) -> npt.NDArray[np.bool_]:
    """Whether pairs, int64 (p,), stand on their missing record's list: what that says counts, if so."""
    return _spot(lists, *_ends(keys))[2]


def lifted_for_found(lists: Lists, keys: Int64) -> npt.NDArray[np.bool_]:
    """Whether pairs, int64 (p,), are the best of their found record's photo lane, whatever the other list says."""
    if not lists.any_lifted:
        return np.zeros(len(keys), dtype=np.bool_)
    missing, found = _ends(keys)
    place, rank, there = _spot(lists, found, missing)
    return np.asarray(there & is_lifted(lists.limits[place, rank]))


def _spots(lists: Lists, keys: Int64) -> tuple[Int64, Int64, npt.NDArray[np.bool_]]:
    """Row, -1 for none, and place of each pair on the list that counts, and whether that is the missing record's."""
    missing, found = _ends(keys)
    place, rank, on_mine = _spot(lists, missing, found)
    place[~on_mine], rank[~on_mine], on_theirs = _spot(lists, found[~on_mine], missing[~on_mine])
    place[np.flatnonzero(~on_mine)[~on_theirs]] = -1
    return place, rank, on_mine


def _spot(lists: Lists, owners: Int32, others: Int32) -> tuple[Int64, Int64, npt.NDArray[np.bool_]]:
    """Row of each owner, place of the other on its list, and whether it is there; all (p,)."""
    place = lists.places(owners)
    if not len(lists):
        return place, np.zeros(len(owners), np.int64), np.zeros(len(owners), np.bool_)
    met = (np.take(lists.others, place, axis=0, mode="clip") == others[:, None]) & (place >= 0)[:, None]
    rank = met.argmax(axis=1)
    return place, rank, met[np.arange(len(met)), rank]


def _probability(lists: Lists, place: Int64, rank: Int64, kind: Kind, judge: Judge) -> npt.NDArray[np.float64]:
    """Probability of the entries at these places: each competes with all of its list."""
    rows = each_once(place)
    index = np.searchsorted(rows, place)
    filled = lists.others[rows] != NOBODY
    owner, at = np.nonzero(filled)
    every = np.zeros(filled.shape)
    every[owner, at] = judge.probabilities(kind, owner.astype(np.int64), lists.weights[rows[owner], at])
    return np.asarray(every[index, rank])


def _ends(keys: Int64) -> tuple[Int32, Int32]:
    return (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)


def _keys(lists: Lists, rows: Int64, others: Int32) -> Int64:
    """Keys of entries: rows of their lists, int64 (e,), and who stands there, (e,)."""
    is_missing, numbers = lists.kinds[rows] == int(Kind.MISSING), lists.numbers[rows]
    missing, found = np.where(is_missing, numbers, others), np.where(is_missing, others, numbers)
    return missing.astype(np.int64) << 32 | found.astype(np.int64)
