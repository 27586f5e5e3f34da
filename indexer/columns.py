"""The columns of a gallery: their types and shapes, what stands in a free place, and the summaries of tiles."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.vectors import CHUNKS_PER_WORD, TILE, VECTORS
from matcher.batch import UNKNOWN_DAY
from matcher.profile import EncodingProfile

EMPTY = -1
"""Record number of a place that holds no row."""

BLANK = {
    "codes": 0, "birth": UNKNOWN_DAY, "event": UNKNOWN_DAY, "holder": 0, "record": EMPTY, "sex": 0, "presence": 0,
    "photo_age": 0,
}
"""What stands in a place that holds no row."""

CACHE_LINE = 64
"""Bytes."""

Columns = dict[str, npt.NDArray[Any]]
Shapes = dict[str, tuple[str, tuple[int, ...]]]


def column_shapes(profile: EncodingProfile, tiles: int) -> Shapes:
    """Dtype (byte order included) and shape of every column of a gallery of so many tiles, by name (see Gallery)."""
    views, rows = len(profile.views), (tiles, TILE)
    return {
        "codes": ("<u2", (tiles, profile.words * CHUNKS_PER_WORD, TILE)), "masks": ("<u4", (tiles, views, VECTORS)),
        "birth": ("<i4", (tiles, 2, TILE)), "event": ("<i4", rows), "holder": ("<i4", rows), "record": ("<i4", rows),
        "sex": ("|u1", rows), "presence": ("<u2", rows), "photo_age": ("|u1", rows),
        "kind": ("|u1", (tiles,)), "sexes": ("|u1", (tiles,)), "any_presence": ("<u2", (tiles,)),
        "events": ("<i4", (tiles, 2)),
    }


def new_columns(profile: EncodingProfile, tiles: int) -> Columns:
    """Columns for so many tiles, of no content, each beginning at a cache line.

    Vector loads that straddle two lines cost the kernel a fifth of its speed.
    """
    return {name: _aligned(dtype, shape) for name, (dtype, shape) in column_shapes(profile, tiles).items()}


def _aligned(dtype: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    room = np.empty(size + CACHE_LINE, dtype=np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size].view(dtype).reshape(shape)


def summarise(profile: EncodingProfile, columns: Mapping[str, npt.NDArray[Any]], tiles: npt.NDArray[np.int64]) -> None:
    """Bring masks, sexes, any_presence and events of these tiles, int64 (t,), up to date with their rows."""
    filled, event = columns["record"][tiles] != EMPTY, columns["event"][tiles]
    # A segment keeps what a withdrawn row had (see Segment): it counts no longer all the same.
    presence = np.where(filled, columns["presence"][tiles], 0).astype(np.uint16)
    columns["any_presence"][tiles] = np.bitwise_or.reduce(presence, axis=1)
    columns["sexes"][tiles] = np.bitwise_or.reduce(np.where(filled, 1 << columns["sex"][tiles], 0), axis=1)
    views = np.arange(len(profile.views), dtype=np.uint16)
    bits = presence[:, None, :] >> views[:, None] & 1
    packed = np.packbits(bits.astype(np.bool_), axis=2, bitorder="little").view("<u4")
    columns["masks"][tiles] = packed.reshape(len(tiles), len(views), VECTORS)
    unknown = (filled & (event == UNKNOWN_DAY)).any(axis=1)
    first = np.where(filled, event, 2**31 - 1).min(axis=1)
    columns["events"][tiles, 0] = np.where(unknown, 2**31 - 1, first)
    last = np.where(filled, event, UNKNOWN_DAY).max(axis=1)
    columns["events"][tiles, 1] = np.where(unknown, UNKNOWN_DAY, last)
