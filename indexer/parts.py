"""A gallery of whatever make: parts whose rows are counted through, from the first part to the last."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from indexer.gallery import Gallery, Part
from indexer.vectors import TILE
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile
from matcher.views import Kind

S = TypeVar("S", bound=np.generic)
Rows = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]


class AnyGallery(Protocol):
    """What can be searched and read: a Gallery or a SegmentedGallery.

    A row is the first row of its part, plus tile * TILE + slot in there.
    """

    @property
    def profile(self) -> EncodingProfile:
        """Profile of all rows."""
        ...

    @property
    def key_check(self) -> bytes | None:
        """Check value of the linkage key, None as long as there is no row."""
        ...

    @property
    def photo_space(self) -> PhotoSpace | None:
        """What all photo codes are of, None as long as there is none."""
        ...

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in the order of their rows; changes of the whole may replace them."""
        ...

    def __len__(self) -> int:
        """Number of rows that stand."""
        ...

    def rows_of(self, kind: Kind) -> Rows:
        """All rows of a kind, int64 (n,), rising."""
        ...

    def numbers(self, kind: Kind) -> npt.NDArray[np.int32]:
        """Numbers of all records of a kind, int32 (r,), rising."""
        ...

    def record_count(self, kind: Kind) -> int:
        """Number of records of a kind."""
        ...


def record_at(gallery: AnyGallery, rows: Rows) -> Int32:
    """Record numbers of rows, int32 (n,)."""
    return gathered(gallery, rows, np.empty(len(rows), np.int32), lambda part, tile, slot: part.record[tile, slot])


def holder_at(gallery: AnyGallery, rows: Rows) -> Int32:
    """Holder numbers of rows, int32 (n,)."""
    return gathered(gallery, rows, np.empty(len(rows), np.int32), lambda part, tile, slot: part.holder[tile, slot])


def event_at(gallery: AnyGallery, rows: Rows) -> Int32:
    """Days of the events of rows, int32 (n,)."""
    return gathered(gallery, rows, np.empty(len(rows), np.int32), lambda part, tile, slot: part.event[tile, slot])


def photo_age_at(gallery: AnyGallery, rows: Rows) -> npt.NDArray[np.uint8]:
    """Bands of the ages in the photos of rows, uint8 (n,)."""
    return gathered(gallery, rows, np.empty(len(rows), np.uint8), lambda part, tile, slot: part.photo_age[tile, slot])


def gathered(
    gallery: AnyGallery, rows: Rows, out: npt.NDArray[S], read: Callable[[Gallery, Rows, Rows], npt.NDArray[Any]]
) -> npt.NDArray[S]:
    """Fill `out`, one entry a row, with what `read` gives for tiles and slots of a part."""
    parts = gallery.parts
    if len(parts) == 1:
        out[:] = read(parts[0].gallery, *np.divmod(rows, TILE))
        return out
    place = np.searchsorted([part.first for part in parts], rows, side="right") - 1
    for number in np.unique(place).tolist():
        at = np.flatnonzero(place == number)
        out[at] = read(parts[number].gallery, *np.divmod(rows[at] - parts[number].first, TILE))
    return out
