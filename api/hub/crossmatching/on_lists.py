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
from matcher.views import Kind

VERDICTS = ("weak", "possible", "probable")


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

    def verdicts(
        self, probability: npt.NDArray[np.float64], supported: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.uint8]:
        """Places in VERDICTS, uint8 (e,); what `MatchingOptions.verdict` says."""
        thresholds = np.array([self.options.possible_from, self.options.probable_from])
        steps = np.searchsorted(thresholds, probability, side="right")
        return np.where(supported, steps, 0).astype(np.uint8)


@dataclass(frozen=True)
class ListedPairs:
    """p pairs, by missing and then found record.

    keys         int64 (p,), missing record number in the upper half, found one in the lower
    weight       int32 (p,); probability float64 (p,); supported bool (p,); verdict uint8 (p,), places in VERDICTS
    owner, rank  int32 (p,), whose list says so (the missing record's if it is on both), and its place there, from 0
    """

    keys: Int64
    weight: Int32
    probability: npt.NDArray[np.float64]
    supported: npt.NDArray[np.bool_]
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
        size = 1 + max(int(asked.max(initial=0)), int(lists.others.max(initial=0)))
        wanted = np.zeros(size, dtype=np.bool_)
        wanted[asked] = True
        row, rank = np.nonzero((lists.others != NOBODY) & wanted[lists.others])
        other = lists.others[row, rank]
        order = np.argsort(other, kind="stable")
        self._other, self._owner = other[order], lists.numbers[row[order]]

    def keys(self, records: Int32) -> Int64:
        """Keys of all pairs of these records, int64 (p,), rising, each once."""
        place = self._lists.places(records)
        place = place[place >= 0]
        row, rank = np.nonzero(self._lists.others[place] != NOBODY)
        place = place[row]
        own = _keys(self._lists.kinds[place], self._lists.numbers[place], self._lists.others[place, rank])
        first = np.searchsorted(self._other, records, side="left")
        last = np.searchsorted(self._other, records, side="right")
        counts = last - first
        before = np.cumsum(counts) - counts
        at = np.repeat(first - before, counts) + np.arange(counts.sum())
        owner = self._owner[at]
        kinds = self._lists.kinds[self._lists.places(owner)]
        return np.unique(np.concatenate([own, _keys(kinds, owner, self._other[at])]))


def described(lists: Lists, keys: Int64, judge: Judge) -> ListedPairs:
    """Pairs that stand on at least one list each, int64 (p,), with all that the lists say of them."""
    missing, found = (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)
    mine, my_rank, on_mine = _spot(lists, missing, found)
    their, their_rank, _ = _spot(lists, found, missing)
    place, rank = np.where(on_mine, mine, their), np.where(on_mine, my_rank, their_rank)
    probability = np.zeros(len(keys))
    for kind, chosen in ((Kind.MISSING, on_mine), (Kind.FOUND, ~on_mine)):
        probability[chosen] = _probability(lists, place[chosen], rank[chosen], kind, judge)
    supported = lists.supported[place, rank]
    return ListedPairs(
        keys, lists.weights[place, rank], probability, supported, judge.verdicts(probability, supported),
        lists.numbers[place], rank.astype(np.int32),
    )  # fmt: skip


def _spot(lists: Lists, owners: Int32, others: Int32) -> tuple[Int64, Int64, npt.NDArray[np.bool_]]:
    """Row of each owner, place of the other on its list, and whether it is there; all (p,)."""
    place = lists.places(owners)
    if not len(lists):
        return place, np.zeros(len(owners), np.int64), np.zeros(len(owners), np.bool_)
    met = (lists.others[place] == others[:, None]) & (place >= 0)[:, None]
    return place, met.argmax(axis=1), met.any(axis=1)


def _probability(lists: Lists, place: Int64, rank: Int64, kind: Kind, judge: Judge) -> npt.NDArray[np.float64]:
    """Probability of the entries at these places: each competes with all of its list."""
    rows, index = np.unique(place, return_inverse=True)
    filled = lists.others[rows] != NOBODY
    owner, at = np.nonzero(filled)
    every = np.zeros(filled.shape)
    every[owner, at] = judge.probabilities(kind, owner.astype(np.int64), lists.weights[rows[owner], at])
    return np.asarray(every[index, rank])


def _keys(kinds: npt.NDArray[np.uint8], numbers: Int32, others: Int32) -> Int64:
    is_missing = kinds == int(Kind.MISSING)
    missing, found = np.where(is_missing, numbers, others), np.where(is_missing, others, numbers)
    return missing.astype(np.int64) << 32 | found.astype(np.int64)
