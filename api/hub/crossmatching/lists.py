"""The lists of all records: for each the best of the other kind. They are the outcome of a run, and one file.

    magic, digest, header (JSON, padded), and the columns of Lists, those of four bytes an entry first

All little-endian. The digest is the SHA-256 of the header and of the SHA-256 of each piece of each column, so that all
cores make it. The file is mapped: of a million lists, those that a night changes nothing about are never looked at.
"""

import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.errors import ListsError
from indexer.durable import digest_of_range, in_parallel, sync
from matcher.errors import OutputError
from matcher.photo_rules import is_lifted, lifted
from matcher.views import Kind

MAGIC = b"MILAPLISTS3\n"
_HEADER_BYTES = 244
_START_BYTES = len(MAGIC) + 32 + _HEADER_BYTES
_PIECE_BYTES = 2**22
_ROWS_AT_ONCE = 2**15
"""Lists that are looked through together: their entries stay in the cache."""
_COLUMNS = {
    "numbers": ("<i4", ""), "others": ("<i4", "top"), "weights": ("<i4", "top"), "lane": ("<i4", "lane"),
    "lane_values": ("<i4", "lane"), "lane_weights": ("<i4", "lane"), "kinds": ("|u1", ""), "limits": ("|u1", "top"),
    "lane_limits": ("|u1", "lane"),
}  # fmt: skip
"""Dtype of each column, and which number of places its second dimension is, if it has one."""

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lists:
    """Lists of n records with k places each.

    numbers    int32 (n,), record numbers, rising
    kinds      uint8 (n,), a Kind
    others     int32 (n, k), best first, NOBODY behind the last; weights int32 (n, k), thousandths of a bit
    limits     uint8 (n, k), a matcher.photo_rules.Limit of each pair

    The photo lane has l places, 0 in profiles without photos: the records of the other kind whose photos are nearest,
    whatever the rest weighs.

    lane          int32 (n, l), best first, NOBODY behind the last; some of them may stand among the others too
    lane_values   int32 (n, l), what they are ordered by: the photo's weight before it is clipped
    lane_weights  int32 (n, l), of the whole pair; lane_limits uint8 (n, l)
    """

    numbers: Int32
    kinds: npt.NDArray[np.uint8]
    others: Int32
    weights: Int32
    limits: npt.NDArray[np.uint8]
    lane: Int32
    lane_values: Int32
    lane_weights: Int32
    lane_limits: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.numbers)

    @property
    def top(self) -> int:
        """Places of a list."""
        return int(self.others.shape[1])

    @property
    def places_of_lane(self) -> int:
        """Places of a photo lane."""
        return int(self.lane.shape[1])

    @cached_property
    def joined(self) -> "Lists":
        """Lists of k + l places, and no lane: first the others, gaps behind the last, then who is in the lane alone.

        The best of a lane is lifted (matcher.photo_rules), wherever it stands.
        """
        if not self.places_of_lane:
            return self
        twice = (self.lane[:, :, None] == self.others[:, None, :]).any(axis=2)
        lane = np.where(twice, np.int32(NOBODY), self.lane)
        best = (self.others == self.lane[:, :1]) & (self.others != NOBODY)
        limits = np.where(best, lifted(self.limits), self.limits)
        alone = self.lane_limits.copy()
        alone[:, 0] = lifted(alone[:, 0])
        gone = lane == NOBODY
        return Lists(
            self.numbers, self.kinds, np.concatenate([self.others, lane], axis=1),
            np.concatenate([self.weights, np.where(gone, 0, self.lane_weights)], axis=1),
            np.concatenate([limits, np.where(gone, 0, alone)], axis=1), *no_lanes(len(self), 0),
        )  # fmt: skip

    def lane_counts(self) -> dict[str, int]:
        """Records that have anybody in their lane, and entries that stand on no list but there."""
        alone = self.joined.others[:, self.top :] if self.places_of_lane else self.lane
        return {"records": int((self.lane != NOBODY).any(axis=1).sum()), "alone": int((alone != NOBODY).sum())}

    @cached_property
    def any_lifted(self) -> bool:
        """Whether any pair is the best of a photo lane."""
        return bool(is_lifted(self.limits).any())

    @cached_property
    def _rows(self) -> Int32:
        """Where each record stands, int32 (size,) by record number; -1 for those without a list, and at the end."""
        rows = np.full(2 + int(self.numbers.max(initial=-1)), -1, dtype=np.int32)
        rows[self.numbers] = np.arange(len(self), dtype=np.int32)
        return rows

    def places(self, numbers: Int32) -> Int64:
        """Where these records stand, int64 (m,); -1 for one that has no list."""
        # A number without its sign is beyond the end when it is negative, and so clipped to the -1 that stands there.
        return np.take(self._rows, numbers.astype(np.int32, copy=False).view(np.uint32), mode="clip").astype(np.int64)

    def floors(self, size: int, minimum: int, never: Int32) -> Int32:
        """The weight from which a pair enters each record's list, int32 (size,) by record number.

        That of the last entry of a full list (entering at the same weight hangs on the record number), else
        `minimum`. The records `never` are given a floor that nothing reaches.
        """
        floors = np.full(size, minimum, dtype=np.int32)
        if self.top:
            known = slice(int(np.searchsorted(self.numbers, size)))
            full = self.others[known, -1] != NOBODY
            floors[self.numbers[known]] = np.where(full, np.maximum(self.weights[known, -1], minimum), minimum)
        floors[never] = 2**31 - 1
        return floors

    def entries_of(self, chosen: npt.NDArray[np.bool_]) -> tuple[Int64, Int64]:
        """Where the chosen records stand on lists: row and rank of each entry, int64 (e,), by row and then by rank.

        chosen  bool (size,) by record number
        """
        # NOBODY, read without its sign, and numbers beyond the end are all clipped to an entry that is never chosen.
        table = np.append(chosen, False)

        def among(first: int) -> Int64:
            others = self.others[first : first + _ROWS_AT_ONCE].reshape(-1).view(np.uint32)
            return np.flatnonzero(np.take(table, others, mode="clip")) + first * self.top

        rows = range(0, len(self) if chosen.any() else 0, _ROWS_AT_ONCE)
        entry = np.concatenate([np.zeros(0, np.int64), *in_parallel(among, rows)])
        row, rank = np.divmod(entry, max(self.top, 1))
        return row, rank

    def holding(self, chosen: npt.NDArray[np.bool_]) -> Int32:
        """Records on whose lists any of the chosen records stands, int32 (m,); bool (size,) by record number."""
        return self.numbers[np.unique(self.entries_of(chosen)[0])]


def no_lanes(records: int, places: int) -> tuple[Int32, Int32, Int32, npt.NDArray[np.uint8]]:
    """Empty lanes, as the last columns of Lists: who, values, weights and limits."""
    shape = (records, places)
    zeros = np.zeros(shape, dtype=np.int32)
    return np.full(shape, NOBODY, dtype=np.int32), zeros, zeros, np.zeros(shape, dtype=np.uint8)


def no_lists(top: int, lane: int = 0) -> Lists:
    """Lists of nobody."""
    none = np.zeros((0, top), dtype=np.int32)
    numbers, kinds, limits = np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros((0, top), np.uint8)
    return Lists(numbers, kinds, none, none, limits, *no_lanes(0, lane))


def listed(
    numbers: Int32, kind: Kind, others: Int32, weights: Int32, limits: npt.NDArray[np.uint8], lane: int = 0
) -> Lists:
    """Lists of records of one kind, with empty lanes of so many places."""
    kinds = np.full(len(numbers), int(kind), dtype=np.uint8)
    return Lists(numbers, kinds, others, weights, limits, *no_lanes(len(numbers), lane))


def write_lists(lists: Lists, path: Path) -> str:
    """Write lists to a file that appears whole or not at all; gives its digest. OutputError when the disk refuses."""
    temporary = path.with_name(f".temporary-{path.name}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            digest = _put(lists, stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(f"The lists of the run could not be written ({error.strerror}); see to the disk.") from error
    return digest.hex()


def read_lists(path: Path, digest: str) -> Lists:
    """The lists of a file, mapped, verified against the digest that the database has; ListsError when in doubt."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_START_BYTES)
        header = json.loads(start[-_HEADER_BYTES:])
        columns = _columns(header["records"], {"top": header["top"], "lane": header["lane"]})
        if path.stat().st_size != columns[-1].end:
            raise ListsError("The lists of the last run are cut short.")
        pieces = [piece for column in columns for piece in column.pieces()]
        digests = in_parallel(lambda piece: bytes.fromhex(digest_of_range(path, *piece)), pieces)
        found = _digest(start[-_HEADER_BYTES:], digests)
        if start[:-_HEADER_BYTES] != MAGIC + found or found.hex() != digest:
            raise ListsError("The lists of the last run are damaged or not of that run.")
        return Lists(**{column.name: _mapped(path, column) for column in columns})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ListsError("The lists of the last run are not there or cannot be read.") from error


class _Column(NamedTuple):
    """Where a column stands in a file."""

    name: str
    dtype: str
    begin: int
    shape: tuple[int, ...]

    @property
    def end(self) -> int:
        return self.begin + math.prod(self.shape) * np.dtype(self.dtype).itemsize

    def pieces(self) -> list[tuple[int, int]]:
        """First byte and size of each piece, as the digest knows them."""
        return [(first, min(_PIECE_BYTES, self.end - first)) for first in range(self.begin, self.end, _PIECE_BYTES)]


def _columns(records: int, places: Mapping[str, int]) -> list[_Column]:
    columns: list[_Column] = []
    for name, (dtype, second) in _COLUMNS.items():
        begin = columns[-1].end if columns else _START_BYTES
        columns.append(_Column(name, dtype, begin, (records, places[second]) if second else (records,)))
    return columns


def _put(lists: Lists, stream: BinaryIO) -> bytes:
    """Write everything into an empty file; gives the digest. Threads digest what another one writes."""
    pieces: list[memoryview] = []
    places = {"top": lists.top, "lane": lists.places_of_lane}
    for column in _columns(len(lists), places):
        array = np.ascontiguousarray(getattr(lists, column.name), dtype=column.dtype).reshape(-1).view(np.uint8)
        pieces += [array[first - column.begin :][:size].data for first, size in column.pieces()]
    head = json.dumps({"records": len(lists), **places}, sort_keys=True).encode().ljust(_HEADER_BYTES)
    stream.write(bytes(_START_BYTES))
    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="lists") as pool:
        digests = pool.map(lambda piece: hashlib.sha256(piece).digest(), pieces)
        stream.writelines(pieces)
        digest = _digest(head, digests)
    stream.seek(0)
    stream.write(MAGIC + digest + head)
    return digest


def _digest(head: bytes, pieces: Iterable[bytes]) -> bytes:
    return hashlib.sha256(head + b"".join(pieces)).digest()


def _mapped(path: Path, column: _Column) -> npt.NDArray[Any]:
    if column.begin == column.end:
        return np.zeros(column.shape, dtype=column.dtype)
    # As a plain array: each look into a `memmap` would make another one.
    return np.asarray(np.memmap(path, column.dtype, "r", column.begin, column.shape))
