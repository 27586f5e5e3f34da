"""One kind of an approximate index: its rows, the lists over their views, and what was withdrawn since."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from indexer.approximate_lists import ListOptions, ViewLists
from indexer.approximate_rows import IndexedRows, read_all
from indexer.approximate_weights import Best, flat_tables, rows_of_batch, weigh_proposed
from indexer.interface import NO_MINIMUM, Hits, SearchFilter
from indexer.parts import AnyGallery
from indexer.record_weights import probe_records
from matcher.batch import EncodedBatch
from matcher.profile import EncodingProfile
from matcher.tables import ScoringTables
from matcher.views import Kind

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(repr=False)
class Side:
    """Rows of one kind with lists by view position.

    gone     bool (r,), records that were withdrawn or replaced
    holders  int64 (holders,), records of each holder
    """

    indexed: IndexedRows
    lists: dict[int, ViewLists]
    gone: Bools
    holders: Int64
    _purged: int = field(default=0)

    @classmethod
    def build(
        cls, gallery: AnyGallery, kind: Kind, guard: AbstractContextManager[object], options: ListOptions
    ) -> "Side":
        """Read all rows and make lists of every view."""
        indexed = read_all(gallery, kind, guard)
        lists = {
            v: ViewLists(*listed, options) for v in range(len(gallery.profile.views))
            if len((listed := codes_of_view(indexed, gallery.profile, v))[0])
        }  # fmt: skip
        gone = np.zeros(len(indexed.numbers), dtype=np.bool_)
        return cls(indexed, lists, gone, np.bincount(indexed.holder, minlength=1))

    def drop(self, numbers: Int32) -> None:
        """Let records go that are here: they are proposed no longer, and their codes leave memory but for the lists."""
        places = self.indexed.places_of(numbers)
        self.gone[places] = True
        rows = self.indexed.rows
        for place in places.tolist():
            rows.codes[rows.first[place] : rows.first[place + 1]] = 0

    def purge(self) -> None:
        """Take what has gone out of the lists too."""
        gone = int(self.gone.sum())
        if gone > self._purged:
            for lists in self.lists.values():
                lists.remove(np.flatnonzero(self.gone))
            self._purged = gone

    def share(self, allowed: Bools) -> float:
        """Share of all records whose holder is allowed; an empty array allows all."""
        if not len(allowed):
            return 1.0
        seen = self.holders[: len(allowed)][allowed[: len(self.holders)]].sum()
        return float(seen / max(self.holders.sum(), 1))

    def best(
        self, gallery: AnyGallery, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int,
        only: SearchFilter,
    ) -> tuple[Hits, int]:
        """The k best of the records that the lists propose for each probe record, and how many were weighed."""
        records, first = probe_records(probes)
        probe, place = self._proposed(probes, records, only.allowed())
        laid = rows_of_batch(probes, first)
        flat = flat_tables(tables, probes.kind, only.kind_for(probes))
        found = weigh_proposed(laid, self.indexed.rows, flat, probe, place)
        top = _top(probe, self.indexed.numbers[place], found, k, minimum)
        row = self.indexed.locate(gallery, found.row[top])
        top, row = top[row >= 0], row[row >= 0]
        weight = found.weight[top].astype(np.int32)
        return Hits(found.probe_row[top], self.indexed.numbers[place[top]], row, weight), len(probe)

    def sample(self, gallery: AnyGallery, kind: Kind, records: int, rng: np.random.Generator) -> EncodedBatch:
        """So many records as a batch, from the rows as they were read."""
        here = np.flatnonzero(~self.gone)
        places = np.sort(rng.choice(here, min(records, len(here)), replace=False))
        rows, first = self.indexed.rows, self.indexed.rows.first
        count = first[places + 1] - first[places]
        record = np.repeat(np.arange(len(places), dtype=np.int32), count)
        at = first[places][record] + np.arange(len(record)) - np.searchsorted(record, record)
        return EncodedBatch(
            gallery.profile, gallery.key_check or b"", kind, tuple(map(str, range(len(places)))), record,
            rows.codes[at], rows.presence[at], rows.sex[at], rows.birth[at], rows.event[at],
            rows.photo_age[at], gallery.photo_space,
        )  # fmt: skip

    def _proposed(self, probes: EncodedBatch, records: Int32, allowed: Bools) -> tuple[Int64, Int64]:
        """Pairs of probe record (by its place in `records`) and record place, all different, both int64 (c,)."""
        share, size = self.share(allowed), max(len(self.indexed.numbers), 1)
        keys = [np.zeros(0, dtype=np.int64)]
        for v, lists in self.lists.items():
            asked = np.flatnonzero(probes.presence >> v & 1)
            if len(asked) and len(lists):
                codes, whose = _distinct(probes, asked, v)
                probe, place = lists.nearest(codes, share)
                keys.append(np.searchsorted(records, whose[probe]) * size + place)
        probe, place = np.divmod(_unique(np.concatenate(keys)), size)
        keep = ~self.gone[place]
        if len(allowed):
            holder = self.indexed.holder[place]
            keep &= (holder < len(allowed)) & allowed[np.minimum(holder, len(allowed) - 1)]
        return probe[keep], place[keep]


def codes_of_view(indexed: IndexedRows, profile: EncodingProfile, v: int) -> tuple[npt.NDArray[np.uint64], Int64]:
    """Codes of one view, uint64 (n, words), and places of their records; once for rows of a record that share one.

    Rows without the view are left out: a code of zeros would lie near to nobody and in everybody's way.
    """
    rows = indexed.rows
    at = np.flatnonzero(rows.presence >> v & 1)
    place = np.searchsorted(rows.first, at, side="right") - 1
    codes = rows.codes[at, profile.offsets[v] : profile.offsets[v + 1]]
    apart = np.ones(len(at), dtype=np.bool_)
    apart[1:] = (place[1:] != place[:-1]) | (codes[1:] != codes[:-1]).any(axis=1)
    return codes[apart], place[apart].astype(np.int64)


def _distinct(probes: EncodedBatch, rows: npt.NDArray[np.intp], v: int) -> tuple[npt.NDArray[np.uint64], Int32]:
    """The different codes of each record among these rows, and the record of each."""
    first, end = probes.profile.offsets[v], probes.profile.offsets[v + 1]
    keyed = np.column_stack([probes.record[rows].astype(np.uint64), probes.codes[rows, first:end]])
    chosen = rows[np.unique(keyed, axis=0, return_index=True)[1]]
    return probes.codes[chosen, first:end], probes.record[chosen]


def _unique(keys: Int64) -> Int64:
    """The same, rising and each once; np.unique hashes, which takes several times as long."""
    keys.sort()
    apart = np.ones(len(keys), dtype=np.bool_)
    apart[1:] = keys[1:] != keys[:-1]
    return keys[apart]


def _top(probe: Int64, record: Int32, found: Best, k: int, minimum: int) -> Int64:
    """Which pairs are among the k best of their probe and weigh enough, int64 (t,); probes are rising."""
    chosen = [np.zeros(0, dtype=np.int64)]
    starts = np.flatnonzero(np.diff(probe, prepend=-1))
    for begin, end in zip(starts, np.append(starts, len(probe))[1:], strict=True):
        weight = found.weight[begin:end]
        # Sorting thousands of pairs a probe would cost as much as weighing them.
        least = np.partition(weight, -k)[-k] if 0 < k < len(weight) else NO_MINIMUM
        some = np.flatnonzero(weight >= max(minimum, NO_MINIMUM, least))
        chosen.append(begin + some[np.lexsort((record[begin + some], -weight[some]))][:k])
    return np.concatenate(chosen)
