"""The columnar gallery: encoded rows in tiles, ready for the kernel.

A tile holds TILE rows of one kind, chunk by chunk, so that vector instructions take the same chunk of many rows. A
batch of many rows is sorted by sex, by the views it has and by event date before it is laid out: the summaries that
each tile keeps (which sexes, which views, which events) then let the kernel leave out work for the tile as a whole.
A row keeps its place until it is withdrawn; the place is then used again.
"""

import numpy as np
import numpy.typing as npt

from indexer.vectors import CHUNKS_PER_WORD, LANES, TILE, VECTORS
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.errors import BatchError, KeyMismatchError, ProfileMismatchError
from matcher.profile import EncodingProfile
from matcher.views import Kind

EMPTY = -1
"""Record number of a place that holds no row."""

_GROWTH = 1.25
_TILES_A_PATTERN = 6
"""Sorting by one more view pays while each pattern still has about so many tiles to sort by event date."""

_COLUMNS = (
    "codes", "masks", "birth", "event", "holder", "record", "sex", "presence", "kind", "sexes", "any_presence", "events"
)


class Gallery:
    """Rows of both kinds under one profile and one linkage key; records are known by caller-given numbers.

    tiles t, chunks c = 4 * profile.words, views v:
    codes         uint16 (t, c, TILE), chunk j of a row is bits 16 j to 16 j + 15 of its code
    masks         uint32 (t, v, TILE / 32), bit r % 32 of word r // 32 set when row r has the view
    birth         int32 (t, 2, TILE); event, holder, record int32 (t, TILE), record number or EMPTY
    sex           uint8 (t, TILE); presence uint16 (t, TILE)
    kind          uint8 (t,); sexes uint8 (t,), bit s set when a row has sex s
    any_presence  uint16 (t,), views that any row has
    events        int32 (t, 2), first and last event; first above last when an event may be unknown
    """

    def __init__(self, profile: EncodingProfile) -> None:
        """An empty gallery for one profile; the first batch fixes the linkage key by its check value."""
        self.profile = profile
        self.key_check: bytes | None = None
        self.tiles = 0
        self._free: dict[Kind, list[int]] = {Kind.MISSING: [], Kind.FOUND: []}
        self._standing = np.zeros(0, dtype=np.bool_)
        self._allocate(0)

    def _allocate(self, tiles: int) -> None:
        self.codes = np.empty((tiles, self.profile.words * CHUNKS_PER_WORD, TILE), dtype=np.uint16)
        self.masks = np.empty((tiles, len(self.profile.views), VECTORS), dtype=np.uint32)
        self.birth = np.empty((tiles, 2, TILE), dtype=np.int32)
        self.event = np.empty((tiles, TILE), dtype=np.int32)
        self.holder = np.empty((tiles, TILE), dtype=np.int32)
        self.record = np.empty((tiles, TILE), dtype=np.int32)
        self.sex = np.empty((tiles, TILE), dtype=np.uint8)
        self.presence = np.empty((tiles, TILE), dtype=np.uint16)
        self.kind = np.empty(tiles, dtype=np.uint8)
        self.sexes = np.empty(tiles, dtype=np.uint8)
        self.any_presence = np.empty(tiles, dtype=np.uint16)
        self.events = np.empty((tiles, 2), dtype=np.int32)

    def __len__(self) -> int:
        """Number of rows that stand in the gallery."""
        return int((self.record[: self.tiles] != EMPTY).sum())

    def __repr__(self) -> str:
        """Counts only."""
        return f"Gallery({self.profile.name}, {len(self)} rows in {self.tiles} tiles)"

    @property
    def bytes_per_row(self) -> float:
        """Bytes of all arrays in use, per row that stands in the gallery."""
        used = sum(getattr(self, name)[: self.tiles].nbytes for name in _COLUMNS)
        return float(used / max(len(self), 1))

    def rows_of(self, kind: Kind) -> npt.NDArray[np.int64]:
        """Positions (tile * TILE + slot) of all rows of a kind, int64 (n,), rising."""
        standing = (self.record[: self.tiles] != EMPTY) & (self.kind[: self.tiles] == kind)[:, None]
        return np.flatnonzero(standing.reshape(-1)).astype(np.int64)

    def add(self, batch: EncodedBatch, numbers: npt.NDArray[np.int32], holder: int = 0) -> None:
        """Add a batch of one holder; a record number that stands already is replaced.

        numbers  int32 (records,), the record number of each ref of the batch, all different and not negative

        Raises ProfileMismatchError, KeyMismatchError or BatchError and then changes nothing.
        """
        self._check(batch, numbers)
        self.withdraw(numbers)
        self.key_check = batch.key_check
        order = self._layout(batch)
        tile, slot = np.divmod(self._take(batch.kind, len(order)), TILE)
        self.codes[tile, :, slot] = np.ascontiguousarray(batch.codes[order], dtype="<u8").view("<u2")
        self.birth[tile, :, slot] = batch.birth[order]
        self.event[tile, slot] = batch.event[order]
        self.holder[tile, slot] = holder
        self.record[tile, slot] = numbers[batch.record[order]]
        self.sex[tile, slot] = batch.sex[order]
        self.presence[tile, slot] = batch.presence[order]
        self._summarise(np.unique(tile))
        self._remember(numbers)

    def withdraw(self, numbers: npt.NDArray[np.int32]) -> int:
        """Take records out by number, int32 (n,); numbers that are not there are passed over. Gives rows taken out."""
        known = numbers[(numbers >= 0) & (numbers < len(self._standing))]
        known = known[self._standing[known]]
        if not len(known):
            return 0
        tile, slot = np.nonzero(np.isin(self.record[: self.tiles], known))
        self._clear(tile, slot)
        self._summarise(np.unique(tile))
        for kind, free in self._free.items():
            of_kind = self.kind[tile] == kind
            free.extend((tile[of_kind] * TILE + slot[of_kind]).tolist())
        self._standing[known] = False
        return len(tile)

    def _check(self, batch: EncodedBatch, numbers: npt.NDArray[np.int32]) -> None:
        if batch.profile.digest != self.profile.digest:
            raise ProfileMismatchError(
                f"The batch was encoded under {batch.profile.name}, this gallery holds {self.profile.name}; "
                "encode it again under the gallery's profile."
            )
        if self.key_check is not None and batch.key_check != self.key_check:
            raise KeyMismatchError("The batch was encoded under another linkage key; use the key of this epoch.")
        if len(numbers) != len(batch.refs) or len(np.unique(numbers)) != len(numbers) or (numbers < 0).any():
            raise BatchError("Every record of a batch needs a number of its own, zero or more.")

    def _layout(self, batch: EncodedBatch) -> npt.NDArray[np.intp]:
        """The order in which rows are laid out, intp (n,): by sex, by pattern of views, by event."""
        pattern = np.zeros(len(batch), dtype=np.int64)
        for v in self._sorting_views(batch):
            pattern = pattern << 1 | (batch.presence >> v & 1)
        return np.lexsort((batch.event, pattern, batch.sex))

    def _sorting_views(self, batch: EncodedBatch) -> list[int]:
        """Views that are worth sorting by: those whose absence saves most chunks, as many as the rows can bear."""
        most = max(int(np.log2(max(len(batch) / (TILE * _TILES_A_PATTERN), 1))), 0)
        saved = []
        for v, parameters in enumerate(self.profile.views):
            present = float((batch.presence >> v & 1).mean()) if len(batch) else 0.0
            saved.append(parameters.words * min(present, 1 - present))
        return sorted(range(len(saved)), key=lambda v: -saved[v])[:most]

    def _take(self, kind: Kind, count: int) -> npt.NDArray[np.int64]:
        """Places for `count` rows: whole tiles first, so that sorted rows stay together, then single free places."""
        whole = self._emptied(kind, count // TILE)
        whole += [self._open_tile(kind) for _ in range(count // TILE - len(whole))]
        fresh = (np.array(whole, dtype=np.int64)[:, None] * TILE + np.arange(TILE)).reshape(-1)
        free, left = self._free[kind], count % TILE
        if len(free) < left:
            tile = self._open_tile(kind)
            free.extend(range(tile * TILE, (tile + 1) * TILE))
        taken, self._free[kind] = free[:left], free[left:]
        return np.concatenate([fresh, np.array(taken, dtype=np.int64)])

    def _emptied(self, kind: Kind, most: int) -> list[int]:
        """Tiles without any row, taken off the free places: records replaced night after night must not add up."""
        if not most:
            return []
        free = np.array(self._free[kind], dtype=np.int64)
        tiles, places = np.unique(free // TILE, return_counts=True)
        empty = tiles[places == TILE][:most]
        self._free[kind] = free[~np.isin(free // TILE, empty)].tolist()
        return [int(tile) for tile in empty]

    def _open_tile(self, kind: Kind) -> int:
        if self.tiles == len(self.kind):
            self._grow(max(16, int(self.tiles * _GROWTH) + 1))
        tile, self.tiles = self.tiles, self.tiles + 1
        self.kind[tile] = kind
        self._clear(np.array([tile]).repeat(TILE), np.arange(TILE))
        self._summarise(np.array([tile]))
        return tile

    def _clear(self, tile: npt.NDArray[np.intp], slot: npt.NDArray[np.intp]) -> None:
        self.record[tile, slot] = EMPTY
        self.codes[tile, :, slot] = 0
        self.birth[tile, :, slot] = UNKNOWN_DAY
        self.event[tile, slot] = UNKNOWN_DAY
        self.holder[tile, slot] = 0
        self.sex[tile, slot] = 0
        self.presence[tile, slot] = 0

    def _grow(self, tiles: int) -> None:
        old = {name: getattr(self, name) for name in _COLUMNS}
        self._allocate(tiles)
        for name, array in old.items():
            getattr(self, name)[: len(array)] = array

    def _summarise(self, tiles: npt.NDArray[np.intp]) -> None:
        """Bring the summaries of these tiles up to date with their rows."""
        filled = self.record[tiles] != EMPTY
        presence = self.presence[tiles]
        self.any_presence[tiles] = np.bitwise_or.reduce(presence, axis=1)
        self.sexes[tiles] = np.bitwise_or.reduce(np.where(filled, 1 << self.sex[tiles], 0), axis=1)
        for v in range(len(self.profile.views)):
            bits = (presence >> v & 1).astype(np.uint8).reshape(len(tiles), VECTORS, LANES)
            self.masks[tiles, v] = np.packbits(bits, axis=2, bitorder="little").view("<u4")[:, :, 0]
        event = self.event[tiles]
        unknown = (filled & (event == UNKNOWN_DAY)).any(axis=1)
        first = np.where(filled, event, 2**31 - 1).min(axis=1)
        self.events[tiles, 0] = np.where(unknown, 2**31 - 1, first)
        self.events[tiles, 1] = np.where(unknown, UNKNOWN_DAY, np.where(filled, event, UNKNOWN_DAY).max(axis=1))

    def _remember(self, numbers: npt.NDArray[np.int32]) -> None:
        top = int(numbers.max(initial=-1)) + 1
        if top > len(self._standing):
            longer = np.zeros(top, dtype=np.bool_)
            longer[: len(self._standing)] = self._standing
            self._standing = longer
        self._standing[numbers] = True
