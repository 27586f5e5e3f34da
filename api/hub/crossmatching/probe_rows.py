"""Chosen resident records as probes: their rows, found once, read back block by block."""

import numpy as np
import numpy.typing as npt

from api.hub.matching.rows import HeldBatch
from indexer.pairs import read_rows
from indexer.parts import AnyGallery, holder_at, record_at
from matcher.batch import EncodedBatch
from matcher.views import Kind


class ProbeRows:
    """Resident records of one kind that are searched for.

    Args:
        gallery: must not change while batches are taken.
        kind: of all these records.
        numbers: int32 (r,), rising; records that the gallery holds.
    """

    def __init__(self, gallery: AnyGallery, kind: Kind, numbers: npt.NDArray[np.int32]) -> None:
        self.gallery, self.kind, self.numbers = gallery, kind, numbers
        rows = gallery.rows_of(kind)
        record = record_at(gallery, rows)
        chosen = np.zeros(1 + max(int(record.max(initial=0)), int(numbers.max(initial=0))), dtype=np.bool_)
        chosen[numbers] = True
        rows, record = rows[chosen[record]], record[chosen[record]]
        order = np.argsort(record, kind="stable")
        self._rows, record = rows[order], record[order]
        self._first = np.searchsorted(record, numbers, side="left")
        self._last = np.searchsorted(record, numbers, side="right")

    def __len__(self) -> int:
        """Number of records."""
        return len(self.numbers)

    def batch(self, first: int, last: int) -> HeldBatch:
        """Records `first` to `last` - 1, in the order of `numbers`."""
        numbers = self.numbers[first:last]
        counts = self._last[first:last] - self._first[first:last]
        rows = self._rows[self._first[first] : self._last[last - 1]]
        read = read_rows(self.gallery, rows)
        batch = EncodedBatch(
            read.profile, read.key_check, self.kind, tuple(str(number) for number in numbers.tolist()),
            np.repeat(np.arange(len(numbers), dtype=np.int32), counts), read.codes, read.presence, read.sex,
            read.birth, read.event,
        )  # fmt: skip
        holders = holder_at(self.gallery, self._rows[self._first[first:last]])
        return HeldBatch(batch, numbers, holders)
