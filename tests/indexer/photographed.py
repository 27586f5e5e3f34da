"""Records with photos, all rows of a record with one photo and one event as encoders make them, and slow lists."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from indexer.interface import NO_MINIMUM, Pairs, SearchFilter
from indexer.pairs import record_pairs
from indexer.reference import ReferenceSearch
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.tables import EXCLUDED, ScoringTables, photo_weights, weigh
from matcher.views import Kind, View
from tests.indexer.builders import Part, World, world_of
from tests.matcher.builders import BITS, Rng, code_pool, profile_of, random_batch

Entry = tuple[int, int, int, int]
"""Probe, record, weight, rank."""


def one_photo_each(batch: EncodedBatch) -> EncodedBatch:
    """The batch, every row of a record with the photo, the age and the event of its first one."""
    first = np.searchsorted(batch.record, batch.record)
    v = batch.profile.position(View.PHOTO)
    columns, bit = slice(*batch.profile.offsets[v : v + 2]), np.uint16(1 << v)
    codes = batch.codes.copy()
    codes[:, columns] = codes[first, columns]
    presence = batch.presence & ~bit | batch.presence[first] & bit
    return replace(batch, codes=codes, presence=presence, event=batch.event[first], photo_age=batch.photo_age[first])


def batch_with_photos(rng: Rng, world: World, kind: Kind, records: int) -> EncodedBatch:
    """More records of a world."""
    return one_photo_each(random_batch(rng, code_pool(rng, world.profile), world.profile, kind, records))


@st.composite
def photo_worlds(draw: st.DrawFn, most_records: int = 30) -> World:
    """Worlds of up to six parts, of which many records share a photo's code."""
    bits = {View.CHILD: 64, View.PHOTO: draw(st.sampled_from(BITS)), View.HOME: 128}
    records = draw(st.lists(st.integers(0, most_records), max_size=6))
    seed, probes = draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, 6))
    return photographed(world_of(seed, profile_of(bits), records, probes, codes=draw(st.sampled_from([2, 5, 30]))))


def photographed(world: World) -> World:
    """The world with one photo for each record."""
    parts = [Part(one_photo_each(part.batch), part.numbers, part.holder) for part in world.parts]
    probes = {kind: one_photo_each(batch) for kind, batch in world.probes.items()}
    return World(f"photographed({world.made_by})", world.profile, world.tables, parts, probes)


def entries(pairs: Pairs) -> list[Entry]:
    """What pairs say, in their order."""
    columns = (pairs.probe, pairs.record, pairs.weight, pairs.rank)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def slow_lists(
    parts: Sequence[Part], probes: EncodedBatch, tables: ScoringTables, k: int, minimum: int,
    only: SearchFilter = SearchFilter(),
) -> list[Entry]:
    """What the lane should give, every pair of records by itself."""
    found: list[tuple[int, int, int, int]] = []
    for part in parts:
        allowed = only.allowed()
        agreed = not len(allowed) or (part.holder < len(allowed) and bool(allowed[part.holder]))
        if agreed and part.batch.kind is only.kind_for(probes):
            found += _of_part(part, probes, tables, minimum)
    found.sort()
    lists: list[Entry] = []
    for probe, _, record, weight in found:
        rank = 1 + sum(entry[0] == probe for entry in lists)
        if rank <= k:
            lists.append((probe, record, weight, rank))
    return lists


def _of_part(part: Part, probes: EncodedBatch, tables: ScoringTables, minimum: int) -> list[tuple[int, int, int, int]]:
    """Probe, minus ranking, record number and weight of all pairs that may stand on a list."""
    rows, v = part.batch, tables.photo_position
    search = ReferenceSearch(rows, part.numbers)
    same = SearchFilter(kind=rows.kind)
    pairs = record_pairs(search.above(probes, tables, NO_MINIMUM, same), probes)
    weight = {(p, r): w for p, r, w, _ in entries(pairs)}
    mine, other = (grid.reshape(-1) for grid in np.meshgrid(_photo_rows(probes, v), _photo_rows(rows, v)))
    turned = probes.kind is Kind.FOUND and rows.kind is Kind.MISSING
    comparison = compare(rows, probes, other, mine) if turned else compare(probes, rows, mine, other)
    ranking = photo_weights(comparison, tables, tables.ranking)
    excluded = (weigh(comparison, tables)[:, -1] == EXCLUDED) & (probes.kind is not rows.kind)
    keep = (ranking >= minimum) & ~excluded
    probe, record = probes.record[mine[keep]].tolist(), part.numbers[rows.record[other[keep]]].tolist()
    return [
        (p, -value, r, weight[p, r]) for p, r, value in zip(probe, record, ranking[keep].tolist(), strict=True)
    ]


def _photo_rows(batch: EncodedBatch, v: int) -> npt.NDArray[np.intp]:
    """The first row of each record that has a photo."""
    rows = np.flatnonzero(batch.presence >> v & 1)
    return rows[np.unique(batch.record[rows], return_index=True)[1]]
