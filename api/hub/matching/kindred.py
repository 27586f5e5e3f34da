"""The same-kind lane of the index: which records look like the same child as one of their own kind.

It finds duplicates, transfers between shelters and probing. What it finds makes clusters and alarms, never candidates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from api.hub.matching.agreed import AgreedSearch, Matrix
from api.hub.matching.match import levels_of_rows
from api.hub.matching.models import NumberedModel
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.rows import HeldBatch
from api.hub.storage.matching import StoredRecord
from indexer.interface import Pairs, SearchFilter
from indexer.pairs import read_rows
from indexer.parts import AnyGallery
from indexer.search import KernelSearch
from matcher.batch import UNKNOWN_DAY
from matcher.views import Kind

MOST_KIN = 40
"""Nearest records of each record among the active ones of its own holder and its partners, and among past ones."""


@dataclass(frozen=True)
class Kin:
    """A searched record and another of its kind; weight in thousandths of a bit, levels as tables.candidates has them.

    `past`: the other is matched no longer. `full`: the search gave as many as it may for this record, so that one
    which is not among them may still be near.
    """

    record_id: int
    other_id: int
    weight: int
    levels: str
    past: bool
    full: bool


def kindred_of(
    index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord], matrix: Matrix, minimum: int
) -> list[Kin]:
    """Records of the same kind that weigh at least `minimum` (thousandths of a bit) with each of these.

    Compared are records of the same holder, past ones included, and of partners that the matrix allows. A record is
    never kin of itself. Call `catch_up`, and `follow` of the past records, before.
    """
    out: list[Kin] = []
    with index.lock:
        for kind in Kind:
            chosen = [record for record in records if record.kind == kind]
            if chosen:
                held = index.held(chosen, kind)
                for lane in _lanes(index, matrix):
                    out += _search(lane, numbered, held, minimum)
    return out


@dataclass(frozen=True)
class _Lane:
    search: KernelSearch
    gallery: AnyGallery
    matrix: Matrix
    past: bool = False


def _lanes(index: ResidentIndex, matrix: Matrix) -> Iterator[_Lane]:
    # The matrix allows a partner's own records too, unless the partner is suspended.
    yield _Lane(index.search, index.gallery, matrix)
    if len(index.past.gallery):
        own = np.eye(len(matrix), dtype=np.bool_)
        yield _Lane(index.past.search, index.past.gallery, matrix & own, past=True)


def _search(lane: _Lane, numbered: NumberedModel, held: HeldBatch, minimum: int) -> list[Kin]:
    # One more than wanted: the record itself is among them.
    asked = AgreedSearch(lane.search, held.holders, lane.matrix)
    pairs = asked.top_k_records(held.batch, numbered.tables, MOST_KIN + 1, minimum, SearchFilter(held.batch.kind))
    pairs = _without_themselves(pairs, held)
    if not len(pairs):
        return []
    others = read_rows(lane.gallery, pairs.gallery_row)
    # Which of two reports came first says nothing about whether they are of one child.
    others = replace(others, event=np.full(len(others), UNKNOWN_DAY, dtype=np.int32))
    seen = levels_of_rows(held.batch, pairs.probe_row, others, numbered.tables)
    counts = np.bincount(pairs.probe, minlength=len(held.numbers))
    return [
        Kin(int(held.numbers[probe]), other, weight, level, lane.past, bool(counts[probe] >= MOST_KIN))
        for probe, other, weight, level in zip(
            pairs.probe.tolist(), pairs.record.tolist(), pairs.weight.tolist(), seen, strict=True
        )
    ]


def _without_themselves(pairs: Pairs, held: HeldBatch) -> Pairs:
    """The best MOST_KIN of each probe that are not the probe's own record; `pairs` has one more at most."""
    itself = held.numbers[pairs.probe] == pairs.record
    met_itself = np.isin(pairs.probe, pairs.probe[itself])
    return pairs.take(~itself & (met_itself | (pairs.rank <= MOST_KIN)))
