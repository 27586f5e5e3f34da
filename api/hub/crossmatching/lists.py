"""The lists of all records: for each the best of the other kind. They are the outcome of a run, and one file.

    magic, SHA-256 of the rest, header (JSON, padded), numbers, others, weights, kinds, supported

All little-endian. The file is mapped, so that an incremental run over a million records need not read it whole twice.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.errors import ListsError
from matcher.errors import OutputError
from matcher.views import Kind

MAGIC = b"MILAPLISTS1\n"
_HEADER_BYTES = 244
_CHUNK_BYTES = 2**24
_COLUMNS = {"numbers": ("<i4", 1), "others": ("<i4", 2), "weights": ("<i4", 2), "kinds": ("|u1", 1),
            "supported": ("|b1", 2)}  # fmt: skip
"""Dtype and dimensions of each column, those of four bytes first so that all stand at multiples of their size."""

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lists:
    """Lists of n records with k places each.

    numbers    int32 (n,), record numbers, rising
    kinds      uint8 (n,), a Kind
    others     int32 (n, k), best first, NOBODY behind the last; weights int32 (n, k), thousandths of a bit
    supported  bool (n, k), whether any view speaks for the pair
    """

    numbers: Int32
    kinds: npt.NDArray[np.uint8]
    others: Int32
    weights: Int32
    supported: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.numbers)

    @property
    def top(self) -> int:
        """Places of a list."""
        return int(self.others.shape[1])

    def places(self, numbers: Int32) -> Int64:
        """Where these records stand, int64 (m,); -1 for one that has no list."""
        if not len(self.numbers):
            return np.full(len(numbers), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[place] == numbers, place, -1).astype(np.int64)

    def floors(self, size: int, minimum: int, never: Int32) -> Int32:
        """The weight from which a pair enters each record's list, int32 (size,) by record number.

        That of the last entry of a full list (entering at the same weight hangs on the record number), else
        `minimum`. The records `never` are given a floor that nothing reaches.
        """
        floors = np.full(size, minimum, dtype=np.int32)
        full = self.others[:, -1] != NOBODY if self.top else np.zeros(len(self), dtype=np.bool_)
        known = full & (self.numbers < size)
        floors[self.numbers[known]] = np.maximum(self.weights[known, -1], minimum)
        floors[never] = 2**31 - 1
        return floors

    def holding(self, chosen: npt.NDArray[np.bool_]) -> Int32:
        """Records on whose lists any of the chosen records stands, int32 (m,); bool (size,) by record number."""
        inside = (self.others >= 0) & (self.others < len(chosen))
        met = np.zeros(self.others.shape, dtype=np.bool_)
        met[inside] = chosen[self.others[inside]]
        return self.numbers[met.any(axis=1)]


def no_lists(top: int) -> Lists:
    """Lists of nobody."""
    none = np.zeros((0, top), dtype=np.int32)
    return Lists(np.zeros(0, np.int32), np.zeros(0, np.uint8), none, none, np.zeros((0, top), dtype=np.bool_))


def listed(numbers: Int32, kind: Kind, others: Int32, weights: Int32, supported: npt.NDArray[np.bool_]) -> Lists:
    """Lists of records of one kind."""
    return Lists(numbers, np.full(len(numbers), int(kind), dtype=np.uint8), others, weights, supported)


def write_lists(lists: Lists, path: Path) -> str:
    """Write lists to a file that appears whole or not at all; gives its digest. OutputError when the disk refuses."""
    temporary = path.with_name(f".temporary-{path.name}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        arrays = [np.ascontiguousarray(getattr(lists, name), dtype=kind) for name, (kind, _) in _COLUMNS.items()]
        digest = hashlib.sha256(head := _header(lists))
        parts = [array.reshape(-1).view(np.uint8).data for array in arrays if array.size]
        for part in parts:
            digest.update(part)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.writelines([MAGIC, digest.digest(), head, *parts])
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        _sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(f"The lists of the run could not be written ({error.strerror}); see to the disk.") from error
    return digest.hexdigest()


def read_lists(path: Path, digest: str) -> Lists:
    """The lists of a file, mapped, verified against the digest that the database has; ListsError when in doubt."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(MAGIC) + 32 + _HEADER_BYTES)
            found = hashlib.sha256(start[len(MAGIC) + 32 :])
            while chunk := stream.read(_CHUNK_BYTES):
                found.update(chunk)
        told = start[len(MAGIC) : -_HEADER_BYTES].hex()
        if start[: len(MAGIC)] != MAGIC or (found.hexdigest(), told) != (digest, digest):
            raise ListsError("The lists of the last run are damaged or not of that run.")
        return _mapped(path, json.loads(start[-_HEADER_BYTES:]))
    except (OSError, ValueError, KeyError) as error:
        raise ListsError("The lists of the last run are not there or cannot be read.") from error


def _mapped(path: Path, header: dict[str, int]) -> Lists:
    offset, columns = len(MAGIC) + 32 + _HEADER_BYTES, {}
    for name, (kind, dimensions) in _COLUMNS.items():
        shape = (header["records"], header["top"])[:dimensions]
        size = int(np.prod(shape))
        empty: Any = np.zeros(shape, dtype=kind)
        columns[name] = np.memmap(path, kind, "r", offset, shape) if size else empty
        offset += size * np.dtype(kind).itemsize
    if path.stat().st_size != offset:
        raise ListsError("The lists of the last run are cut short.")
    return Lists(**columns)


def _header(lists: Lists) -> bytes:
    return json.dumps({"records": len(lists), "top": lists.top}, sort_keys=True).encode().ljust(_HEADER_BYTES)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
