"""The best photos of one cell for each probe, by faiss: exact, ties at the end of a list included.

Within one pair of bands the ranking falls with distance, so the best are the nearest. faiss says nothing of which of
several equally near ones it gives, and knows nothing of the order of events: more are fetched than asked for, and again
more as long as one that was not fetched might stand on the list.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.photo_cells import Bytes, Int32, Int64, Photos
from matcher.batch import UNKNOWN_DAY
from matcher.tables import ScoringTables
from matcher.views import Kind

_FIRST_SPARE, _FIRST_TIMES, _MORE_TIMES = 16, 2, 8
_MOST_ENTRIES = 2**21
"""Entries that faiss gives at once."""


class Asked(NamedTuple):
    """q probes, and what their lists have to be.

    codes      uint8 (q, bytes)
    band       uint8 (q,)
    event      int32 (q,)
    k          entries on a list
    minimum    least ranking (thousandths of a bit)
    direction  1 when the probes are missing, -1 when they are found, 0 when the order of events does not count
    tolerance  days, see ScoringTables
    """

    codes: Bytes
    band: Bytes
    event: Int32
    k: int
    minimum: int
    direction: int
    tolerance: int

    def __repr__(self) -> str:
        """No code."""
        return f"Asked({len(self.band)} probes)"

    def take(self, which: npt.NDArray[np.intp] | slice) -> "Asked":
        """The same for some probes."""
        return self._replace(codes=self.codes[which], band=self.band[which], event=self.event[which])


class Listed(NamedTuple):
    """c entries of lists: place of the probe and record number, int64 and int32 (c,), and ranking, int32 (c,)."""

    probe: Int64
    number: Int32
    ranking: Int32

    def take(self, which: npt.NDArray[np.intp]) -> "Listed":
        """Some entries."""
        return Listed(self.probe[which], self.number[which], self.ranking[which])


def direction_of(probes: Kind, kind: Kind) -> int:
    """The direction of Asked, for probes of one kind against records of another."""
    return 0 if probes is kind else (1 if probes is Kind.MISSING else -1)


def best_of_kind(
    asked: Asked, cells: list[Photos], tables: ScoringTables, allowed: npt.NDArray[np.bool_]
) -> Listed:
    """The k best photos of all bands for each probe: by probe, then ranking from high to low, then record number.

    Args:
        asked: the probes.
        cells: photos by band.
        tables: of which `ranking` counts.
        allowed: bool (holders,), holders whose photos may be seen; empty for all.
    """
    found = [_nobody()]
    for band, cell in enumerate(cells):
        worth = np.ascontiguousarray(tables.ranking[:, band])
        some = np.flatnonzero(worth[asked.band, 0] >= asked.minimum)
        photos = _may_be_seen(asked.take(some), cell, allowed) if len(some) and asked.k > 0 else cell.take(slice(0))
        if len(photos.number):
            best = _best_of_cell(asked.take(some), photos, worth)
            found.append(best._replace(probe=some[best.probe]))
    return _first(_together(found), asked.k)


def _may_be_seen(asked: Asked, cell: Photos, allowed: npt.NDArray[np.bool_]) -> Photos:
    """The photos that these probes may see, and that events allow for one of them at least."""
    keep = np.ones(len(cell.number), dtype=np.bool_)
    if len(allowed):
        keep &= (cell.holder < len(allowed)) & allowed[np.minimum(cell.holder, len(allowed) - 1)]
    if asked.direction and (asked.event != UNKNOWN_DAY).all():
        # The probe that excludes the fewest: a report of today excludes nearly all that were found before.
        mildest = asked.event.min() if asked.direction > 0 else asked.event.max()
        keep &= ~_excluded(asked, np.asarray(mildest), cell.event)
    return cell if keep.all() else cell.take(np.flatnonzero(keep))


def _excluded(asked: Asked, event: Int32, other: Int32) -> npt.NDArray[np.bool_]:
    """Whether the order of events excludes pairs of a probe and a photo, for two arrays of days that fit together."""
    lag = (other.astype(np.int64) - event) * asked.direction
    known = (event != UNKNOWN_DAY) & (other != UNKNOWN_DAY)
    return np.asarray(known & (lag < -asked.tolerance) & (asked.direction != 0))


def _best_of_cell(asked: Asked, photos: Photos, worth: Int32) -> Listed:
    """The k best photos of a cell for each probe, in no order; `worth`, int32 (bands, bits + 1), by distance."""
    found, left = [_nobody()], np.arange(len(asked.band))
    wanted = _FIRST_TIMES * asked.k + _FIRST_SPARE
    while len(left):
        wanted, again = min(wanted, len(photos.number)), [np.zeros(0, np.int64)]
        step = max(_MOST_ENTRIES // wanted, 1)
        for begin in range(0, len(left), step):
            some = left[begin : begin + step]
            listed, settled = _fetch(asked.take(some), photos, worth, wanted)
            listed = listed.take(np.flatnonzero(settled[listed.probe]))
            found.append(listed._replace(probe=some[listed.probe]))
            again.append(some[~settled])
        left, wanted = np.concatenate(again), wanted * _MORE_TIMES
    return _together(found)


def _fetch(asked: Asked, photos: Photos, worth: Int32, wanted: int) -> tuple[Listed, npt.NDArray[np.bool_]]:
    """The k best of the `wanted` nearest photos, and for which probes none of the others could be among them."""
    import faiss

    # Of the calling thread: processors are shared by searching for several probes, and a fork loses faiss's threads.
    faiss.omp_set_num_threads(1)
    distance, at = faiss.knn_hamming(np.ascontiguousarray(asked.codes), np.ascontiguousarray(photos.codes), wanted)
    ranking = worth[asked.band[:, None], distance]
    counts = ranking >= asked.minimum
    if asked.direction:
        counts &= ~_excluded(asked, asked.event[:, None], photos.event[at])
    # Rankings fall along a line: the k-th that counts is the least that may stand on the list, with all its equals.
    count = np.cumsum(counts, axis=1)
    full = count[:, -1] >= asked.k
    last = np.take_along_axis(ranking, np.argmax(count >= asked.k, axis=1)[:, None], axis=1)[:, 0]
    need = np.where(full, last, asked.minimum)
    settled = (ranking[:, -1] < need) | (wanted == len(photos.number))
    probe, place = np.nonzero(counts & (ranking >= need[:, None]))
    listed = Listed(probe.astype(np.int64), photos.number[at[probe, place]], ranking[probe, place])
    return listed, np.asarray(settled)


def _first(listed: Listed, k: int) -> Listed:
    """The first k entries of each list, in order."""
    listed = listed.take(np.lexsort((listed.number, -listed.ranking.astype(np.int64), listed.probe)))
    rank = np.arange(len(listed.probe)) - np.searchsorted(listed.probe, listed.probe, side="left")
    return listed.take(np.flatnonzero(rank < k))


def _together(found: list[Listed]) -> Listed:
    return Listed(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _nobody() -> Listed:
    return Listed(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
