"""Which segments become one, and how their rows are laid out in it."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.columns import BLANK, EMPTY, Columns, new_columns, summarise
from indexer.layout import layout
from indexer.segment import Segment
from indexer.vectors import TILE
from matcher.profile import EncodingProfile
from matcher.views import Kind

RATIO = 4
"""A segment stays while it has more rows than so many times all smaller ones together: they stay few (see decision 17),
and a change is written about ten times until it stands in the largest."""
MOST_WITHDRAWN = 0.25
"""Share of its rows that a segment may lose before it is written anew."""

_TILES_AT_ONCE = 512

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


class Source(NamedTuple):
    """A segment, and its record numbers at one moment, int32 (t, TILE): rows withdrawn later still stand in it."""

    segment: Segment
    record: Int32


def chosen(segments: Sequence[Segment], erased: Int32, lost: Collection[str]) -> list[Segment]:
    """The segments that are to become one: what is not written yet, what must not stay, and what is small beside it.

    See SegmentedGallery.freeze.
    """
    must = [segment for segment in segments if _must_go(segment, erased, lost)]
    if not must:
        return []
    others = sorted((segment for segment in segments if segment not in must), key=len)
    rows, smaller, small = sum(map(len, must)), 0, 0
    for place, segment in enumerate(others):
        if len(segment) <= RATIO * (rows + smaller):
            small = place + 1
        smaller += len(segment)
    return must + others[:small]


def merged(profile: EncodingProfile, sources: Sequence[Source]) -> Columns | None:
    """The columns of all rows of the sources, laid out together as one batch of each kind; None when there are none."""
    if not sources:
        return None
    rows = {kind: _in_order(profile, _rows_of(sources, kind)) for kind in Kind}
    tiles = {kind: -(-len(of_kind) // TILE) for kind, of_kind in rows.items()}
    total = sum(tiles.values())
    if not total:
        return None
    out = new_columns(profile, total)
    for name, value in BLANK.items():
        out[name][:] = value
    first = 0
    for kind in Kind:
        out["kind"][first : first + tiles[kind]] = kind
        _put(out, first * TILE, sources, rows[kind])
        first += tiles[kind]
    for begin in range(0, total, _TILES_AT_ONCE):
        summarise(profile, out, np.arange(begin, min(begin + _TILES_AT_ONCE, total)))
    return out


def _must_go(segment: Segment, erased: Int32, lost: Collection[str]) -> bool:
    gone = segment.rows_written() - len(segment)
    return (
        not segment.name or segment.name in lost or not len(segment)
        or gone > MOST_WITHDRAWN * segment.rows_written() or segment.held(erased)
    )


class _Rows(NamedTuple):
    """Rows by number of their source, tile and slot, int64 (n,) each, and what decides their order, (n,)."""

    source: Int64
    tile: Int64
    slot: Int64
    sex: npt.NDArray[np.uint8]
    presence: npt.NDArray[np.uint16]
    event: Int32

    def __len__(self) -> int:
        return len(self.source)

    def take(self, which: npt.NDArray[np.intp]) -> "_Rows":
        columns: Any = self
        return _Rows(*(column[which] for column in columns))


def _rows_of(sources: Sequence[Source], kind: Kind) -> list[_Rows]:
    found = []
    for number, (segment, record) in enumerate(sources):
        of_kind = np.flatnonzero(segment.kind[: len(record)] == kind)
        at, slot = np.nonzero(record[of_kind] != EMPTY)
        tile = of_kind[at]
        found.append(_Rows(
            np.full(len(tile), number), tile, slot,
            segment.sex[tile, slot], segment.presence[tile, slot], segment.event[tile, slot],
        ))  # fmt: skip
    return found


def _in_order(profile: EncodingProfile, found: list[_Rows]) -> _Rows:
    """All rows in the order in which a batch of them would be laid out."""
    columns: Any = zip(*found, strict=True)
    rows = _Rows(*map(np.concatenate, columns))
    return rows.take(layout(profile, rows.presence, rows.sex, rows.event))


def _put(out: Columns, first: int, sources: Sequence[Source], rows: _Rows) -> None:
    """Put rows of one kind at the places from `first` on, some tiles at once: whole columns would not fit the cache."""
    for begin in range(0, len(rows), _TILES_AT_ONCE * TILE):
        some = rows.take(np.arange(begin, min(begin + _TILES_AT_ONCE * TILE, len(rows))))
        for number in np.unique(some.source).tolist():
            at = np.flatnonzero(some.source == number)
            tile, slot = np.divmod(first + begin + at, TILE)
            segment, record = sources[number]
            for name in BLANK:
                column = record if name == "record" else getattr(segment, name)
                out[name][tile, ..., slot] = column[some.tile[at], ..., some.slot[at]]
