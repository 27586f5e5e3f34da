"""Resident records as probes: the gallery's own rows, read back record by record."""

import numpy as np

from api.hub.matching.rows import HeldBatch
from indexer.pairs import read_rows
from indexer.parts import AnyGallery, holder_at, record_at
from matcher.batch import EncodedBatch
from matcher.views import Kind


class ResidentProbes:
    """All resident records of one kind, by holder and then by number, as they stand when this is made.

    numbers  int32 (r,), record numbers in that order
    rows     int64 (n,), gallery rows of the records in that order
    """

    def __init__(self, gallery: AnyGallery, kind: Kind) -> None:
        """Find the rows; the gallery must not change while batches are taken."""
        self.gallery, self.kind = gallery, kind
        rows = gallery.rows_of(kind)
        record, holder = record_at(gallery, rows), holder_at(gallery, rows)
        order = np.lexsort((rows, record, holder))
        self.rows, record = rows[order], record[order]
        self._first = np.flatnonzero(np.diff(record, prepend=-1))
        self.numbers, self.holders = record[self._first], holder[order][self._first]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.numbers)

    def all(self) -> HeldBatch:
        """All records as one batch."""
        return self.batch(0, len(self))

    def batch(self, first: int, last: int) -> HeldBatch:
        """Records `first` to `last` - 1 in the order of `numbers`."""
        numbers = self.numbers[first:last]
        rows = self.rows_of(first, last)
        read = read_rows(self.gallery, rows)
        ends = np.append(self._first, len(self.rows))
        record = np.repeat(np.arange(len(numbers), dtype=np.int32), np.diff(ends[first : last + 1]))
        batch = EncodedBatch(
            read.profile, read.key_check, self.kind, tuple(str(number) for number in numbers.tolist()), record,
            read.codes, read.presence, read.sex, read.birth, read.event,
        )  # fmt: skip
        return HeldBatch(batch, numbers, self.holders[first:last])

    def rows_of(self, first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Gallery rows of these records: row i of their batch stands there, int64 (m,)."""
        ends = np.append(self._first, len(self.rows))
        return self.rows[ends[first] : ends[last]]
