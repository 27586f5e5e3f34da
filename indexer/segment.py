"""A segment: rows that were laid out once, and of which some were withdrawn since."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.columns import EMPTY
from indexer.gallery import Gallery
from matcher.batch import EncodedBatch
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile

Int32 = npt.NDArray[np.int32]


class Segment(Gallery):
    """An immutable part of an index: rows can be withdrawn, in this process alone, and none added.

    Withdrawing changes `record` and the summaries of tiles, so that other processes can share everything else. What a
    withdrawn row had stays in the other columns until the segment is written anew (see `merged`).

    name     of its folder, empty when it was not written yet
    written  int32 (t, TILE), the record numbers that stood in it at first
    """

    def __init__(
        self, profile: EncodingProfile, key_check: bytes | None, photo_space: PhotoSpace | None,
        columns: Mapping[str, npt.NDArray[Any]], written: Int32, name: str = "",
    ) -> None:
        """A segment of these columns: `record` and the summaries are changed, so others must not see their memory."""
        super().__init__(profile)
        self._take_over(key_check, photo_space, columns)
        self.name, self.written = name, written

    @classmethod
    def of(cls, gallery: Gallery) -> "Segment":
        """A gallery to which nothing is added any more, its memory taken over."""
        columns = gallery.columns()
        return cls(gallery.profile, gallery.key_check, gallery.photo_space, columns, columns["record"].copy())

    def add(self, batch: EncodedBatch, numbers: Int32, holder: int | Int32 = 0) -> None:
        """Never: TypeError."""
        raise TypeError("Nothing is added to a segment; add to the gallery that it is a part of.")

    def withdrawn(self) -> Int32:
        """Records that stood in it at first and stand no longer, int32 (n,), rising."""
        return left_since(self.written, self.record)

    def held(self, numbers: Int32) -> bool:
        """Whether any of these records, int32 (n,), stood in it at first."""
        return bool(len(numbers)) and bool(np.isin(self.written, numbers).any())

    def rows_written(self) -> int:
        """Number of rows that stood in it at first."""
        return int((self.written != EMPTY).sum())

    def _clear(self, tile: npt.NDArray[np.int64], slot: npt.NDArray[np.int64]) -> None:
        self.record[tile, slot] = EMPTY


def left_since(before: Int32, record: Int32) -> Int32:
    """Records that stood in `before` and do not in `record`, both (t, TILE); int32 (n,), rising."""
    gone: Int32 = np.unique(before[(before != EMPTY) & (record == EMPTY)])
    return gone
