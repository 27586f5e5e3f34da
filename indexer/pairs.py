"""From hits of rows to candidate pairs of records: the best row of each side counts."""

import numpy as np
import numpy.typing as npt

from indexer.interface import Hits, Pairs
from indexer.parts import AnyGallery, gathered, photo_age_at
from indexer.vectors import CHUNKS_PER_WORD
from matcher.batch import EncodedBatch
from matcher.comparison import Comparison, compare
from matcher.errors import BatchError
from matcher.views import Kind, View


def one_per_record(
    probe: npt.NDArray[np.int64], record: npt.NDArray[np.int32], row: npt.NDArray[np.int64],
    weight: npt.NDArray[np.int64],
) -> Hits:
    """Hits in their fixed order, keeping the best row of each probe and record; arrays (c,)."""
    order = np.lexsort((row, record, -weight, probe))
    probe, record, row, weight = probe[order], record[order], row[order], weight[order]
    pairs = probe * (int(record.max(initial=0)) + 1) + record
    first = np.sort(np.unique(pairs, return_index=True)[1])
    return Hits(probe[first], record[first].astype(np.int32), row[first], weight[first].astype(np.int32))


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


def read_rows(gallery: AnyGallery, rows: npt.NDArray[np.int64]) -> EncodedBatch:
    """Gallery rows, int64 (n,), as a batch again, in that order; its refs are row positions, not record refs."""
    n, words = len(rows), gallery.profile.words
    kinds = np.unique(gathered(gallery, rows, np.empty(n, np.uint8), lambda part, tile, slot: part.kind[tile]))
    if len(kinds) > 1:
        raise BatchError("Rows of both kinds cannot be read as one batch; read each kind by itself.")
    chunks = np.empty((n, words * CHUNKS_PER_WORD), dtype="<u2")
    codes = gathered(gallery, rows, chunks, lambda part, tile, slot: part.codes[tile, :, slot])
    return EncodedBatch(
        gallery.profile, gallery.key_check or b"", Kind(int(kinds[0])) if len(kinds) else Kind.FOUND,
        tuple(map(str, range(n))), np.arange(n, dtype=np.int32),
        codes.view("<u8").astype(np.uint64, copy=False),
        gathered(gallery, rows, np.empty(n, np.uint16), lambda part, tile, slot: part.presence[tile, slot]),
        gathered(gallery, rows, np.empty(n, np.uint8), lambda part, tile, slot: part.sex[tile, slot]),
        gathered(gallery, rows, np.empty((n, 2), np.int32), lambda part, tile, slot: part.birth[tile, :, slot]),
        gathered(gallery, rows, np.empty(n, np.int32), lambda part, tile, slot: part.event[tile, slot]),
        photo_age_at(gallery, rows),
        gallery.photo_space,
    )  # fmt: skip


def compare_pairs(pairs: Pairs, missing: EncodedBatch, gallery: AnyGallery) -> Comparison:
    """Compare the best rows of each pair, missing records as probes."""
    found = read_rows(gallery, pairs.gallery_row)
    return compare(missing, found, pairs.probe_row.astype(np.intp), np.arange(len(pairs), dtype=np.intp))


def nearest_rows(
    probes: EncodedBatch, first: npt.NDArray[np.int64], copies: npt.NDArray[np.int64], gallery: AnyGallery,
    row: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """The probe row of each group whose child view lies nearest to a gallery row, int64 (c,); the lowest of equals.

    first, copies  int64 (c,), first row and number of rows of each hit's group
    row            int64 (c,), gallery row of each hit
    """
    several = np.flatnonzero(copies > 1)
    nearest = first.copy()
    if not len(several):
        return nearest
    v = probes.profile.position(View.CHILD)
    columns = slice(probes.profile.offsets[v], probes.profile.offsets[v + 1])
    other = read_rows(gallery, row[several]).codes[:, columns]
    lowest = np.full(len(several), 2**15)
    for copy in range(int(copies.max())):
        there = copies[several] > copy
        mine = first[several[there]] + copy
        bits = np.bitwise_count(probes.codes[mine, columns] ^ other[there]).sum(axis=1)
        closer = bits < lowest[there]
        at = np.flatnonzero(there)[closer]
        lowest[at] = bits[closer]
        nearest[several[at]] = mine[closer]
    return nearest
