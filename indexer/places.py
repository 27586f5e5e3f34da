"""Where each record stands in the gallery, and which places are free; one record costs no look at the others.

Arrays that grow by half, not dicts of lists: 4 bytes a record number and 4 a place, whatever the number of rows.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.vectors import TILE

NOWHERE = -1

_GROWTH = 1.5
_LEAST = 1024

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


class Places:
    """From record number to the places of its rows, as chains: a first place a number, a next place a place.

    A place is tile * TILE + slot. Numbers index an array, so they should not be far apart.
    """

    def __init__(self) -> None:
        """No record stands anywhere."""
        self._first = np.empty(0, dtype=np.int32)
        self._next = np.empty(0, dtype=np.int32)

    def put(self, numbers: npt.NDArray[np.integer[Any]], places: Int64) -> Int64:
        """Let the rows of records that stand nowhere yet stand at these places, both (n,), a number for each row.

        Gives the first place of each record, int64 (r,), lowest number first.
        """
        if not len(numbers):
            return places
        order = np.argsort(numbers, kind="stable")
        numbers, places = numbers[order], places[order]
        self._first = longer(self._first, int(numbers[-1]) + 1)
        self._next = longer(self._next, int(places.max()) + 1)
        begins = np.ones(len(numbers), dtype=np.bool_)
        begins[1:] = numbers[1:] != numbers[:-1]
        follows = np.full(len(numbers), NOWHERE, dtype=np.int64)
        follows[:-1] = np.where(begins[1:], NOWHERE, places[1:])
        self._next[places] = follows
        self._first[numbers[begins]] = places[begins]
        return places[begins]

    def remove(self, numbers: Int32) -> tuple[Int64, Int64]:
        """Let these records, int32 (n,), stand nowhere; numbers that stand nowhere are passed over.

        Gives the first place of each record and the places of all their rows, int64 (r,) and (m,), both rising.
        """
        known = numbers[(numbers >= 0) & (numbers < len(self._first))]
        first = np.unique(self._first[known])
        first = first[first != NOWHERE]
        self._first[known] = NOWHERE
        chains, place = [first], first
        while len(place):
            place = self._next[place]
            place = place[place != NOWHERE]
            chains.append(place)
        return first.astype(np.int64), np.sort(np.concatenate(chains)).astype(np.int64)

    def standing(self) -> tuple[Int32, Int64]:
        """Numbers of all records that stand, int32 (r,), rising, and the first place of each, int64 (r,)."""
        numbers = np.flatnonzero(self._first != NOWHERE).astype(np.int32)
        return numbers, self._first[numbers].astype(np.int64)


class FreePlaces:
    """Places of one kind that hold no row: given back last, taken first; of those given together, the lowest first."""

    def __init__(self) -> None:
        """Nothing is free."""
        self._stack, self._count = np.empty(0, dtype=np.int32), 0

    def __len__(self) -> int:
        """Number of free places."""
        return self._count

    def give(self, places: Int64) -> None:
        """Make these places free, int64 (n,), rising."""
        end = self._count + len(places)
        self._stack = longer(self._stack, end)
        self._stack[self._count : end] = places[::-1]
        self._count = end

    def take(self, count: int) -> Int64:
        """`count` places, int64 (count,), no longer free; there must be as many."""
        first = self._count - count
        taken: Int64 = self._stack[first : self._count][::-1].astype(np.int64)
        self._count = first
        return taken

    def take_tiles(self, most: int) -> Int64:
        """At most so many tiles without any row, int64 (t,): records replaced night after night must not add up."""
        if self._count < TILE or not most:
            return np.empty(0, dtype=np.int64)
        tile = self._stack[: self._count] // TILE
        tiles, places = np.unique(tile, return_counts=True)
        empty = tiles[places == TILE][:most]
        left = self._stack[: self._count][~np.isin(tile, empty)]
        self._stack[: len(left)], self._count = left, len(left)
        whole: Int64 = empty.astype(np.int64)
        return whole


def longer(array: Int32, size: int) -> Int32:
    """The array itself when it has this size, else a longer one that begins with it; new entries are NOWHERE."""
    if size <= len(array):
        return array
    out = np.full(max(size, int(len(array) * _GROWTH), _LEAST), NOWHERE, dtype=np.int32)
    out[: len(array)] = array
    return out
