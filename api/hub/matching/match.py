"""Matching both ways: what a record's own side of the search gives, as candidate pairs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from api.hub.matching.agreed import AgreedSearch, Matrix
from api.hub.matching.basis import basis_of
from api.hub.matching.models import NumberedModel
from api.hub.matching.options import VERDICTS, MatchingOptions
from api.hub.matching.photo_lane import best_in_lane, with_lane
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.rows import HeldBatch
from api.hub.storage.matching import StoredRecord
from indexer.interface import Pairs
from indexer.pairs import read_rows
from indexer.parts import AnyGallery
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.calibration import probabilities, weight_for
from matcher.comparison import Comparison, compare
from matcher.explanation import LEVELS, levels, names_of
from matcher.model import LinkageModel
from matcher.photo_rules import lifted, limits
from matcher.tables import ScoringTables, photo_weights, weigh
from matcher.views import Kind

MOST_MATCHED = 0.99


@dataclass(frozen=True)
class FoundPair:
    """A missing and a found record that were compared; weight in thousandths of a bit, levels as tables.candidates.

    Empty levels: those that the candidate has already, for a pair of which only the others on the list changed.
    """

    missing_id: int
    found_id: int
    weight: int
    probability: float
    verdict: str
    levels: str


def match(
    index: ResidentIndex, numbered: NumberedModel, records: Sequence[StoredRecord], matrix: Matrix,
    options: MatchingOptions, *, online: bool = False,
) -> list[FoundPair]:
    """The best allowed candidates of each record, by kind in the order given, then best first (see Pairs).

    For a missing record these are the best `top` found records of at least the minimum weight, for a found record the
    best missing ones. A record is compared with what the index holds: call `catch_up` before. With `online` the search
    may be the approximate one, if the operator wants it.
    """
    out: list[FoundPair] = []
    with index.lock:
        for kind in Kind:
            chosen = [record for record in records if record.kind == kind]
            if chosen:
                held = index.held(chosen, kind)
                out += match_batch(index, numbered, held, matrix, options, index.online if online else index.search)
    return out


def match_batch(
    index: ResidentIndex, numbered: NumberedModel, held: HeldBatch, matrix: Matrix, options: MatchingOptions,
    search: KernelSearch,
) -> list[FoundPair]:  # fmt: skip
    """The same for records of one kind that are a batch already, by one of the index's searches."""
    agreed = AgreedSearch(search, held.holders, matrix)
    pairs = agreed.top_k_records(held.batch, numbered.tables, options.top, options.minimum)
    pairs, best = with_lane(pairs, best_in_lane(index, numbered.tables, held, matrix))
    probability = probability_of(pairs, held.batch.kind, numbered.model, index.gallery)
    others = read_rows(index.gallery, pairs.gallery_row)
    levels, parts = levels_and_parts(held.batch, pairs.probe_row, others, numbered.tables)
    limit = limits(levels, parts, numbered.tables, steps_at(index.gallery, numbered, held.batch.kind, options))
    limit[best] = lifted(limit[best])
    verdicts = [VERDICTS[place] for place in options.verdicts(probability, limit)]
    probes = held.numbers[pairs.probe].tolist()
    missing_first = held.batch.kind is Kind.MISSING
    sides = (probes, pairs.record.tolist()) if missing_first else (pairs.record.tolist(), probes)
    return [
        FoundPair(missing, found, weight, chance, verdict, text)
        for missing, found, weight, chance, verdict, text in zip(
            *sides, pairs.weight.tolist(), probability.tolist(), verdicts, texts_of(levels, numbered.tables),
            strict=True,
        )
    ]


def probability_of(
    pairs: Pairs, kind: Kind, model: LinkageModel, gallery: AnyGallery
) -> npt.NDArray[np.float64]:
    """Probability that each candidate is its probe's match (see matcher.calibration), float64 (c,)."""
    missing, found = (basis_of(gallery.record_count(each)) for each in (Kind.MISSING, Kind.FOUND))
    if kind is Kind.MISSING:
        return probabilities(pairs.probe, pairs.weight, model, found)
    # There are as many true pairs whichever side asks, so their share among the found records follows.
    return probabilities(pairs.probe, pairs.weight, seen_from_found(model, missing, found), missing)


def seen_from_found(model: LinkageModel, missing: int, found: int) -> LinkageModel:
    """The model with the share of found records that have a missing report, in place of the other way round."""
    share = min(MOST_MATCHED, model.matched * max(missing, 1) / max(found, 1))
    return replace(model, matched=share)


def steps_for(
    model: LinkageModel, kind: Kind, basis: tuple[int, int], thresholds: tuple[float, float]
) -> tuple[int, int]:
    """Weights from which a pair without rivals is possible and probable on a list of a record of this kind.

    basis       numbers of missing and of found records that probabilities are computed with (see basis)
    thresholds  probabilities from which it is possible, and probable
    """
    missing, found = basis
    seen, records = (model, found) if kind is Kind.MISSING else (seen_from_found(model, missing, found), missing)
    return weight_for(thresholds[0], seen, records), weight_for(thresholds[1], seen, records)


def steps_at(
    gallery: AnyGallery, numbered: NumberedModel, kind: Kind, options: MatchingOptions
) -> tuple[int, int]:
    """The same over a gallery as it stands, known again for a model that is kept."""
    missing, found = (basis_of(gallery.record_count(each)) for each in Kind)
    return _steps(numbered, kind, (missing, found), options.thresholds)


@lru_cache(maxsize=64)
def _steps(
    numbered: NumberedModel, kind: Kind, basis: tuple[int, int], thresholds: tuple[float, float]
) -> tuple[int, int]:
    return steps_for(numbered.model, kind, basis, thresholds)


def levels_of_rows(
    probes: EncodedBatch, rows: npt.NDArray[np.int64], others: EncodedBatch, tables: ScoringTables
) -> list[str]:
    """Levels of row `rows[i]` of the probes against row i of `others`, as tables.candidates has them."""
    return texts_of(levels_and_parts(probes, rows, others, tables)[0], tables)


def levels_and_parts(
    probes: EncodedBatch, rows: npt.NDArray[np.int64], others: EncodedBatch, tables: ScoringTables
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """The same as places in matcher.explanation.LEVELS, uint8, and what each weighs, int32; both (c, columns)."""
    comparison = comparison_of(probes, rows, others)
    parts = weigh(comparison, tables)
    return levels(comparison, tables, parts), parts


def comparison_of(probes: EncodedBatch, rows: npt.NDArray[np.int64], others: EncodedBatch) -> Comparison:
    """Compare row `rows[i]` of the probes with row i of `others`, whichever of the two is missing."""
    mine, theirs = rows.astype(np.intp), np.arange(len(rows), dtype=np.intp)
    if probes.kind is Kind.MISSING:
        return compare(probes, others, mine, theirs)
    return compare(others, probes, theirs, mine)


class SeenInLane(NamedTuple):
    """Pairs of a photo lane: value int32 (c,), its order; limit uint8 (c,); levels uint8 (c, columns)."""

    value: npt.NDArray[np.int32]
    limit: npt.NDArray[np.uint8]
    levels: npt.NDArray[np.uint8]


def seen_in_lane(
    probes: EncodedBatch, pairs: Pairs, gallery: AnyGallery, tables: ScoringTables, steps: tuple[int, int]
) -> SeenInLane:
    """What a photo lane has to know of its pairs; limits are not lifted yet (matcher.photo_rules)."""
    columns = len(names_of(tables))
    if not len(pairs):
        return SeenInLane(np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros((0, columns), np.uint8))
    comparison = comparison_of(probes, pairs.probe_row, read_rows(gallery, pairs.gallery_row))
    parts = weigh(comparison, tables)
    places = levels(comparison, tables, parts)
    value = photo_weights(comparison, tables, tables.ranking)
    return SeenInLane(value, limits(places, parts, tables, steps), places)


def texts_of(places: npt.NDArray[np.uint8], tables: ScoringTables) -> list[str]:
    """Levels by their places, uint8 (c, columns), as tables.candidates has them."""
    names = names_of(tables)
    return [_text(names, row.tobytes()) for row in places]


@lru_cache(maxsize=2**14)
def _text(names: tuple[str, ...], places: bytes) -> str:
    found = [LEVELS[place] for place in places]
    return json.dumps([[name, str(level)] for name, level in zip(names, found, strict=True)], separators=(",", ":"))
