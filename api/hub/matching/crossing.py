"""Blocks of the cross-match: all pairs that stand on either side's list, missing records block by block.

A pair is a candidate when it is among the best of its missing record or among the best of its found record. The found
records are therefore searched first, and their pairs kept in memory (28 bytes each) until their missing record's block.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.hub.matching.agreed import Matrix
from api.hub.matching.match import FoundPair, levels_of_rows, search_batch
from api.hub.matching.models import NumberedModel
from api.hub.matching.options import MatchingOptions
from api.hub.matching.probes import ResidentProbes
from api.hub.matching.resident import ResidentIndex
from indexer.pairs import read_rows
from matcher.views import Kind

BLOCK = 2_000
"""Records of one block, and so of one transaction."""

Advance = Callable[[int], None]


@dataclass(frozen=True)
class PairTable:
    """c pairs by record numbers, with the gallery rows that matched best.

    missing, found          int32 (c,), record numbers
    missing_row, found_row  int32 (c,), gallery rows
    weight                  int32 (c,), thousandths of a bit
    probability             float64 (c,)
    """

    missing: npt.NDArray[np.int32]
    found: npt.NDArray[np.int32]
    missing_row: npt.NDArray[np.int32]
    found_row: npt.NDArray[np.int32]
    weight: npt.NDArray[np.int32]
    probability: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.missing)

    def take(self, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "PairTable":
        """Some pairs, by place or by mask."""
        return PairTable(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Block:
    """Missing records of one block (their numbers), and all pairs of theirs that stand on either side."""

    missing: list[int]
    pairs: list[FoundPair]


class CrossSearch:
    """Searches one pinned index both ways; results depend on the index, the model and the agreements alone."""

    def __init__(
        self, index: ResidentIndex, numbered: NumberedModel, matrix: Matrix, options: MatchingOptions
    ) -> None:
        """Pin: the index must not change from now on."""
        self._index, self._numbered, self._matrix, self._options = index, numbered, matrix, options
        self._probes = {kind: ResidentProbes(index.gallery, kind) for kind in Kind}

    def count(self, kind: Kind) -> int:
        """Number of records of a kind."""
        return len(self._probes[kind])

    def compared(self) -> int:
        """Number of pairs of records that an agreement allows to compare."""
        size = len(self._matrix)
        held = {kind: np.bincount(self._probes[kind].holders, minlength=size)[:size] for kind in Kind}
        return int(held[Kind.MISSING].astype(np.int64) @ self._matrix.astype(np.int64) @ held[Kind.FOUND])

    def found_side(self, advance: Advance) -> PairTable:
        """The best missing records of all found ones, by missing record; `advance` is told of records done."""
        parts = [_empty()]
        for first, last in self._spans(Kind.FOUND):
            parts.append(self._search(Kind.FOUND, first, last))
            advance(last - first)
        joined = _joined(parts)
        return joined.take(np.lexsort((joined.found, joined.missing)))

    def blocks(self, found_side: PairTable, advance: Advance) -> Iterator[Block]:
        """The missing records, block by block, with all their pairs."""
        for first, last in self._spans(Kind.MISSING):
            numbers = self._probes[Kind.MISSING].numbers[first:last]
            own = self._search(Kind.MISSING, first, last)
            further = _without(_of_records(found_side, numbers), own)
            yield Block(numbers.tolist(), self._described(_joined([own, further])))
            advance(last - first)

    def _spans(self, kind: Kind) -> Iterator[tuple[int, int]]:
        for first in range(0, self.count(kind), BLOCK):
            yield first, min(first + BLOCK, self.count(kind))

    def _search(self, kind: Kind, first: int, last: int) -> PairTable:
        probes = self._probes[kind]
        held, rows = probes.batch(first, last), probes.rows_of(first, last)
        pairs, probability = search_batch(self._index, self._numbered, held, self._matrix, self._options)
        mine = (held.numbers[pairs.probe], rows[pairs.probe_row].astype(np.int32))
        theirs = (pairs.record, pairs.gallery_row.astype(np.int32))
        missing, found = (mine, theirs) if kind is Kind.MISSING else (theirs, mine)
        return PairTable(missing[0], found[0], missing[1], found[1], pairs.weight, probability)

    def _described(self, pairs: PairTable) -> list[FoundPair]:
        gallery = self._index.gallery
        if not len(pairs):
            return []
        missing = read_rows(gallery, pairs.missing_row.astype(np.int64))
        found = read_rows(gallery, pairs.found_row.astype(np.int64))
        seen = levels_of_rows(missing, np.arange(len(pairs)), found, self._numbered.tables)
        columns = (pairs.missing, pairs.found, pairs.weight, pairs.probability)
        return [
            FoundPair(m, f, weight, chance, self._options.verdict(chance, level.supported), level.text)
            for m, f, weight, chance, level in zip(*(column.tolist() for column in columns), seen, strict=True)
        ]


def _of_records(pairs: PairTable, numbers: npt.NDArray[np.int32]) -> PairTable:
    """Pairs of these missing records, from a table that is sorted by missing record."""
    first = np.searchsorted(pairs.missing, numbers, side="left")
    last = np.searchsorted(pairs.missing, numbers, side="right")
    places = [np.arange(begin, end) for begin, end in zip(first.tolist(), last.tolist(), strict=True)]
    return pairs.take(np.concatenate([np.zeros(0, dtype=np.intp), *places]))


def _without(pairs: PairTable, known: PairTable) -> PairTable:
    """Pairs that are not known; a pair on both lists counts as its missing record's."""
    return pairs.take(~np.isin(_keys(pairs), _keys(known)))


def _keys(pairs: PairTable) -> npt.NDArray[np.int64]:
    return pairs.missing.astype(np.int64) << 32 | pairs.found


def _joined(parts: list[PairTable]) -> PairTable:
    names = PairTable.__dataclass_fields__
    return PairTable(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _empty() -> PairTable:
    none = np.zeros(0, dtype=np.int32)
    return PairTable(none, none, none, none, none, np.zeros(0))
