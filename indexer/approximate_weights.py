"""Exact weights of proposed pairs of records: the best of all their rows, as exact search has it.

The rows lie one after the other here, not in tiles: a proposed record is a few cache lines.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.jit import kernel, part, popcount
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.comparison import BIRTH_GAP_LIMITS, LAG_LIMITS
from matcher.tables import EXCLUDED, ScoringTables
from matcher.views import Kind

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


class Rows(NamedTuple):
    """Rows by record: the arrays of EncodedBatch, and the first row of each record, int64 (r + 1,)."""

    codes: npt.NDArray[np.uint64]
    presence: npt.NDArray[np.uint16]
    sex: npt.NDArray[np.uint8]
    birth: Int32
    event: Int32
    photo_age: npt.NDArray[np.uint8]
    first: Int64


class Tables(NamedTuple):
    """Scoring tables, flattened: view tables end to end, where each begins, first word of each view and the end.

    direction  1 when the probe is missing, -1 when it is found, 0 when the order of events does not count
    """

    weights: Int32
    starts: Int64
    offsets: Int64
    birth: Int32
    birth_position: int
    photo: Int32
    photo_position: int
    gap_limits: Int64
    sex: Int32
    lag: Int32
    lag_limits: Int64
    tolerance: int
    direction: int


class Best(NamedTuple):
    """Of each proposed pair: weight int64 (c,), and the rows that have it, probe_row and row int64 (c,)."""

    weight: Int64
    probe_row: Int64
    row: Int64


def weigh_proposed(probes: Rows, rows: Rows, tables: Tables, probe: Int64, place: Int64) -> Best:
    """Weigh probe record `probe[i]` with the record at `place[i]`, both int64 (c,); EXCLUDED if events exclude it."""
    best = Best(*(np.empty(len(probe), dtype=np.int64) for _ in range(3)))
    _weigh_pairs(probes, rows, tables, probe, place, best)
    return best


def rows_of_batch(batch: EncodedBatch, first: Int64) -> Rows:
    """A batch in this layout."""
    codes = np.ascontiguousarray(batch.codes)
    birth = np.ascontiguousarray(batch.birth)
    return Rows(codes, batch.presence, batch.sex, birth, batch.event, batch.photo_age, first)


@lru_cache(maxsize=16)
def flat_tables(tables: ScoringTables, probe: Kind, gallery: Kind) -> Tables:
    """Tables for probes of one kind against rows of another."""
    direction = 0 if probe is gallery else (1 if probe is Kind.MISSING else -1)
    lengths = [len(table) for table in tables.views]
    return Tables(
        np.concatenate(tables.views), np.cumsum([0, *lengths[:-1]]).astype(np.int64),
        np.array(tables.profile.offsets, dtype=np.int64), np.ascontiguousarray(tables.birth), tables.birth_position,
        np.ascontiguousarray(tables.photo), tables.photo_position,
        np.array(BIRTH_GAP_LIMITS, dtype=np.int64),
        np.ascontiguousarray(tables.sex.T if direction < 0 else tables.sex), tables.lag,
        np.array(LAG_LIMITS, dtype=np.int64), tables.tolerance, direction,
    )  # fmt: skip


@part
def _class_of(value: int, limits: Int64) -> int:
    place = 0
    for limit in limits:
        place += value > limit
    return place


@part
def _weigh_open(probes: Rows, i: int, rows: Rows, r: int, tables: Tables) -> int:
    total = int(tables.sex[probes.sex[i], rows.sex[r]])
    if tables.direction == 0 or probes.event[i] == UNKNOWN_DAY or rows.event[r] == UNKNOWN_DAY:
        return total
    lag = (int(rows.event[r]) - int(probes.event[i])) * tables.direction
    if lag < -tables.tolerance:
        return EXCLUDED
    return total + int(tables.lag[_class_of(lag, tables.lag_limits)])


@part
def _weigh_view(probes: Rows, i: int, rows: Rows, r: int, tables: Tables, v: int) -> int:
    distance = 0
    for word in range(tables.offsets[v], tables.offsets[v + 1]):
        distance += popcount(probes.codes[i, word] ^ rows.codes[r, word])
    if v == tables.photo_position:
        return int(tables.photo[probes.photo_age[i], rows.photo_age[r], distance])
    if v != tables.birth_position:
        return int(tables.weights[tables.starts[v] + distance])
    before = int(rows.birth[r, 0]) - int(probes.birth[i, 1])
    after = int(probes.birth[i, 0]) - int(rows.birth[r, 1])
    return int(tables.birth[_class_of(max(max(before, after), 0), tables.gap_limits), distance])


@part
def _weigh_rows(probes: Rows, i: int, rows: Rows, r: int, tables: Tables) -> int:
    total = _weigh_open(probes, i, rows, r, tables)
    if total <= EXCLUDED // 2:
        return EXCLUDED
    both = probes.presence[i] & rows.presence[r]
    for v in range(tables.starts.shape[0]):
        if both >> v & 1:
            total += _weigh_view(probes, i, rows, r, tables, v)
    return total


@kernel
def _weigh_pairs(probes: Rows, rows: Rows, tables: Tables, probe: Int64, place: Int64, best: Best) -> None:
    """The first of equally good rows counts, on both sides."""
    for c in range(probe.shape[0]):
        highest, at, other = EXCLUDED - 1, 0, 0
        for i in range(probes.first[probe[c]], probes.first[probe[c] + 1]):
            for r in range(rows.first[place[c]], rows.first[place[c] + 1]):
                weight = _weigh_rows(probes, i, rows, r, tables)
                if weight > highest:
                    highest, at, other = weight, i, r
        best.weight[c], best.probe_row[c], best.row[c] = highest, at, other
