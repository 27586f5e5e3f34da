"""Blocks, the units of a run: what is searched together, and what the search gives, as bytes that never vary."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.views import Kind

SEARCHED_TOGETHER = 2_000
"""Dirty records of one block of a search."""
APPLIED_TOGETHER = 1_000
"""Records whose candidates one transaction brings up to date: on SQLite nobody else can write meanwhile."""
NOBODY = -1
"""Stands in a list behind its last entry."""


class Stage(IntEnum):
    """The parts of a run; SAMPLE is the first of those that have it (see waves)."""

    MISSING = 0
    FOUND = 1
    APPLY = 2
    SAMPLE = 3

    @property
    def kind(self) -> Kind:
        """The kind of the records that are searched for; an applied block has both."""
        return Kind.MISSING if self is Stage.MISSING else Kind.FOUND


@dataclass(frozen=True, order=True)
class Block:
    """Places `first` to `last` - 1 among the dirty records of its kind, or among the records that are applied."""

    stage: Stage
    number: int
    first: int
    last: int

    def __len__(self) -> int:
        """Number of records."""
        return self.last - self.first


def blocks_of(stage: Stage, total: int) -> Iterator[Block]:
    """The blocks of a stage over so many records."""
    size = APPLIED_TOGETHER if stage is Stage.APPLY else SEARCHED_TOGETHER
    for number, first in enumerate(range(0, total, size)):
        yield Block(stage, number, first, min(first + size, total))


@dataclass(frozen=True)
class Found:
    """What the search of one block found, r records with lists of k places, o offers, c columns of levels.

    numbers    int32 (r,), the searched records, rising
    others     int32 (r, k), their lists: record numbers, best first, NOBODY behind the last
    weights    int32 (r, k), thousandths of a bit; 0 behind the last
    limits     uint8 (r, k), a matcher.photo_rules.Limit of each pair
    levels     uint8 (r, k, c), places in matcher.explanation.LEVELS
    offers     int32 (o, 3): searched record, record that is not searched in this run, weight
    offered    uint8 (o,), their limits; offer_levels uint8 (o, c)
    scored     int64 (1,), pairs of records that agreements allowed to compare
    """

    numbers: npt.NDArray[np.int32]
    others: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int32]
    limits: npt.NDArray[np.uint8]
    levels: npt.NDArray[np.uint8]
    offers: npt.NDArray[np.int32]
    offered: npt.NDArray[np.uint8]
    offer_levels: npt.NDArray[np.uint8]
    scored: npt.NDArray[np.int64]

    def to_bytes(self) -> bytes:
        """The same arrays give the same bytes on every machine."""
        stream = io.BytesIO()
        for field in fields(self):
            array = np.ascontiguousarray(getattr(self, field.name))
            np.lib.format.write_array(stream, array.astype(array.dtype.newbyteorder("<")), (1, 0), allow_pickle=False)
        return stream.getvalue()


def found_from_bytes(data: bytes) -> Found:
    """The inverse of `Found.to_bytes`; ValueError for anything else."""
    stream = io.BytesIO(data)
    arrays: list[Any] = [np.lib.format.read_array(stream, allow_pickle=False) for _ in fields(Found)]
    return Found(*arrays)


def digest_of(data: bytes) -> str:
    """SHA-256 of a result, hexadecimal."""
    return hashlib.sha256(data).hexdigest()
