"""Search that compares only what an agreement allows: each probe record sees the rows of its holder's partners."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from indexer.interface import NO_MINIMUM, Hits, Pairs, SearchFilter
from indexer.photo_lane import PhotoLane
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables

Rows = npt.NDArray[np.intp]
Matrix = npt.NDArray[np.bool_]
"""bool (holders, holders), who may be compared with whom."""
T = TypeVar("T", np.int32, np.int64)


class AgreedLane:
    """A photo lane whose probes come from several holders; see AgreedSearch."""

    def __init__(self, lane: PhotoLane, holders: npt.NDArray[np.int32], matrix: Matrix) -> None:
        """Search as these holders may."""
        self._lane, self._holders, self._matrix = lane, holders, matrix

    def best(self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int) -> Pairs:
        """See PhotoLane.best."""
        return _all_pairs([
            replace(pairs, probe_row=rows[pairs.probe_row])
            for rows, allowed in _groups(probes, self._holders, self._matrix, SearchFilter())
            if len(pairs := self._lane.best(probes.take(rows), tables, k, minimum, allowed))
        ])  # fmt: skip


class AgreedSearch:
    """A Search whose probes come from several holders.

    holders  int32 (r,), holder of each ref of the probes
    matrix   bool (holders, holders), who may be compared with whom; a holder beyond it may be compared with nobody
    """

    def __init__(self, search: KernelSearch, holders: npt.NDArray[np.int32], matrix: Matrix) -> None:
        """Search as these holders may."""
        self._search, self._holders, self._matrix = search, holders, matrix

    def top_k(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Hits:
        """See Search.top_k."""
        return _all_hits([
            replace(hits, probe=rows[hits.probe]) for rows, allowed in self._groups(probes, only)
            if len(hits := self._search.top_k(probes.take(rows), tables, k, minimum, allowed))
        ])  # fmt: skip

    def top_k_records(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int = NO_MINIMUM,
        only: SearchFilter = SearchFilter(),
    ) -> Pairs:
        """See Search.top_k_records."""
        return _all_pairs([
            replace(pairs, probe_row=rows[pairs.probe_row]) for rows, allowed in self._groups(probes, only)
            if len(pairs := self._search.top_k_records(probes.take(rows), tables, k, minimum, allowed))
        ])  # fmt: skip

    def both_ways(
        self, probes: EncodedBatch, tables: ScoringTables, k: int, floors: npt.NDArray[np.int32],
        minimum: int = NO_MINIMUM, only: SearchFilter = SearchFilter(),
    ) -> tuple[Pairs, Pairs]:
        """See KernelSearch.both_ways."""
        own: list[Pairs] = []
        reached: list[Pairs] = []
        for rows, allowed in self._groups(probes, only):
            found = self._search.both_ways(probes.take(rows), tables, k, floors, minimum, allowed)
            for parts, pairs in zip((own, reached), found, strict=True):
                parts.append(replace(pairs, probe_row=rows[pairs.probe_row]))
        return _all_pairs([part for part in own if len(part)]), _all_pairs([part for part in reached if len(part)])

    def above(
        self, probes: EncodedBatch, tables: ScoringTables, minimum: int, only: SearchFilter = SearchFilter()
    ) -> Hits:
        """See Search.above."""
        return _all_hits([
            replace(hits, probe=rows[hits.probe]) for rows, allowed in self._groups(probes, only)
            if len(hits := self._search.above(probes.take(rows), tables, minimum, allowed))
        ])  # fmt: skip

    def _groups(self, probes: EncodedBatch, only: SearchFilter) -> Iterator[tuple[Rows, SearchFilter]]:
        return _groups(probes, self._holders, self._matrix, only)


def _groups(
    probes: EncodedBatch, holders: npt.NDArray[np.int32], matrix: Matrix, only: SearchFilter
) -> Iterator[tuple[Rows, SearchFilter]]:
    """Probe rows that may see the same holders, with their filter: one search for each such group."""
    holder = holders[probes.record]
    groups: dict[bytes, list[int]] = {}
    for number in np.unique(holder).tolist():
        if number < len(matrix) and matrix[number].any():
            groups.setdefault(matrix[number].tobytes(), []).append(number)
    for numbers in groups.values():
        yield np.flatnonzero(np.isin(holder, numbers)), SearchFilter(only.kind, numbers[0], matrix)


def _all_hits(parts: list[Hits]) -> Hits:
    """Hits of several groups in one; a probe row stands in one of them only, so a stable sort keeps its order."""
    probe = _column([part.probe for part in parts], np.int64)
    order = np.argsort(probe, kind="stable")
    return Hits(
        probe[order], _column([part.record for part in parts], np.int32)[order],
        _column([part.row for part in parts], np.int64)[order],
        _column([part.weight for part in parts], np.int32)[order],
    )  # fmt: skip


def _all_pairs(parts: list[Pairs]) -> Pairs:
    """Pairs of several groups in one; see _all_hits."""
    probe = _column([part.probe for part in parts], np.int64)
    order = np.argsort(probe, kind="stable")
    return Pairs(
        probe[order], _column([part.record for part in parts], np.int32)[order],
        _column([part.probe_row for part in parts], np.int64)[order],
        _column([part.gallery_row for part in parts], np.int64)[order],
        _column([part.weight for part in parts], np.int32)[order],
        _column([part.rank for part in parts], np.int32)[order],
    )  # fmt: skip


def _column(parts: list[npt.NDArray[T]], dtype: type[T]) -> npt.NDArray[T]:
    return np.concatenate([np.zeros(0, dtype), *parts])
