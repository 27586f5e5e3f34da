"""Exact weights of pairs of records that something else proposed, with the best rows of both."""

import numpy as np
import numpy.typing as npt

from indexer.approximate_rows import rows_of_records
from indexer.approximate_weights import flat_tables, rows_of_batch, weigh_proposed
from indexer.interface import Hits
from indexer.pairs import read_rows
from indexer.parts import AnyGallery
from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def probe_records(probes: EncodedBatch) -> tuple[Int32, Int64]:
    """Records that have rows, int32 (q,), and the first row of each and the end, int64 (q + 1,)."""
    records, first = np.unique(probes.record, return_index=True)
    return records, np.append(first, len(probes)).astype(np.int64)


def weigh_records(
    gallery: AnyGallery, probes: EncodedBatch, tables: ScoringTables, probe: Int64, record: Int32
) -> Hits:
    """Pairs of probe records and gallery records as search weighs them; records that do not stand are left out.

    The order of events counts for records of opposite kinds, see Tables.

    Args:
        gallery: holds the records, all of one kind.
        probes: rows by record.
        tables: weights.
        probe: int64 (c,), place of each pair's probe record among those of `probe_records`.
        record: int32 (c,), number of the other.
    """
    numbers, rows = rows_of_records(gallery, np.unique(record))
    standing, first = np.unique(numbers, return_index=True)
    there = np.isin(record, standing)
    probe, place = probe[there], np.searchsorted(standing, record[there]).astype(np.int64)
    if not len(rows):
        nothing = np.zeros(0, dtype=np.int64)
        return Hits(nothing, nothing.astype(np.int32), nothing, nothing.astype(np.int32))
    batch = read_rows(gallery, rows)
    laid = rows_of_batch(probes, probe_records(probes)[1])
    other = rows_of_batch(batch, np.append(first, len(rows)).astype(np.int64))
    found = weigh_proposed(laid, other, flat_tables(tables, probes.kind, batch.kind), probe, place)
    return Hits(found.probe_row, standing[place], rows[found.row], found.weight.astype(np.int32))
