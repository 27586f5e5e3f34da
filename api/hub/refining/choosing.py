"""Which records a record is compared with under masks: the best by the coarse codes, and a few drawn at random.

Every record gets as many, whether anything is like it or not: what a gateway is asked for tells it nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.hub.matching.agreed import AgreedSearch, Matrix
from api.hub.matching.models import NumberedModel
from api.hub.matching.resident import ResidentIndex
from api.hub.storage.matching import StoredRecord
from indexer.parts import AnyGallery, event_at, holder_at, record_at
from matcher.batch import UNKNOWN_DAY
from matcher.comparison import lag_days
from matcher.views import Kind

Int32 = npt.NDArray[np.int32]

ONE_DECOY_IN = 20
"""So many requests of a record to one decoy: to be asked for a pair does not say that its codes are near."""
_DRAWN = 8
"""Rows drawn for each decoy that is wanted: those that may not be compared, or are chosen already, fall out."""


@dataclass(frozen=True)
class Wish:
    """What is wanted of one choice.

    requests  others of each record, if agreements and the order of events allow as many
    matrix    who may be compared with whom
    former    others that a record is to be compared with first, by its number, if they are allowed
    """

    requests: int
    matrix: Matrix
    former: Mapping[int, Sequence[StoredRecord]]


def choose(
    index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord], wish: Wish,
    rng: np.random.Generator,
) -> dict[int, list[int]]:  # fmt: skip
    """The records that each of these is to be compared with, by number, in an order that says nothing.

    Compare with what the index holds: call `catch_up` before.

    Args:
        index: of the partition.
        numbered: its coarse model.
        records: to be planned.
        wish: how many, and which.
        rng: draws decoys and order.
    """
    chosen: dict[int, list[int]] = {}
    with index.lock:
        best = _best(index, numbered, records, wish)
        for record in records:
            probe = _Probe.of(record, numbered, wish.matrix)
            others = _others(index.gallery, probe, best[record.id], wish.former.get(record.id, ()), wish.requests, rng)
            chosen[record.id] = rng.permutation(np.array(others, dtype=np.int64)).tolist()
    return chosen


@dataclass(frozen=True, eq=False)
class _Probe:
    """What decides whom a record may be compared with at all; `partners` bool (holders,), its row of the matrix."""

    kind: Kind
    event: int
    partners: npt.NDArray[np.bool_]
    tolerance: int

    @staticmethod
    def of(record: StoredRecord, numbered: NumberedModel, matrix: Matrix) -> "_Probe":
        """Of a record that is to be planned."""
        known = record.partner_id < len(matrix)
        partners = matrix[record.partner_id] if known else np.zeros(len(matrix), dtype=np.bool_)
        return _Probe(Kind(record.kind), _day(record.event), partners, numbered.tables.tolerance)

    def allows(self, holders: Int32, events: Int32) -> npt.NDArray[np.bool_]:
        """Whether records of these holders and with these events may be compared with it, bool (n,)."""
        inside = holders < len(self.partners)
        agreed = inside & self.partners[np.where(inside, holders, 0)]
        own = np.full(len(events), self.event, dtype=np.int32)
        lag = lag_days(own, events) if self.kind is Kind.MISSING else lag_days(events, own)
        return np.asarray(agreed & ((lag == UNKNOWN_DAY) | (lag >= -self.tolerance)))


def _best(
    index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord], wish: Wish
) -> dict[int, list[int]]:
    """The best others of each record, the best first, whatever they weigh."""
    best: dict[int, list[int]] = {}
    for kind in Kind:
        own = [record for record in records if record.kind == kind]
        if own:
            held = index.held(own, kind)
            search = AgreedSearch(index.search, held.holders, wish.matrix)
            pairs = search.top_k_records(held.batch, numbered.tables, wish.requests)
            ends = np.searchsorted(pairs.probe, np.arange(len(own) + 1))
            best |= {
                record.id: pairs.record[ends[place] : ends[place + 1]].tolist() for place, record in enumerate(own)
            }
    return best


def _others(
    gallery: AnyGallery, probe: _Probe, best: list[int], former: Sequence[StoredRecord], requests: int,
    rng: np.random.Generator,
) -> list[int]:  # fmt: skip
    """`requests` numbers, each once: allowed former ones, the best, and decoys in the place of the last of these."""
    allowed = probe.allows(
        np.array([record.partner_id for record in former], dtype=np.int32),
        np.array([_day(record.event) for record in former], dtype=np.int32),
    )
    kept = [record.id for record, is_allowed in zip(former, allowed.tolist(), strict=True) if is_allowed]
    ordered = list(dict.fromkeys([*kept, *best]))[:requests]
    if len(best) < requests:
        # They are all that it may be compared with.
        return ordered
    decoys = _decoys(gallery, probe, min(requests // ONE_DECOY_IN, requests - len(kept)), ordered, rng)
    return [*ordered[: requests - len(decoys)], *decoys]


def _decoys(
    gallery: AnyGallery, probe: _Probe, wanted: int, taken: Sequence[int], rng: np.random.Generator
) -> list[int]:
    """Up to so many records drawn at random from those that the probe may be compared with and that are not taken."""
    rows = gallery.rows_of(probe.kind.opposite)
    if wanted <= 0 or not len(rows):
        return []
    drawn = rows[rng.choice(len(rows), min(len(rows), _DRAWN * wanted), replace=False)]
    allowed = drawn[probe.allows(holder_at(gallery, drawn), event_at(gallery, drawn))]
    known = set(taken)
    fresh = dict.fromkeys(number for number in record_at(gallery, allowed).tolist() if number not in known)
    return list(fresh)[:wanted]


def _day(value: int | None) -> int:
    return int(UNKNOWN_DAY) if value is None else value
