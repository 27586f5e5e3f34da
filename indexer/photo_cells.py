"""Photo codes of many records, by kind and band of the age in the photo: within a pair of bands nearer is better.

One code a record, 64 bytes at 512 bits and 12 more. Arrays of our own rather than an index of faiss, which grows to
twice its size, crashes when it is searched while something is added, and keeps what it forgot.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.places import NOWHERE, longer
from matcher.photos import PHOTO_AGE_BANDS
from matcher.views import Kind

_GROWTH = 1.25
_LEAST = 256

Bytes = npt.NDArray[np.uint8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


class Photos(NamedTuple):
    """n photos of records of one kind, no two of one record.

    codes   uint8 (n, bytes)
    band    uint8 (n,), band of the child's age in the photo
    number  int32 (n,), record number
    holder  int32 (n,)
    event   int32 (n,), day of the record's event
    """

    codes: Bytes
    band: Bytes
    number: Int32
    holder: Int32
    event: Int32

    def __repr__(self) -> str:
        """No code."""
        return f"Photos({len(self.number)} photos)"

    def take(self, which: npt.NDArray[np.intp] | slice) -> "Photos":
        """Those photos, as copies unless `which` is a slice."""
        codes = self.codes[which] if isinstance(which, slice) else np.take(self.codes, which, axis=0)
        return Photos(codes, self.band[which], self.number[which], self.holder[which], self.event[which])

    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """All arrays."""
        return tuple(self)


class Cell:
    """Photos of one kind and one band, in no order."""

    def __init__(self, size: int) -> None:
        """No photo; `size` is the number of bytes of a code."""
        self._count = 0
        self._room = _empty(0, size)

    def __len__(self) -> int:
        """Number of photos."""
        return self._count

    @property
    def photos(self) -> Photos:
        """All photos: the cell's own memory, which changes with it."""
        return self._room.take(slice(0, self._count))

    def put(self, photos: Photos) -> Int64:
        """Add photos; gives their places, int64 (n,)."""
        end = self._count + len(photos.number)
        if end > len(self._room.number):
            room = _empty(max(end, int(end * _GROWTH), _LEAST), self._room.codes.shape[1])
            for new, old in zip(room.columns(), self.photos.columns(), strict=True):
                new[: self._count] = old
            self._room = room
        for column, given in zip(self._room.columns(), photos.columns(), strict=True):
            column[self._count : end] = given
        places = np.arange(self._count, end)
        self._count = end
        return places

    def drop(self, places: Int64) -> tuple[Int32, Int64]:
        """Take photos out, the last ones moving to their places; numbers and new places of those, both (m,)."""
        end = self._count - len(places)
        holes, tail = places[places < end], np.arange(end, self._count)
        moved = tail[~np.isin(tail, places)]
        for column in self._room.columns():
            column[holes] = column[moved]
            # Nothing of a withdrawn record stays.
            column[end : self._count] = 0
        self._count = end
        return self._room.number[holes], holes


class PhotoCells:
    """Photos of both kinds; a record number stands once."""

    def __init__(self, size: int) -> None:
        """No photo; `size` is the number of bytes of a code."""
        self._cells = [Cell(size) for _ in range(len(Kind) * PHOTO_AGE_BANDS)]
        # Which cell a record stands in, and where in it: a look at the others would cost more with every record.
        self._cell = np.empty(0, dtype=np.int32)
        self._place = np.empty(0, dtype=np.int32)

    def __len__(self) -> int:
        """Number of photos."""
        return sum(map(len, self._cells))

    def of_kind(self, kind: Kind) -> list[Photos]:
        """The photos of a kind, one entry for each band, in memory that changes with the cells."""
        return [cell.photos for cell in self._cells[kind * PHOTO_AGE_BANDS : (kind + 1) * PHOTO_AGE_BANDS]]

    def put(self, kind: Kind, photos: Photos) -> None:
        """Add photos of records that stand nowhere yet."""
        self._cell = longer(self._cell, int(photos.number.max(initial=-1)) + 1)
        self._place = longer(self._place, len(self._cell))
        for band in np.unique(photos.band).tolist():
            some = photos.take(np.flatnonzero(photos.band == band))
            at = kind * PHOTO_AGE_BANDS + band
            self._cell[some.number], self._place[some.number] = at, self._cells[at].put(some)

    def drop(self, numbers: Int32) -> None:
        """Take records out, int32 (n,); numbers that stand nowhere are passed over."""
        known = np.unique(numbers[(numbers >= 0) & (numbers < len(self._cell))])
        known = known[self._cell[known] != NOWHERE]
        for at in np.unique(self._cell[known]).tolist():
            gone = known[self._cell[known] == at]
            moved, places = self._cells[at].drop(self._place[gone].astype(np.int64))
            self._place[moved] = places
        self._cell[known] = NOWHERE


def _empty(photos: int, size: int) -> Photos:
    number, holder, event = (np.zeros(photos, dtype=np.int32) for _ in range(3))
    return Photos(np.zeros((photos, size), np.uint8), np.zeros(photos, np.uint8), number, holder, event)
