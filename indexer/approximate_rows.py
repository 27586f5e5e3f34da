"""All rows of one kind as they stood at one moment, record by record, and where they stand in the gallery now."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.approximate_weights import Rows
from indexer.gallery import Part
from indexer.pairs import read_rows
from indexer.parts import AnyGallery, holder_at, record_at
from indexer.vectors import TILE
from matcher.batch import EncodedBatch
from matcher.views import Kind

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
_SLICE = 50_000
"""Rows read while the gallery must stand still: some milliseconds."""
_NOWHERE = -1


@dataclass(repr=False)
class IndexedRows:
    """n rows of r records, by record number, then by gallery row; nothing in it changes but `row`.

    numbers  int32 (r,), rising
    holder   int32 (r,)
    rows     the rows
    row      int64 (n,), gallery row of each at that moment, or where it was found since
    """

    numbers: Int32
    holder: Int32
    rows: Rows
    row: Int64

    def places_of(self, numbers: Int32) -> Int64:
        """Places of those of these records, int32 (m,), that are here, int64 (p,)."""
        if not len(self.numbers):
            return np.zeros(0, dtype=np.int64)
        place = np.searchsorted(self.numbers, numbers).clip(0, len(self.numbers) - 1)
        found: Int64 = place[self.numbers[place] == numbers].astype(np.int64)
        return found

    def locate(self, gallery: AnyGallery, at: Int64) -> Int64:
        """Gallery rows of these rows, int64 (m,), which must stand in it unchanged; -1 for one that does not.

        Rows move when the gallery's parts are merged; only then are they looked for.
        """
        last = gallery.parts[-1]
        row = np.where(self.row[at] < last.first + last.gallery.tiles * TILE, self.row[at], _NOWHERE)
        moved = np.flatnonzero(~self._stands(gallery, at, row))
        if len(moved):
            # Several probes may have the same row among their best.
            asked, inverse = np.unique(at[moved], return_inverse=True)
            self.row[asked] = self._find(gallery, asked)
            row[moved] = self.row[asked][inverse]
        return row

    def _stands(self, gallery: AnyGallery, at: Int64, row: Int64) -> npt.NDArray[np.bool_]:
        same = np.zeros(len(at), dtype=np.bool_)
        some = np.flatnonzero(row >= 0)
        if not len(some):
            return same
        record = self.numbers[np.searchsorted(self.rows.first, at[some], side="right") - 1]
        some = some[record_at(gallery, row[some]) == record]
        if len(some):
            there = read_rows(gallery, row[some])
            same[some] = (there.presence == self.rows.presence[at[some]]) & (
                there.codes == self.rows.codes[at[some]]
            ).all(axis=1)
        return same

    def _find(self, gallery: AnyGallery, at: Int64) -> Int64:
        """Where rows stand, all different, int64 (m,); the rows of a record keep their order among themselves."""
        place = np.searchsorted(self.rows.first, at, side="right") - 1
        record, row = rows_of_records(gallery, np.unique(self.numbers[place]))
        found = np.full(len(at), _NOWHERE, dtype=np.int64)
        begin, end = np.searchsorted(record, self.numbers[place]), np.searchsorted(record, self.numbers[place], "right")
        for candidate in range(int((end - begin).max(initial=0))):
            open_ = np.flatnonzero((found == _NOWHERE) & (begin + candidate < end))
            here = row[begin[open_] + candidate]
            fits = self._stands(gallery, at[open_], here)
            found[open_[fits]] = here[fits]
        return found


def rows_of_records(gallery: AnyGallery, numbers: Int32) -> tuple[Int32, Int64]:
    """Record number and gallery row of all rows of some records, both (m,), by record, then by row.

    Looks into the last part first, where new rows are, and into earlier and larger ones only while records lack.
    """
    records, rows, left = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)], numbers
    for part in reversed(gallery.parts):
        flat = part.gallery.record[: part.gallery.tiles].reshape(-1)
        here = np.flatnonzero(np.isin(flat, left)) if len(left) else np.zeros(0, np.int64)
        records.append(flat[here])
        rows.append(part.first + here)
        left = left[~np.isin(left, flat[here])]
    record, row = np.concatenate(records), np.concatenate(rows)
    order = np.lexsort((row, record))
    return record[order], row[order]


def read_all(gallery: AnyGallery, kind: Kind, guard: AbstractContextManager[object]) -> IndexedRows:
    """Read all rows of a kind, slice by slice, the gallery held still by `guard` for one slice at a time.

    A record that changes meanwhile may be here in its earlier state or not at all: the caller has to know of it.
    """
    while True:
        with guard:
            rows, parts = gallery.rows_of(kind), gallery.parts
        read = _read_slices(gallery, rows, parts, guard)
        if read is not None:
            return _by_record(gallery, kind, *read)


def _read_slices(
    gallery: AnyGallery, rows: Int64, parts: tuple[Part, ...], guard: AbstractContextManager[object]
) -> tuple[list[EncodedBatch], Int32, Int32, Int64] | None:
    """Batches, record and holder of each row, and the rows; None when parts were merged and rows have moved."""
    batches: list[EncodedBatch] = []
    record, holder = np.empty(len(rows), dtype=np.int32), np.empty(len(rows), dtype=np.int32)
    for begin in range(0, len(rows), _SLICE):
        some = rows[begin : begin + _SLICE]
        with guard:
            if not _same_rows(parts, gallery.parts):
                return None
            record[begin : begin + len(some)] = record_at(gallery, some)
            holder[begin : begin + len(some)] = holder_at(gallery, some)
            batches.append(read_rows(gallery, some))
    return batches, record, holder, rows


def _same_rows(before: tuple[Part, ...], now: tuple[Part, ...]) -> bool:
    """Whether all rows have the positions that they had: the very same parts."""
    return len(now) == len(before) and all(a.gallery is b.gallery for a, b in zip(before, now, strict=True))


def _by_record(
    gallery: AnyGallery, kind: Kind, batches: list[EncodedBatch], record: Int32, holder: Int32, row: Int64
) -> IndexedRows:
    order = np.lexsort((row, record))
    order = order[record[order] >= 0]
    words = gallery.profile.words
    codes = np.concatenate([np.zeros((0, words), np.uint64), *(batch.codes for batch in batches)])[order]
    presence = np.concatenate([np.zeros(0, np.uint16), *(batch.presence for batch in batches)])[order]
    sex = np.concatenate([np.zeros(0, np.uint8), *(batch.sex for batch in batches)])[order]
    birth = np.concatenate([np.zeros((0, 2), np.int32), *(batch.birth for batch in batches)])[order]
    event = np.concatenate([np.zeros(0, np.int32), *(batch.event for batch in batches)])[order]
    ages = np.concatenate([np.zeros(0, np.uint8), *(batch.photo_age for batch in batches)])[order]
    numbers, first = np.unique(record[order], return_index=True)
    ends = np.append(first, len(order)).astype(np.int64)
    return IndexedRows(numbers, holder[order][first], Rows(codes, presence, sex, birth, event, ages, ends), row[order])
