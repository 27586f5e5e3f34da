"""From hits of rows to candidate pairs of records: the best row of each side counts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.gallery import Gallery
from indexer.interface import Hits
from indexer.vectors import TILE
from matcher.batch import EncodedBatch
from matcher.comparison import Comparison, compare
from matcher.errors import BatchError
from matcher.views import Kind


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


def record_pairs(hits: Hits, probes: EncodedBatch, k: int | None = None) -> Pairs:
    """One pair per probe record and gallery record, from the hits of all rows; at most `k` a probe record.

    Exact when each probe row brought at least k hits: a pair among the best k of its record is among the best k of
    the row that it scored best with.
    """
    probe = probes.record[hits.probe].astype(np.int64)
    order = np.lexsort((hits.row, hits.probe, hits.record, -hits.weight.astype(np.int64), probe))
    pair = probe[order] * (int(hits.record.max(initial=0)) + 1) + hits.record[order]
    chosen = order[np.sort(np.unique(pair, return_index=True)[1])]
    probe = probe[chosen]
    rank = np.arange(1, len(probe) + 1) - np.searchsorted(probe, probe, side="left")
    pairs = Pairs(probe, hits.record[chosen], hits.probe[chosen], hits.row[chosen], hits.weight[chosen],
                  rank.astype(np.int32))
    return pairs if k is None else pairs.take(pairs.rank <= k)


def read_rows(gallery: Gallery, rows: npt.NDArray[np.int64]) -> EncodedBatch:
    """Gallery rows, int64 (n,), as a batch again, in that order; its refs are row positions, not record refs."""
    tile, slot = np.divmod(rows, TILE)
    kinds = np.unique(gallery.kind[tile])
    if len(kinds) > 1:
        raise BatchError("Rows of both kinds cannot be read as one batch; read each kind by itself.")
    codes = np.ascontiguousarray(gallery.codes[tile, :, slot]).view("<u8").astype(np.uint64, copy=False)
    return EncodedBatch(
        gallery.profile, gallery.key_check or b"", Kind(int(kinds[0])) if len(kinds) else Kind.FOUND,
        tuple(map(str, range(len(rows)))), np.arange(len(rows), dtype=np.int32), codes,
        gallery.presence[tile, slot], gallery.sex[tile, slot], gallery.birth[tile, :, slot], gallery.event[tile, slot],
    )


def compare_pairs(pairs: Pairs, missing: EncodedBatch, gallery: Gallery) -> Comparison:
    """Compare the best rows of each pair, missing records as probes."""
    found = read_rows(gallery, pairs.gallery_row)
    return compare(missing, found, pairs.probe_row.astype(np.intp), np.arange(len(pairs), dtype=np.intp))
