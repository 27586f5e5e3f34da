"""What a search takes and gives, whichever engine runs it.

Order of results: by probe row, then weight from high to low, then record number from low to high. A tie at the end
of a list of k is therefore decided by the lower record number. `minimum` is inclusive.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables
from matcher.views import Kind

NO_MINIMUM = -(2**29)
"""Lower than any weight that a pair can have, higher than EXCLUDED."""


@dataclass(frozen=True)
class Hits:
    """c hits; a record with several rows stands once per probe row, with its best row.

    probe   int64 (c,), row of the probe batch
    record  int32 (c,), record number in the gallery
    row     int64 (c,), gallery row, for explanation; the lowest of equally good rows
    weight  int32 (c,), thousandths of a bit
    """

    probe: npt.NDArray[np.int64]
    record: npt.NDArray[np.int32]
    row: npt.NDArray[np.int64]
    weight: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Number of hits."""
        return len(self.probe)


@dataclass(frozen=True)
class Pairs:
    """c candidate pairs, by probe record, then weight from high to low, then found record number from low to high.

    probe        int64 (c,), record of the probe batch (index into its refs)
    record       int32 (c,), record number in the gallery
    probe_row    int64 (c,), row of the probe batch that matched best
    gallery_row  int64 (c,), gallery row that matched best
    weight       int32 (c,), thousandths of a bit
    rank         int32 (c,), 1 for the best of its probe
    """

    probe: npt.NDArray[np.int64]
    record: npt.NDArray[np.int32]
    probe_row: npt.NDArray[np.int64]
    gallery_row: npt.NDArray[np.int64]
    weight: npt.NDArray[np.int32]
    rank: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.probe)

    def take(self, keep: npt.NDArray[np.bool_]) -> "Pairs":
        """The pairs where `keep`, bool (c,), is true, ranks unchanged."""
        return Pairs(self.probe[keep], self.record[keep], self.probe_row[keep], self.gallery_row[keep],
                     self.weight[keep], self.rank[keep])


@dataclass(frozen=True)
class SearchFilter:
    """Which gallery rows a probe may be compared with at all.

    kind        only rows of this kind; None takes the opposite of the probes' kind
    holder      holder number of the probes
    agreements  bool (holders, holders), row = probe's holder, column = gallery row's; None allows all,
                and a holder that the matrix does not reach has no agreement
    """

    kind: Kind | None = None
    holder: int = 0
    agreements: npt.NDArray[np.bool_] | None = None

    def kind_for(self, probes: EncodedBatch) -> Kind:
        """The kind of gallery row to search."""
        return probes.kind.opposite if self.kind is None else self.kind

    def allowed(self) -> npt.NDArray[np.bool_]:
        """Which holders' rows these probes may see, bool (holders,); empty means all."""
        return np.zeros(0, dtype=np.bool_) if self.agreements is None else self.agreements[self.holder]


class Search(Protocol):
    """An exact search engine over one gallery."""

    def top_k(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Hits:
        """The k best records of each probe row with at least `minimum` weight (thousandths of a bit)."""
        ...

    def top_k_records(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Pairs:
        """The k best records of each probe record with at least `minimum` weight, best rows of both sides counting."""
        ...

    def above(
        self, probes: EncodedBatch, tables: ScoringTables, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Hits:
        """Every record of at least `minimum` weight for each probe row."""
        ...
