"""Matching both ways: what a record's own side of the search gives, as candidate pairs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from api.hub.matching.agreed import AgreedSearch, Matrix
from api.hub.matching.basis import basis_of
from api.hub.matching.models import NumberedModel
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.rows import HeldBatch, batch_of_records
from api.hub.storage.matching import StoredRecord
from indexer.interface import Pairs
from indexer.pairs import read_rows
from indexer.parts import AnyGallery
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.calibration import probabilities
from matcher.comparison import compare
from matcher.explanation import LEVELS, Level, levels, names_of
from matcher.model import LinkageModel
from matcher.tables import ScoringTables
from matcher.views import Kind

MOST_MATCHED = 0.99
_SPEAKING = (Level.AGREES, Level.CLOSE)


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
                held = batch_of_records(chosen, kind, index.profile, index.gallery.key_check or b"")
                out += match_batch(index, numbered, held, matrix, options, index.online if online else index.search)
    return out


def match_batch(
    index: ResidentIndex, numbered: NumberedModel, held: HeldBatch, matrix: Matrix, options: MatchingOptions,
    search: KernelSearch,
) -> list[FoundPair]:  # fmt: skip
    """The same for records of one kind that are a batch already, by one of the index's searches."""
    agreed = AgreedSearch(search, held.holders, matrix)
    pairs = agreed.top_k_records(held.batch, numbered.tables, options.top, options.minimum)
    probability = probability_of(pairs, held.batch.kind, numbered.model, index.gallery)
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


@dataclass(frozen=True)
class SeenLevels:
    """The levels of a pair as tables.candidates has them, and whether any view speaks for it."""

    text: str
    supported: bool


def levels_of_rows(
    probes: EncodedBatch, rows: npt.NDArray[np.int64], others: EncodedBatch, tables: ScoringTables
) -> list[SeenLevels]:
    """Levels of row `rows[i]` of the probes against row i of `others`, whichever of the two is missing."""
    return seen_levels(level_places(probes, rows, others, tables), tables)


def level_places(
    probes: EncodedBatch, rows: npt.NDArray[np.int64], others: EncodedBatch, tables: ScoringTables
) -> npt.NDArray[np.uint8]:
    """The same as places in matcher.explanation.LEVELS, uint8 (c, columns)."""
    mine, theirs = rows.astype(np.intp), np.arange(len(rows), dtype=np.intp)
    if probes.kind is Kind.MISSING:
        comparison = compare(probes, others, mine, theirs)
    else:
        comparison = compare(others, probes, theirs, mine)
    return levels(comparison, tables)


def seen_levels(places: npt.NDArray[np.uint8], tables: ScoringTables) -> list[SeenLevels]:
    """Levels by their places, uint8 (c, columns)."""
    names = names_of(tables)
    return [_seen(names, len(tables.views), row.tobytes()) for row in places]


def supported_by(places: npt.NDArray[np.uint8], tables: ScoringTables) -> npt.NDArray[np.bool_]:
    """Whether any view speaks for a pair with these levels, bool (c,)."""
    speaking = [LEVELS.index(level) for level in _SPEAKING]
    return np.asarray(np.isin(places[:, : len(tables.views)], speaking).any(axis=1))


@lru_cache(maxsize=2**14)
def _seen(names: tuple[str, ...], views: int, places: bytes) -> SeenLevels:
    found = [LEVELS[place] for place in places]
    text = json.dumps([[name, str(level)] for name, level in zip(names, found, strict=True)], separators=(",", ":"))
    return SeenLevels(text, any(level in _SPEAKING for level in found[:views]))
