"""The slow search that weighs every pair with numpy: what the kernel is tested against."""

import numpy as np
import numpy.typing as npt

from indexer.interface import NO_MINIMUM, Hits, Pairs, SearchFilter
from indexer.pairs import one_per_record, record_pairs
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.tables import EXCLUDED, ScoringTables, weigh
from matcher.views import Kind


class ReferenceSearch:
    """Every probe row against every row of one batch, all numbers through matcher.comparison.

    numbers  int32 (records,), the record number of each ref of `rows`
    """

    def __init__(self, rows: EncodedBatch, numbers: npt.NDArray[np.int32], holder: int = 0) -> None:
        """Search these rows of one kind and one holder."""
        self.rows, self.numbers, self.holder = rows, numbers, holder

    def above(
        self, probes: EncodedBatch, tables: ScoringTables, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Hits:
        """See Search.above; `row` is the row of the batch."""
        allowed = only.allowed()
        agreed = not len(allowed) or (self.holder < len(allowed) and bool(allowed[self.holder]))
        if only.kind_for(probes) is not self.rows.kind or not agreed:
            probes = probes.take(np.zeros(0, dtype=np.intp))
        n, m = len(probes), len(self.rows)
        probe, row = (a.reshape(-1) for a in np.mgrid[:n, :m])
        weight = self._weights(probes, probe, row, tables)
        keep = weight >= max(minimum, EXCLUDED // 2)
        record = self.numbers[self.rows.record[row[keep]]]
        return one_per_record(probe[keep], record, row[keep], weight[keep])

    def top_k(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Hits:
        """See Search.top_k."""
        hits = self.above(probes, tables, minimum, only)
        rank = np.arange(len(hits)) - np.searchsorted(hits.probe, hits.probe, side="left")
        top = rank < k
        return Hits(hits.probe[top], hits.record[top], hits.row[top], hits.weight[top])

    def top_k_records(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Pairs:
        """See Search.top_k_records."""
        return record_pairs(self.above(probes, tables, minimum, only), probes, k)

    def _weights(
        self, probes: EncodedBatch, probe: npt.NDArray[np.intp], row: npt.NDArray[np.intp], tables: ScoringTables
    ) -> npt.NDArray[np.int64]:
        if probes.kind is self.rows.kind:
            comparison = compare(probes, self.rows, probe, row)
            weights = weigh(comparison, tables)[:, :-1]
        elif probes.kind is Kind.MISSING:
            weights = weigh(compare(probes, self.rows, probe, row), tables)
        else:
            weights = weigh(compare(self.rows, probes, row, probe), tables)
        return np.asarray(weights.sum(axis=1, dtype=np.int64))
