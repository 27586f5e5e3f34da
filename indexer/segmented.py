"""A gallery of several parts: immutable segments, and the rows that came since in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.compacting import Source, chosen
from indexer.gallery import Gallery, Part
from indexer.segment import Segment, left_since
from indexer.vectors import TILE
from matcher.batch import EncodedBatch
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile
from matcher.views import Kind

Int32 = npt.NDArray[np.int32]
_NOBODY = np.zeros(0, dtype=np.int32)


class Kept(NamedTuple):
    """A segment that stays: its rows, and the records withdrawn from it, int32 (n,), rising, both at one moment."""

    segment: Segment
    rows: int
    withdrawn: Int32


@dataclass(frozen=True, repr=False)
class Frozen:
    """What a gallery is at one moment, for a snapshot; it stays that whatever the gallery does.

    merging  segments whose rows become a new one, with their rows of that moment
    kept     segments that stay as they are on the disk
    """

    profile: EncodingProfile
    key_check: bytes | None
    photo_space: PhotoSpace | None
    merging: tuple[Source, ...]
    kept: tuple[Kept, ...]


class SegmentedGallery:
    """Rows of both kinds in segments and, last, in a delta that takes whatever is added.

    Like Gallery, and for the same uses: not for several threads at once while one of them changes it. A record stands
    in one part only. Rows are those of the parts, counted through; `adopt` and `freeze` change that.

    segments  largest first
    """

    def __init__(
        self, profile: EncodingProfile, segments: Sequence[Segment] = (), key_check: bytes | None = None,
        photo_space: PhotoSpace | None = None,
    ) -> None:
        """A gallery of these segments, which are of one profile and key, and of one photo space or of none."""
        self.profile = profile
        self.segments = _largest_first(segments)
        self.delta = self._new_delta(key_check, photo_space)

    def __len__(self) -> int:
        """Number of rows that stand in the gallery."""
        return sum(len(part.gallery) for part in self.parts)

    def __repr__(self) -> str:
        """Counts only."""
        return f"SegmentedGallery({self.profile.name}, {len(self)} rows in {len(self.parts)} parts)"

    @property
    def key_check(self) -> bytes | None:
        """Check value of the linkage key, None as long as no batch has fixed it."""
        return self.delta.key_check

    @property
    def photo_space(self) -> PhotoSpace | None:
        """What all photo codes are of, None as long as no batch has fixed it."""
        return self.delta.photo_space

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in the order of their rows; the delta is the last."""
        firsts = np.cumsum([0, *(segment.tiles * TILE for segment in self.segments)]).tolist()
        return tuple(map(Part, firsts, (*self.segments, self.delta)))

    @property
    def bytes_per_row(self) -> float:
        """Bytes of all arrays in use, mapped ones included, per row that stands in the gallery."""
        used = sum(part.gallery.bytes_per_row * max(len(part.gallery), 1) for part in self.parts)
        return used / max(len(self), 1)

    def rows_of(self, kind: Kind) -> npt.NDArray[np.int64]:
        """All rows of a kind, int64 (n,), rising."""
        return np.concatenate([part.first + part.gallery.rows_of(kind) for part in self.parts])

    def numbers(self, kind: Kind) -> Int32:
        """Numbers of all records of a kind that stand in the gallery, int32 (r,), rising."""
        return np.sort(np.concatenate([part.gallery.numbers(kind) for part in self.parts]))

    def record_count(self, kind: Kind) -> int:
        """Number of records of a kind that stand in the gallery, without counting them."""
        return sum(part.gallery.record_count(kind) for part in self.parts)

    def add(self, batch: EncodedBatch, numbers: Int32, holder: int = 0) -> None:
        """See Gallery.add."""
        self.delta.add(batch, numbers, holder)
        for segment in self.segments:
            segment.withdraw(numbers)

    def withdraw(self, numbers: Int32) -> int:
        """See Gallery.withdraw."""
        return sum(part.gallery.withdraw(numbers) for part in self.parts)

    def freeze(self, erased: Int32 = _NOBODY, lost: Collection[str] = ()) -> Frozen:
        """Hold on to the present state, and begin a new delta; the same rows stand, under other positions.

        Args:
            erased: int32 (n,), records of which nothing may stay on the disk: segments that held them are merged.
            lost: names of segments that are to be written anew.
        """
        if len(self.delta):
            self.segments = (*self.segments, Segment.of(self.delta))
            self.delta = self._new_delta(self.delta.key_check, self.delta.photo_space)
        merging = chosen(self.segments, erased, lost)
        return Frozen(
            self.profile, self.key_check, self.photo_space,
            tuple(Source(segment, segment.record.copy()) for segment in merging),
            tuple(Kept(each, len(each), each.withdrawn()) for each in self.segments if each not in merging),
        )

    def adopt(self, frozen: Frozen, written: Segment | None) -> None:
        """Put the segment that was made of a frozen state in the place of those that went into it."""
        merged = [source.segment for source in frozen.merging]
        segments = [segment for segment in self.segments if segment not in merged]
        if written is not None:
            for source in frozen.merging:
                written.withdraw(left_since(source.record, source.segment.record))
            segments.append(written)
        self.segments = _largest_first(segments)

    def _new_delta(self, key_check: bytes | None, photo_space: PhotoSpace | None) -> Gallery:
        delta = Gallery(self.profile)
        delta.key_check, delta.photo_space = key_check, photo_space
        return delta


def _largest_first(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    return tuple(sorted(segments, key=len, reverse=True))
