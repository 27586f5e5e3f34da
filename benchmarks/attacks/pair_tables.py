"""What a hub could keep of masked comparisons: tables of pairs of missing and found records, and what they should hold.

The encoder and the model are public, so that whoever knows the plain text of both sides knows what such a table should
hold, but for the noise of the codes, and not which row and which column is whose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.bits import Floats
from benchmarks.attacks.setting import Bag, Rows, TargetView, bag_matrix
from benchmarks.common.data import encode, new_encoder
from encoder.record import RawRecord
from encoder.tokens.views import BAGS, names_bags
from matcher.batch import EncodedBatch
from matcher.comparison import NOT_KNOWN, Comparison, birth_gap, birth_gap_class, lag_days
from matcher.defaults import default_model
from matcher.explanation import LEVELS, Level, levels
from matcher.profile import EncodingProfile
from matcher.tables import ScoringTables, weigh
from matcher.views import Kind, View

Truth = npt.NDArray[np.bool_]
CANDIDATES = 20
"""Best pairs of each record whose levels a hub keeps, from either side (its setting match_top)."""
CHUNK = 100
"""Missing records that are weighed at a time."""
KEPT = {Level.NOT_KNOWN: 1.0, Level.DIFFERS: 2.0, Level.CLOSE: 3.0, Level.AGREES: 4.0}
"""Levels of a candidate as numbers; a pair that is no candidate has 0."""


@dataclass(frozen=True, repr=False, eq=False)
class PairTable:
    """One table of m missing by f found records in several channels, one for each view.

    coded      float32 (m, f) a channel, what the hub has; row i and column j are of records i and j
    plain      float32 (m, f) a channel, what the plain text says it should be
    precision  of each channel: one over the variance of the difference of the two
    seen       bool (m, f), pairs of which the hub has something
    present    int64 (m,) and int64 (f,), presence bits of the records, which the hub sees
    """

    coded: tuple[Floats, ...]
    plain: tuple[Floats, ...]
    precision: tuple[float, ...]
    seen: Truth
    present: tuple[Rows, Rows]


class Sides:
    """Missing and found records under one fresh key and a profile, in codes and in bags."""

    def __init__(self, missing: Sequence[RawRecord], found: Sequence[RawRecord], profile: EncodingProfile) -> None:
        """Encode both sides; of each record its first row."""
        encoder = new_encoder(profile)
        self.profile = profile
        self.batches = (
            _first_rows(encode(encoder, missing, Kind.MISSING)), _first_rows(encode(encoder, found, Kind.FOUND))
        )  # fmt: skip
        self.rows = np.arange(len(missing)), len(missing) + np.arange(len(found))
        records = [*missing, *found]
        self.views = [self._view(records, at) for at, p in enumerate(profile.views) if p.view is not View.PHOTO]

    def _view(self, records: Sequence[RawRecord], at: int) -> TargetView:
        parameters = self.profile.views[at]
        columns = slice(self.profile.offsets[at], self.profile.offsets[at + 1])
        presence = np.concatenate([batch.presence for batch in self.batches])
        bags: list[Bag] = [_bag(record, parameters.view, self.profile) for record in records]
        codes = np.concatenate([batch.codes[:, columns] for batch in self.batches])
        return TargetView(parameters.view.value, parameters.planes, codes, presence >> at & 1 == 1, bag_matrix(bags))

    def similarities(self, plain: bool) -> tuple[Floats, ...]:
        """Similarity of each missing to each found record by each view, as codes show it or as the texts say."""
        kind = TargetView.plain_similarity if plain else TargetView.code_similarity
        return tuple(kind(view, *self.rows) for view in self.views)


def all_distances(sides: Sides, compared: Truth) -> PairTable:
    """The table of all distances of the pairs that were compared, which only a hub that breaks its rules keeps."""
    precision = tuple(float(view.bits) for view in sides.views)
    present = tuple(batch.presence.astype(np.intp) for batch in sides.batches)
    coded, plain = sides.similarities(False), sides.similarities(True)
    return PairTable(coded, plain, precision, compared, (present[0], present[1]))


def kept_levels(sides: Sides, compared: Truth) -> PairTable:
    """The table that a hub keeps: levels of each record's best candidates among the pairs that were compared."""
    tables = default_model(sides.profile).tables()
    coded, plain = (_levels(sides, sides.similarities(text), compared, tables) for text in (False, True))
    everything = np.ones(compared.shape, np.bool_)
    present = tuple(batch.presence.astype(np.intp) for batch in sides.batches)
    return PairTable(coded, plain, (1.0,) * len(coded), everything, (present[0], present[1]))


def best_by(similarities: Sequence[Floats], requests: int) -> Truth:
    """Pairs that a hub asks for: of each record of either side the so many nearest by the coarse codes, bool (m, f)."""
    total = np.sum(similarities, axis=0)
    return _best(total, requests) | _best(total.T, requests).T


def _best(weights: npt.NDArray[np.generic], count: int) -> Truth:
    chosen = np.zeros(weights.shape, np.bool_)
    if count >= weights.shape[1]:
        return ~chosen
    places = np.argpartition(-weights.astype(np.float64), count, axis=1)[:, :count]
    np.put_along_axis(chosen, places, True, axis=1)
    return chosen


def _levels(sides: Sides, like: Sequence[Floats], compared: Truth, tables: ScoringTables) -> tuple[Floats, ...]:
    """Levels as numbers (KEPT) of the candidates that distances of this similarity make, 0 elsewhere."""
    m, f = compared.shape
    weight, found = np.empty((m, f), np.int64), np.empty((len(like), m, f), np.float32)
    numbers = np.array([KEPT[level] for level in LEVELS], np.float32)
    for begin in range(0, m, CHUNK):
        part = slice(begin, min(begin + CHUNK, m))
        comparison = _comparison(sides, like, np.arange(part.start, part.stop))
        parts = weigh(comparison, tables)
        weight[part] = parts.sum(axis=1, dtype=np.int64).reshape(-1, f)
        told = numbers[levels(comparison, tables, parts)[:, : len(like)]]
        found[:, part] = told.T.reshape(len(like), -1, f)
    weight[~compared] = np.iinfo(np.int64).min // 2
    candidates = (_best(weight, CANDIDATES) | _best(weight.T, CANDIDATES).T) & compared & (weight > 0)
    return tuple(np.where(candidates, each, np.float32(0)) for each in found)


def _comparison(sides: Sides, like: Sequence[Floats], rows: Rows) -> Comparison:
    """Each of these missing records with every found one, by distances that the similarities stand for."""
    missing, found = sides.batches
    left, right = np.repeat(rows, len(found)), np.tile(np.arange(len(found)), len(rows))
    distance = np.full((len(left), len(sides.profile.views)), NOT_KNOWN, np.int16)
    for at, (view, each) in enumerate(zip(sides.views, like, strict=True)):
        both = (missing.presence[left] & found.presence[right]) >> at & 1 == 1
        distance[both, at] = np.rint(view.bits * (1 - each[rows].ravel()[both]) / 2).astype(np.int16)
    return Comparison(
        distance, birth_gap_class(birth_gap(missing.birth[left], found.birth[right])),
        np.stack([missing.sex[left], found.sex[right]], axis=1).astype(np.int8),
        lag_days(missing.event[left], found.event[right]),
    )  # fmt: skip


def _first_rows(batch: EncodedBatch) -> EncodedBatch:
    return batch.take(np.unique(batch.record, return_index=True)[1])


def _bag(record: RawRecord, view: View, profile: EncodingProfile) -> Bag:
    return names_bags(record, profile)[0] if view is View.CHILD else BAGS[view](record)
