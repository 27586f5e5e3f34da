"""Matching both ways: what a record's own side of the search gives, as candidate pairs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from api.hub.matching.agreed import AgreedSearch, Matrix
from api.hub.matching.models import NumberedModel
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.rows import HeldBatch, batch_of_records
from api.hub.storage.matching import StoredRecord
from indexer.gallery import Gallery
from indexer.interface import Pairs
from indexer.pairs import read_rows
from matcher.batch import EncodedBatch
from matcher.calibration import probabilities
from matcher.comparison import compare
from matcher.explanation import LEVELS, Level, levels, names_of
from matcher.model import LinkageModel
from matcher.tables import ScoringTables
from matcher.views import Kind

MOST_MATCHED = 0.99


@dataclass(frozen=True)
class FoundPair:
    """A missing and a found record that were compared; weight in thousandths of a bit, levels as tables.candidates."""

    missing_id: int
    found_id: int
    weight: int
    probability: float
    verdict: str
    levels: str


def match(
    index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord], matrix: Matrix,
    options: MatchingOptions,
) -> list[FoundPair]:
    """The best allowed candidates of each record, by kind in the order given, then best first (see Pairs).

    For a missing record these are the best `top` found records of at least the minimum weight, for a found record the
    best missing ones. A record is compared with what the index holds: call `catch_up` before.
    """
    out: list[FoundPair] = []
    with index.lock:
        for kind in Kind:
            chosen = [record for record in records if record.kind == kind]
            if chosen:
                held = batch_of_records(chosen, kind, index.profile, index.gallery.key_check or b"")
                out += match_batch(index, numbered, held, matrix, options)
    return out


def match_batch(
    index: ResidentIndex, numbered: NumberedModel, held: HeldBatch, matrix: Matrix, options: MatchingOptions
) -> list[FoundPair]:
    """The same for records of one kind that are a batch already."""
    pairs, probability = search_batch(index, numbered, held, matrix, options)
    others = read_rows(index.gallery, pairs.gallery_row)
    seen = levels_of_rows(held.batch, pairs.probe_row, others, numbered.tables)
    probes = held.numbers[pairs.probe].tolist()
    missing_first = held.batch.kind is Kind.MISSING
    sides = (probes, pairs.record.tolist()) if missing_first else (pairs.record.tolist(), probes)
    return [
        FoundPair(missing, found, weight, chance, options.verdict(chance, level.supported), level.text)
        for missing, found, weight, chance, level in zip(
            *sides, pairs.weight.tolist(), probability.tolist(), seen, strict=True
        )
    ]


def search_batch(
    index: ResidentIndex, numbered: NumberedModel, held: HeldBatch, matrix: Matrix, options: MatchingOptions
) -> tuple[Pairs, npt.NDArray[np.float64]]:
    """Pairs of each probe record with the best of the other kind, and the probability of each, float64 (c,)."""
    search = AgreedSearch(index.search, held.holders, matrix)
    pairs = search.top_k_records(held.batch, numbered.tables, options.top, options.minimum)
    return pairs, probability_of(pairs, held.batch.kind, numbered.model, index.gallery)


def probability_of(
    pairs: Pairs, kind: Kind, model: LinkageModel, gallery: Gallery
) -> npt.NDArray[np.float64]:
    """Probability that each candidate is its probe's match (see matcher.calibration), float64 (c,)."""
    missing, found = gallery.record_count(Kind.MISSING), gallery.record_count(Kind.FOUND)
    if kind is Kind.MISSING:
        return probabilities(pairs.probe, pairs.weight, model, found)
    # There are as many true pairs whichever side asks, so their share among the found records follows.
    return probabilities(pairs.probe, pairs.weight, seen_from_found(model, missing, found), missing)


def seen_from_found(model: LinkageModel, missing: int, found: int) -> LinkageModel:
    """The model with the share of found records that have a missing report, in place of the other way round."""
    share = min(MOST_MATCHED, model.matched * max(missing, 1) / max(found, 1))
    return replace(model, matched=share)


@dataclass(frozen=True)
class SeenLevels:
    """The levels of a pair as tables.candidates has them, and whether any view speaks for it."""

    text: str
    supported: bool


def levels_of_rows(
    probes: EncodedBatch, rows: npt.NDArray[np.int64], others: EncodedBatch, tables: ScoringTables
) -> list[SeenLevels]:
    """Levels of row `rows[i]` of the probes against row i of `others`, whichever of the two is missing."""
    mine, theirs = rows.astype(np.intp), np.arange(len(rows), dtype=np.intp)
    if probes.kind is Kind.MISSING:
        comparison = compare(probes, others, mine, theirs)
    else:
        comparison = compare(others, probes, theirs, mine)
    names = names_of(tables)
    return [_seen(names, len(tables.views), row.tobytes()) for row in levels(comparison, tables)]


@lru_cache(maxsize=2**14)
def _seen(names: tuple[str, ...], views: int, places: bytes) -> SeenLevels:
    found = [LEVELS[place] for place in places]
    text = json.dumps([[name, str(level)] for name, level in zip(names, found, strict=True)], separators=(",", ":"))
    return SeenLevels(text, any(level in (Level.AGREES, Level.CLOSE) for level in found[:views]))
