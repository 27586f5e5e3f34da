"""The share of true pairs that score above all but one in so many false pairs, with bootstrap intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shares: TypeAlias = "csr_array[np.float64]"

SPARE = 8
"""False pairs kept for the bootstrap, as a multiple of those that may score above a threshold."""

LEVEL = 0.95


@dataclass(frozen=True)
class Grid:
    """Which cells of a score matrix (n, m) are true pairs, which are false ones and which are neither.

    rows, columns  the cell of each of p true pairs, int64 (p,)
    related        cells that are no false pairs, the true ones among them, as flat places, int64 (r,), ascending
    units          what is drawn again by the bootstrap: the unit of each true pair, int64 (p,)
    row_units, column_units  shares of the units in each form, (n, u) and (m, u); every form's shares add up to one
    """

    rows: Ints
    columns: Ints
    related: Ints
    units: Ints
    row_units: Shares
    column_units: Shares

    @property
    def shape(self) -> tuple[int, int]:
        """(n, m)."""
        return self.row_units.shape[0], self.column_units.shape[0]

    @property
    def falses(self) -> int:
        """How many cells are false pairs."""
        return self.shape[0] * self.shape[1] - len(self.related)


@dataclass(frozen=True)
class Scored:
    """Scores of the true pairs (p,) and of the best false ones (f,), falling, with their cells; -inf fails always."""

    grid: Grid
    true: Floats
    false: Floats
    false_rows: Ints
    false_columns: Ints


def score(matrix: Floats, grid: Grid, one_in: int) -> Scored:
    """Take what the rate needs out of a score matrix (n, m); higher is more alike.

    one_in  the least false-pair rate that will be asked for, as one in so many
    """
    flat = matrix.astype(np.float64).ravel()
    true = matrix[grid.rows, grid.columns].astype(np.float64)
    flat[grid.related] = -np.inf
    kept = min(grid.falses, SPARE * _allowed(grid.falses, one_in) + SPARE * 10)
    best = np.argpartition(-flat, kept - 1)[:kept] if kept < len(flat) else np.arange(len(flat))
    best = best[np.argsort(-flat[best], kind="stable")][:kept]
    rows, columns = np.divmod(best, grid.shape[1])
    return Scored(grid, true, flat[best], rows.astype(np.int64), columns.astype(np.int64))


def true_rate(scored: Scored, one_in: int) -> float:
    """TPR at one false pair in `one_in`: true pairs strictly above the (falses / one_in)-th best false score.

    With fewer false pairs than `one_in` the best of them is the threshold. Ties lose.
    """
    if not len(scored.true):
        return float("nan")
    place = _allowed(scored.grid.falses, one_in) - 1
    threshold = scored.false[min(place, len(scored.false) - 1)] if len(scored.false) else -np.inf
    return float(np.mean(scored.true > threshold))


def bootstrap(scored: Scored, one_in: int, rng: np.random.Generator, times: int) -> Floats:
    """The rate in `times` resamples of the grid's units, float64 (times,); false pairs and threshold follow them."""
    grid = scored.grid
    count = grid.row_units.shape[1]
    allowed = _allowed(grid.falses, one_in)
    rates = np.empty(times)
    for time in range(times):
        counts = np.bincount(rng.integers(count, size=count), minlength=count)
        rows, columns = grid.row_units @ counts, grid.column_units @ counts
        above = np.cumsum(rows[scored.false_rows] * columns[scored.false_columns])
        place = int(np.searchsorted(above, allowed))
        threshold = scored.false[min(place, len(scored.false) - 1)]
        drawn = counts[grid.units]
        rates[time] = drawn[scored.true > threshold].sum() / max(1, drawn.sum())
    return rates


def interval(values: Floats) -> tuple[float, float]:
    """The middle 95 % of bootstrap values."""
    low, high = np.quantile(values, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)


def grid_of_pairs(left: Sequence[str], right: Sequence[str]) -> tuple[list[str], list[str], Grid]:
    """Unique forms of both sides and the grid of p pairs of them; the bootstrap draws pairs.

    Two left forms that share a right one are spellings of one name: a cross pair whose right form is attested for the
    left form, or for another spelling of it, is no false pair.
    """
    rows, columns = ({form: i for i, form in enumerate(dict.fromkeys(side))} for side in (left, right))
    cells = sorted({(rows[a], columns[b]) for a, b in zip(left, right, strict=True)})
    row, column = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    attested = csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=(len(rows), len(columns)))
    near, far = (attested @ attested.T @ attested).nonzero()
    related = np.unique(near.astype(np.int64) * len(columns) + far)
    units = np.arange(len(row))
    shares = (_shares(row, units, len(rows), len(row)), _shares(column, units, len(columns), len(row)))
    return list(rows), list(columns), Grid(row, column, related, units, *shares)


def grid_of_families(families: Sequence[Sequence[str]]) -> tuple[list[str], Grid]:
    """Unique forms and the grid of all pairs inside families, each pair once; the bootstrap draws families.

    A form may stand in several families; it is then related to the forms of all of them.
    """
    places = {form: i for i, form in enumerate(dict.fromkeys(form for family in families for form in family))}
    members = [sorted({places[form] for form in family}) for family in families]
    pairs = {pair: unit for unit, family in enumerate(members) for pair in combinations(family, 2)}
    row, column = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    count = len(places)
    low = np.flatnonzero(np.tri(count, dtype=np.bool_).ravel())
    units = np.array([pairs[pair] for pair in sorted(pairs)], dtype=np.int64)
    of_form = np.repeat(np.arange(len(members)), [len(family) for family in members])
    shares = _shares(np.concatenate(members), of_form, count, len(members))
    return list(places), Grid(row, column, np.union1d(low, row * count + column), units, shares, shares)


def grid_of_rows(count: int) -> Grid:
    """The grid of n things on both sides in one order: the diagonal is true, all else false."""
    places = np.arange(count, dtype=np.int64)
    shares = _shares(places, places, count, count)
    return Grid(places, places, places * count + places, places, shares, shares)


def _shares(forms: Ints, units: Ints, form_count: int, unit_count: int) -> Shares:
    several = np.bincount(forms, minlength=form_count)[forms]
    return csr_array((1.0 / several, (forms, units)), shape=(form_count, unit_count))


def _allowed(falses: int, one_in: int) -> int:
    return max(1, falses // one_in)
