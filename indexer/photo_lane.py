"""The photo-only lane: whose photos are most alike, whatever else is known of two children or is not.

A child who was renamed, or who cannot speak, shares nothing with its report but its face. Such a pair weighs too little
to stand on a list by weight; here it stands on one by photo alone, and says with its full weight what else there is.
"""

import os
import threading
from functools import partial

import numpy as np
import numpy.typing as npt

from indexer.approximate_lists import require_faiss
from indexer.gallery import Gallery
from indexer.interface import Hits, Pairs, SearchFilter
from indexer.job import check_comparable
from indexer.parts import AnyGallery, event_at, gathered, holder_at, photo_age_at, record_at
from indexer.photo_cells import Int32, Int64, PhotoCells, Photos
from indexer.photo_nearest import Asked, Listed, best_of_kind, direction_of
from indexer.record_weights import probe_records, weigh_records
from indexer.vectors import CHUNKS_PER_WORD
from indexer.workers import Workers
from matcher.batch import EncodedBatch
from matcher.profile import EncodingProfile
from matcher.tables import ScoringTables
from matcher.views import Kind, View

_AT_ONCE = 512
"""Probes that are searched together."""
_SLICE = 65_536
"""Gallery rows read at once."""
_BYTES_A_WORD = 8


class PhotoLane:
    """Lists by photo alone over one gallery, of which it holds the photo codes a second time.

    All rows of a record carry the same photo and the same event: one of them stands here. The gallery must not change
    during a call; calls may come from any thread. It is a follower of the gallery: whoever changes that calls `add` and
    `withdraw` with the same arguments.
    """

    def __init__(self, gallery: AnyGallery, threads: int | None = None) -> None:
        """Nothing is read yet; a call searches on so many threads, all cores by default.

        Raises:
            MissingExtraError: faiss is not installed.
        """
        require_faiss()
        self.gallery = gallery
        self._cells: PhotoCells | None = None
        self._workers = Workers(threads or os.cpu_count() or 1)
        self._lock = threading.RLock()

    def __len__(self) -> int:
        """Number of photos in it; none before it is first used."""
        return 0 if self._cells is None else len(self._cells)

    def build(self) -> None:
        """Read the photos of the gallery, unless that is done: `best` sees to it when it is first called."""
        with self._lock:
            self._built()

    def add(
        self, batch: EncodedBatch, numbers: npt.NDArray[np.int32], holder: int | npt.NDArray[np.int32] = 0
    ) -> None:
        """Records were added to the gallery, or replaced; arguments as those of Gallery.add."""
        with self._lock:
            if self._cells is not None and View.PHOTO in self.gallery.profile:
                self._cells.drop(numbers)
                rows = _rows_with_photos(batch)
                held = np.broadcast_to(np.asarray(holder, dtype=np.int32), numbers.shape)
                self._cells.put(batch.kind, Photos(
                    _photo_codes(batch, rows), batch.photo_age[rows], numbers[batch.record[rows]],
                    held[batch.record[rows]], batch.event[rows],
                ))  # fmt: skip

    def withdraw(self, numbers: npt.NDArray[np.int32]) -> None:
        """Records, int32 (n,), were withdrawn from the gallery: their codes leave memory here too."""
        with self._lock:
            if self._cells is not None:
                self._cells.drop(numbers)

    def best(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Pairs:
        """The k records with the photos that are most alike, for each probe record that has a photo.

        Args:
            probes: rows by record.
            tables: `ranking` decides; with `minimum` at or below 0 and a model without a photo curve all are alike.
            k: entries on a list.
            minimum: least ranking (thousandths of a bit).
            only: as for a search.

        Returns:
            Pairs that the order of events does not exclude, by probe record, then ranking from high to low, then record
            number; `rank` is the place on the list, from 1, and `weight` the full weight, by which they are not sorted.

        Raises:
            ProfileMismatchError, KeyMismatchError, SpaceMismatchError: probes, tables and gallery must not be compared.
        """
        with self._lock:
            check_comparable(self.gallery, probes, tables)
            if View.PHOTO not in self.gallery.profile:
                return _pairs(probes, _nothing())
            rows, kind = _rows_with_photos(probes), only.kind_for(probes)
            # Neighbours in time see about the same photos.
            rows = rows[np.argsort(probes.event[rows], kind="stable")]
            asked = Asked(
                _photo_codes(probes, rows), probes.photo_age[rows], probes.event[rows], k, minimum,
                direction_of(probes.kind, kind), tables.tolerance,
            )  # fmt: skip
            cells, blocks = self._built().of_kind(kind), range(0, len(rows), _AT_ONCE)
            found = self._workers.run([
                partial(best_of_kind, asked.take(slice(first, first + _AT_ONCE)), cells, tables, only.allowed())
                for first in blocks
            ])  # fmt: skip
            record = [probes.record[rows[first + one.probe]] for first, one in zip(blocks, found, strict=True)]
            return self._weighed(probes, tables, record, found)

    def close(self) -> None:
        """End the worker threads; the next call would start new ones. Needed by nobody: garbage ends them too."""
        self._workers.close()

    def _built(self) -> PhotoCells:
        if self._cells is None:
            cells = PhotoCells(_photo_words(self.gallery.profile) * _BYTES_A_WORD)
            if View.PHOTO in self.gallery.profile:
                for kind in Kind:
                    _read(self.gallery, kind, cells)
            self._cells = cells
        return self._cells

    def _weighed(self, probes: EncodedBatch, tables: ScoringTables, record: list[Int32], found: list[Listed]) -> Pairs:
        """The entries of all lists with their weights, by probe record."""
        probe = np.concatenate([np.zeros(0, np.int32), *record])
        number = np.concatenate([np.zeros(0, np.int32), *(one.number for one in found)])
        order = np.argsort(probe, kind="stable")
        place = np.searchsorted(probe_records(probes)[0], probe[order]).astype(np.int64)
        return _pairs(probes, weigh_records(self.gallery, probes, tables, place, number[order]))


def _rows_with_photos(batch: EncodedBatch) -> npt.NDArray[np.intp]:
    """One row of each record that has a photo, intp (n,), rising."""
    there = np.flatnonzero(batch.presence >> batch.profile.position(View.PHOTO) & 1)
    return there[np.unique(batch.record[there], return_index=True)[1]]


def _photo_words(profile: EncodingProfile) -> int:
    return profile.views[profile.position(View.PHOTO)].words if View.PHOTO in profile else 0


def _photo_codes(batch: EncodedBatch, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.uint8]:
    """Photo codes of these rows, uint8 (n, bytes)."""
    v, offsets = batch.profile.position(View.PHOTO), batch.profile.offsets
    return np.ascontiguousarray(batch.codes[rows, offsets[v] : offsets[v + 1]], dtype="<u8").view(np.uint8)


def _read(gallery: AnyGallery, kind: Kind, cells: PhotoCells) -> None:
    """Put the photos of all records of a kind into the cells."""
    v, offsets = gallery.profile.position(View.PHOTO), gallery.profile.offsets
    first, end = offsets[v] * CHUNKS_PER_WORD, offsets[v + 1] * CHUNKS_PER_WORD

    def chunks(part: Gallery, tile: Int64, slot: Int64) -> npt.NDArray[np.uint16]:
        return part.codes[tile, first:end, slot]

    rows = _one_a_record(gallery, gallery.rows_of(kind), v)
    for begin in range(0, len(rows), _SLICE):
        some = rows[begin : begin + _SLICE]
        codes = gathered(gallery, some, np.empty((len(some), end - first), "<u2"), chunks).view(np.uint8)
        cells.put(kind, Photos(
            codes, photo_age_at(gallery, some), record_at(gallery, some), holder_at(gallery, some),
            event_at(gallery, some),
        ))  # fmt: skip


def _one_a_record(gallery: AnyGallery, rows: Int64, v: int) -> Int64:
    """The first of these rows that has the view, of each record that has one; rising."""
    presence = gathered(
        gallery, rows, np.empty(len(rows), np.uint16), lambda part, tile, slot: part.presence[tile, slot]
    )
    rows = rows[presence >> v & 1 == 1]
    return rows[np.sort(np.unique(record_at(gallery, rows), return_index=True)[1])]


def _pairs(probes: EncodedBatch, hits: Hits) -> Pairs:
    """Hits in the order of the lane as pairs."""
    probe = probes.record[hits.probe].astype(np.int64)
    rank = np.arange(1, len(probe) + 1) - np.searchsorted(probe, probe, side="left")
    return Pairs(probe, hits.record, hits.probe, hits.row, hits.weight, rank.astype(np.int32))


def _nothing() -> Hits:
    none = np.zeros(0, np.int64)
    return Hits(none, none.astype(np.int32), none, none.astype(np.int32))
