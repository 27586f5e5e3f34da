"""Resident records as probes: the gallery's own rows, found once, read back block by block."""

import numpy as np
import numpy.typing as npt

from api.hub.matching.rows import HeldBatch
from indexer.pairs import read_rows
from indexer.parts import AnyGallery, holder_at, record_at
from matcher.batch import EncodedBatch
from matcher.views import Kind


class ResidentProbes:
    """Resident records of one kind, by number, as they stand when this is made.

    numbers  int32 (r,), record numbers, rising
    holders  int32 (r,), the holder of each
    rows     int64 (n,), their rows in the gallery, by record
    ends     int64 (r + 1,), record i has the rows at `ends[i]` to `ends[i + 1]` - 1
    """

    def __init__(self, gallery: AnyGallery, kind: Kind, numbers: npt.NDArray[np.int32] | None = None) -> None:
        """Find the rows.

        Args:
            gallery: must not change while batches are taken.
            kind: of all these records.
            numbers: int32 (r,), rising; records that the gallery holds, None for all of the kind.
        """
        self.gallery, self.kind = gallery, kind
        self.numbers = gallery.numbers(kind) if numbers is None else numbers
        self.rows, record = _rows_of(gallery, self.numbers)
        self.ends = np.append(np.searchsorted(record, self.numbers), len(record))
        self.holders = holder_at(gallery, self.rows[self.ends[:-1]])

    def __len__(self) -> int:
        """Number of records."""
        return len(self.numbers)

    def all(self) -> HeldBatch:
        """All records as one batch."""
        return self.batch(0, len(self))

    def batch(self, first: int, last: int) -> HeldBatch:
        """Records `first` to `last` - 1, in the order of `numbers`."""
        numbers, ends = self.numbers[first:last], self.ends[first : last + 1]
        read = read_rows(self.gallery, self.rows[ends[0] : ends[-1]])
        record = np.repeat(np.arange(len(numbers), dtype=np.int32), np.diff(ends))
        batch = EncodedBatch(
            read.profile, read.key_check, self.kind, tuple(str(number) for number in numbers.tolist()), record,
            read.codes, read.presence, read.sex, read.birth, read.event, read.photo_age, read.photo_space,
        )  # fmt: skip
        return HeldBatch(batch, numbers, self.holders[first:last])


def _rows_of(
    gallery: AnyGallery, numbers: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Rows of these records, int64 (n,), by record and then as they stand; and the record of each, int32 (n,)."""
    chosen = np.zeros(2 + int(numbers.max(initial=-1)), dtype=np.bool_)
    chosen[numbers] = True
    found = [np.zeros(0, dtype=np.int64)]
    for first, part in gallery.parts:
        # EMPTY, read without its sign, and numbers beyond the end are clipped to the last entry, which nobody chose.
        slots = part.record[: part.tiles].reshape(-1).view(np.uint32)
        found.append(first + np.flatnonzero(np.take(chosen, slots, mode="clip")))
    rows = np.concatenate(found)
    record = record_at(gallery, rows)
    order = np.argsort(record, kind="stable")
    return rows[order], record[order]
