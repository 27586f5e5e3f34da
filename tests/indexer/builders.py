"""Galleries with several holders beside the slow search that they are held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Hits, SearchFilter
from indexer.pairs import read_rows
from indexer.reference import ReferenceSearch
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.profile import EncodingProfile
from matcher.tables import ScoringTables, weigh
from matcher.views import Kind
from tests.matcher.builders import code_pool, profiles, random_batch, random_tables

Triples = list[tuple[int, int, int]]


@dataclass(frozen=True)
class Part:
    """Rows of one kind and holder, with the record number of each ref."""

    batch: EncodedBatch
    numbers: npt.NDArray[np.int32]
    holder: int


class World:
    """A gallery's content, tables to score with, and probes of both kinds; `made_by` draws it again."""

    def __init__(
        self, made_by: str, profile: EncodingProfile, tables: ScoringTables, parts: list[Part],
        probes: Mapping[Kind, EncodedBatch],
    ) -> None:
        self.made_by, self.profile, self.tables, self.parts, self.probes = made_by, profile, tables, parts, probes

    def __repr__(self) -> str:
        """The call, for a failing example."""
        return self.made_by

    def gallery(self) -> Gallery:
        """The parts, added one after the other."""
        gallery = Gallery(self.profile)
        for part in self.parts:
            gallery.add(part.batch, part.numbers, part.holder)
        return gallery


def world_of(seed: int, profile: EncodingProfile, records: Sequence[int], probes: int, codes: int = 4) -> World:
    """A world drawn from a seed: parts of so many records, kinds and holders in turn, numbers in no order."""
    rng = np.random.default_rng(seed)
    pool = code_pool(rng, profile, codes)
    numbers = rng.permutation(sum(records) + 3).astype(np.int32)
    parts, used = [], 0
    for i, size in enumerate(records):
        batch = random_batch(rng, pool, profile, (Kind.FOUND, Kind.FOUND, Kind.MISSING)[i % 3], size)
        parts.append(Part(batch, numbers[used : used + size], i % 4))
        used += size
    sides = {kind: random_batch(rng, pool, profile, kind, probes) for kind in Kind}
    bits = {str(p.view): p.bits for p in profile.views}
    made_by = f"world_of({seed}, profile_of({bits}), {records}, {probes}, {codes})"
    return World(made_by, profile, random_tables(rng, profile), parts, sides)


@st.composite
def worlds(draw: st.DrawFn, most_records: int = 40) -> World:
    """Worlds of up to six parts."""
    records = draw(st.lists(st.integers(0, most_records), max_size=6))
    seed, probes = draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, 6))
    return world_of(seed, draw(profiles()), records, probes, codes=draw(st.sampled_from([2, 4, 20])))


def triples(hits: Hits) -> Triples:
    """Probe, record and weight of each hit, in the order given."""
    return list(zip(hits.probe.tolist(), hits.record.tolist(), hits.weight.tolist(), strict=True))


def reference_hits(
    parts: Sequence[Part], probes: EncodedBatch, tables: ScoringTables, k: int | None = None,
    minimum: int = NO_MINIMUM, only: SearchFilter = SearchFilter(),
) -> Triples:
    """What the slow search of every part gives, put together in the order of the interface."""
    hits: Triples = []
    for part in parts:
        hits += triples(ReferenceSearch(part.batch, part.numbers, part.holder).above(probes, tables, minimum, only))
    hits.sort(key=lambda hit: (hit[0], -hit[2], hit[1]))
    counts: dict[int, int] = {}
    kept = []
    for hit in hits:
        counts[hit[0]] = counts.get(hit[0], 0) + 1
        if k is None or counts[hit[0]] <= k:
            kept.append(hit)
    return kept


def best_rows(gallery: Gallery, probes: EncodedBatch, tables: ScoringTables, hits: Hits) -> list[int]:
    """The lowest gallery row among the best rows of each hit's record, by weighing all of them."""
    flat = gallery.record[: gallery.tiles].reshape(-1)
    lowest = []
    for probe, record in zip(hits.probe.tolist(), hits.record.tolist(), strict=True):
        rows = np.flatnonzero(flat == record)
        other = read_rows(gallery, rows)
        lowest.append(int(rows[np.argmax(_weights(probes, other, probe, tables))]))
    return lowest


def _weights(probes: EncodedBatch, other: EncodedBatch, probe: int, tables: ScoringTables) -> npt.NDArray[np.int64]:
    this, others = np.full(len(other), probe), np.arange(len(other))
    if probes.kind is Kind.MISSING:
        return weigh(compare(probes, other, this, others), tables).sum(axis=1)
    return weigh(compare(other, probes, others, this), tables).sum(axis=1)
