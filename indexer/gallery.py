"""The columnar gallery: encoded rows in tiles, ready for the kernel.

A tile holds TILE rows of one kind, chunk by chunk, so that vector instructions take the same chunk of many rows. A
batch of many rows is sorted by sex, by the views it has and by event date before it is laid out: the summaries that
each tile keeps (which sexes, which views, which events) then let the kernel leave out work for the tile as a whole.
A row keeps its place until it is withdrawn; the place is then used again.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.columns import BLANK, EMPTY, Columns, column_shapes, new_columns, summarise
from indexer.layout import layout
from indexer.places import FreePlaces, Places
from indexer.vectors import TILE
from matcher.batch import EncodedBatch
from matcher.errors import BatchError, KeyMismatchError, ProfileMismatchError
from matcher.photos import PhotoSpace, same_space
from matcher.profile import EncodingProfile
from matcher.views import Kind

_GROWTH = 1.25
_NO_TILES = np.empty(0, dtype=np.int64)


class Part(NamedTuple):
    """Rows `first`, `first` + 1, ... of a whole: the rows of one gallery, which counts them from 0."""

    first: int
    gallery: "Gallery"


class Gallery:
    """Rows of both kinds under one profile and one linkage key; records are known by caller-given numbers.

    Not for several threads at once while one of them changes it. Numbers should be dense: they index an array.

    tiles t, chunks c = 4 * profile.words, views v:
    codes         uint16 (t, c, TILE), chunk j of a row is bits 16 j to 16 j + 15 of its code
    masks         uint32 (t, v, TILE / 32), bit r % 32 of word r // 32 set when row r has the view
    birth         int32 (t, 2, TILE); event, holder, record int32 (t, TILE), record number or EMPTY
    sex           uint8 (t, TILE); presence uint16 (t, TILE); photo_age uint8 (t, TILE)
    kind          uint8 (t,); sexes uint8 (t,), bit s set when a row has sex s
    any_presence  uint16 (t,), views that any row has
    events        int32 (t, 2), first and last event; first above last when an event may be unknown
    """

    codes: npt.NDArray[np.uint16]
    masks: npt.NDArray[np.uint32]
    birth: npt.NDArray[np.int32]
    event: npt.NDArray[np.int32]
    holder: npt.NDArray[np.int32]
    record: npt.NDArray[np.int32]
    sex: npt.NDArray[np.uint8]
    presence: npt.NDArray[np.uint16]
    photo_age: npt.NDArray[np.uint8]
    kind: npt.NDArray[np.uint8]
    sexes: npt.NDArray[np.uint8]
    any_presence: npt.NDArray[np.uint16]
    events: npt.NDArray[np.int32]

    def __init__(self, profile: EncodingProfile) -> None:
        """An empty gallery for one profile.

        The first batch fixes the linkage key by its check value, and the first that has photos fixes their space.
        """
        self.profile = profile
        self.key_check: bytes | None = None
        self.photo_space: PhotoSpace | None = None
        self.tiles = 0
        self._rows = 0
        self._records: dict[Kind, int] | None = dict.fromkeys(Kind, 0)
        self._free = {kind: FreePlaces() for kind in Kind}
        self._places = Places()
        self._allocate(0)

    def _allocate(self, tiles: int) -> None:
        for name, column in new_columns(self.profile, tiles).items():
            setattr(self, name, column)

    def __len__(self) -> int:
        """Number of rows that stand in the gallery."""
        return self._rows

    def __repr__(self) -> str:
        """Counts only."""
        return f"Gallery({self.profile.name}, {len(self)} rows in {self.tiles} tiles)"

    @property
    def bytes_per_row(self) -> float:
        """Bytes of all arrays in use, per row that stands in the gallery."""
        return float(sum(column.nbytes for column in self.columns().values()) / max(len(self), 1))

    @property
    def parts(self) -> tuple[Part, ...]:
        """Itself; see SegmentedGallery, which has several."""
        return (Part(0, self),)

    def rows_of(self, kind: Kind) -> npt.NDArray[np.int64]:
        """Positions (tile * TILE + slot) of all rows of a kind, int64 (n,), rising."""
        standing = (self.record[: self.tiles] != EMPTY) & (self.kind[: self.tiles] == kind)[:, None]
        return np.flatnonzero(standing.reshape(-1)).astype(np.int64)

    def numbers(self, kind: Kind) -> npt.NDArray[np.int32]:
        """Numbers of all records of a kind that stand in the gallery, int32 (r,), rising."""
        numbers, first = self._located()[0].standing()
        of_kind: npt.NDArray[np.int32] = numbers[self.kind[first // TILE] == kind]
        return of_kind

    def record_count(self, kind: Kind) -> int:
        """Number of records of a kind that stand in the gallery, without counting them."""
        return self._located()[1][kind]

    def add(
        self, batch: EncodedBatch, numbers: npt.NDArray[np.int32], holder: int | npt.NDArray[np.int32] = 0
    ) -> None:
        """Add a batch; a record number that stands already is replaced.

        numbers  int32 (records,), the record number of each ref of the batch, all different and not negative
        holder   of all of them, or of each ref, int32 (records,)

        Raises ProfileMismatchError, KeyMismatchError, SpaceMismatchError or BatchError and then changes nothing.
        """
        self._check(batch, numbers)
        space = same_space(self.photo_space, batch.photo_space)
        left = self._vacate(numbers)
        self.key_check, self.photo_space = batch.key_check, space
        order = layout(batch.profile, batch.presence, batch.sex, batch.event)
        places = self._take(batch.kind, len(order))
        tile, slot = np.divmod(places, TILE)
        record = numbers[batch.record[order]]
        self.codes[tile, :, slot] = np.ascontiguousarray(batch.codes[order], dtype="<u8").view("<u2")
        self.birth[tile, :, slot] = batch.birth[order]
        self.event[tile, slot] = batch.event[order]
        self.holder[tile, slot] = np.broadcast_to(holder, numbers.shape)[batch.record[order]]
        self.record[tile, slot] = record
        self.sex[tile, slot] = batch.sex[order]
        self.presence[tile, slot] = batch.presence[order]
        self.photo_age[tile, slot] = batch.photo_age[order]
        self._summarise(np.unique(np.concatenate([left // TILE, tile])))
        self._stand(batch.kind, record, places)

    def withdraw(self, numbers: npt.NDArray[np.int32]) -> int:
        """Take records out by number, int32 (n,); numbers that are not there are passed over. Gives rows taken out."""
        places = self._vacate(numbers)
        self._summarise(np.unique(places // TILE))
        return len(places)

    def columns(self) -> Columns:
        """All columns by name: the gallery's own memory, in use only."""
        return {name: getattr(self, name)[: self.tiles] for name in column_shapes(self.profile, 0)}

    def _take_over(
        self, key_check: bytes | None, photo_space: PhotoSpace | None, columns: Mapping[str, npt.NDArray[Any]]
    ) -> None:
        """Be the gallery of these columns, which are writable and of `column_shapes`; nothing may stand here yet."""
        self.key_check, self.photo_space, self.tiles = key_check, photo_space, len(columns["kind"])
        self._put_columns(columns)
        self._rows = int((self.record[: self.tiles] != EMPTY).sum())
        self._records = None

    def _put_columns(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        for name, column in columns.items():
            setattr(self, name, column)

    def _located(self) -> tuple[Places, dict[Kind, int]]:
        """Where records stand and how many there are of each kind.

        Of a gallery that was taken over this is found out when it is first asked for: a search never asks. Two threads
        that ask at once find out the same.
        """
        if self._records is None:
            located, flat = Places(), self.record.reshape(-1)
            rows = {kind: self.rows_of(kind) for kind in Kind}
            records = {kind: len(located.put(flat[of_kind], of_kind)) for kind, of_kind in rows.items()}
            self._places, self._records = located, records
        return self._places, self._records

    def _stand(self, kind: Kind, record: npt.NDArray[np.int32], places: npt.NDArray[np.int64]) -> None:
        located, records = self._located()
        records[kind] += len(located.put(record, places))
        self._rows += len(places)

    def _vacate(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Free the places of these records, int64 (n,), rising; the summaries of their tiles are still to be made."""
        located, records = self._located()
        first, places = located.remove(numbers)
        if not len(places):
            return places
        tile, slot = np.divmod(places, TILE)
        self._clear(tile, slot)
        self._rows -= len(places)
        for kind, free in self._free.items():
            free.give(places[self.kind[tile] == kind])
            records[kind] -= int((self.kind[first // TILE] == kind).sum())
        return places

    def _check(self, batch: EncodedBatch, numbers: npt.NDArray[np.int32]) -> None:
        if batch.profile.digest != self.profile.digest:
            raise ProfileMismatchError(
                f"The batch was encoded under {batch.profile.name}, this gallery holds {self.profile.name}; "
                "encode it again under the gallery's profile."
            )
        if self.key_check is not None and batch.key_check != self.key_check:
            raise KeyMismatchError(
                "The batch was encoded under another linkage key, as of another epoch; use the key of this epoch."
            )
        if len(numbers) != len(batch.refs) or len(np.unique(numbers)) != len(numbers) or (numbers < 0).any():
            raise BatchError("Every record of a batch needs a number of its own, zero or more.")

    def _take(self, kind: Kind, count: int) -> npt.NDArray[np.int64]:
        """Places for `count` rows: whole tiles first, so that sorted rows stay together, then single free places."""
        free, wanted = self._free[kind], count // TILE
        whole = free.take_tiles(wanted)
        opened = self._open_tiles(kind, wanted - len(whole))
        fresh = (np.concatenate([whole, opened])[:, None] * TILE + np.arange(TILE)).reshape(-1)
        left = count % TILE
        if len(free) < left:
            free.give(self._open_tiles(kind, 1)[0] * TILE + np.arange(TILE))
        return np.concatenate([fresh, free.take(left)])

    def _open_tiles(self, kind: Kind, count: int) -> npt.NDArray[np.int64]:
        """So many new tiles without rows, int64 (count,)."""
        if not count:
            return _NO_TILES
        if self.tiles + count > len(self.kind):
            self._grow(max(16, self.tiles + count, int(self.tiles * _GROWTH) + 1))
        first, self.tiles = self.tiles, self.tiles + count
        self.kind[first : self.tiles] = kind
        for name, value in BLANK.items():
            getattr(self, name)[first : self.tiles] = value
        tiles = np.arange(first, self.tiles)
        self._summarise(tiles)
        return tiles

    def _clear(self, tile: npt.NDArray[np.int64], slot: npt.NDArray[np.int64]) -> None:
        for name, value in BLANK.items():
            getattr(self, name)[tile, ..., slot] = value

    def _grow(self, tiles: int) -> None:
        old = self.columns()
        self._allocate(tiles)
        for name, array in old.items():
            getattr(self, name)[: len(array)] = array

    def _summarise(self, tiles: npt.NDArray[np.int64]) -> None:
        if len(tiles):
            summarise(self.profile, self.columns(), tiles)
