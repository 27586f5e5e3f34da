"""The same linkage model on plain tokens: exact cosines in place of codes, nothing lost by encoding.

A code's expected distance is its bits times the angle between two bags over pi (Charikar 2002). The model is fitted and
the candidates are searched on codes of 4,096 bits a view, which lose next to nothing; then every candidate is weighed
again by the exact angle of its bags. Recall at the length of the list is therefore that of the long codes.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from api.cli.console import Reporter
from api.cli.linking import Linked, LinkOptions, ReadSide, link_records, read_side
from benchmarks.common.links import Candidates, ranked
from benchmarks.common.name_scores import Bag, unit_rows
from encoder.record import RawRecord
from encoder.tokens.people import child_bags
from encoder.tokens.views import BAGS
from matcher.comparison import NOT_KNOWN, Comparison
from matcher.profile import EncodingProfile
from matcher.tables import UNITS_PER_BIT, weigh
from matcher.views import Kind, View

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SLICE = 200_000
"""Pairs whose cosines are summed at a time."""


def link_both(folder: Path, profile: EncodingProfile, top: int) -> tuple[Candidates, Candidates]:
    """Link a folder's files by a profile of long codes, and the same by plain tokens; at most `top` candidates each."""
    started = perf_counter()
    quiet = Reporter(quiet=True)
    sides = [read_side(folder / f"{kind.name.lower()}.csv", kind, quiet) for kind in (Kind.MISSING, Kind.FOUND)]
    linked = link_records(sides[0], sides[1], LinkOptions(profile, top, None), quiet)
    table = linked.table
    coded = ranked(table.missing_ids, table.found_ids, table.weight / UNITS_PER_BIT, perf_counter() - started)
    weight = weigh(plain_comparison(linked, sides[0], sides[1]), linked.model.tables()).sum(axis=1)
    plain = ranked(table.missing_ids, table.found_ids, weight / UNITS_PER_BIT, perf_counter() - started)
    return coded, plain


def plain_comparison(linked: Linked, missing: ReadSide, found: ReadSide) -> Comparison:
    """The comparison of the linked pairs with the distance that exact angles stand for, in bits of the profile."""
    pairs, comparison = linked.pairs, linked.comparison
    profile = linked.model.profile
    left, right = pairs.probe.astype(np.int64), pairs.record.astype(np.int64)
    distance = comparison.distance.copy()
    for v, parameters in enumerate(profile.views):
        if parameters.view is View.PHOTO:
            continue
        if parameters.view is View.CHILD:
            cosine = best_of_names(missing.records, found.records, left, right, profile.max_rows)
        else:
            bags = [[BAGS[parameters.view](record) for record in side.records] for side in (missing, found)]
            cosine = paired_cosines(bags[0], bags[1], left, right)
        angle = np.arccos(np.clip(cosine, -1.0, 1.0)) / np.pi
        exact = np.round(angle * parameters.bits).astype(distance.dtype)
        distance[:, v] = np.where(distance[:, v] == NOT_KNOWN, NOT_KNOWN, exact)
    return replace(comparison, distance=distance)


def best_of_names(
    missing: Sequence[RawRecord], found: Sequence[RawRecord], left: Ints, right: Ints, most: int
) -> Floats:
    """The highest cosine over the names that both children go by, float64 (p,); -1 where one has none."""
    names = [[child_bags(record, most) for record in side] for side in (missing, found)]
    best = np.full(len(left), -1.0)
    columns = [
        [[bags[at] if at < len(bags) else () for bags in side] for at in range(most)] for side in names
    ]
    for one in columns[0]:
        for other in columns[1]:
            known = np.array([bool(bag) for bag in one])[left] & np.array([bool(bag) for bag in other])[right]
            best[known] = np.maximum(best[known], paired_cosines(one, other, left[known], right[known]))
    return best


def paired_cosines(one: Sequence[Bag], other: Sequence[Bag], left: Ints, right: Ints) -> Floats:
    """Cosine of bag left[i] with bag right[i], float64 (p,); 0 where one is empty."""
    ids: dict[str, int] = {}
    rows = [unit_rows(bags, ids) for bags in (one, other)]
    wide = [csr_array((m.data, m.indices, m.indptr), shape=(m.shape[0], max(len(ids), 1))) for m in rows]
    cosines = np.empty(len(left))
    for first in range(0, len(left), SLICE):
        part = slice(first, first + SLICE)
        cosines[part] = wide[0][left[part]].multiply(wide[1][right[part]]).sum(axis=1)
    return cosines
