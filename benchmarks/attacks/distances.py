"""Masked comparison: who is who in a table of pairs that a hub could keep, with the plain text of both sides.

Rows are missing records, columns found ones, in an order that says nothing. At first a row is known by its sorted
values, whatever the columns; then rows are placed by the columns that are placed already, and columns by the rows, in
turn (after the matching of two similarity graphs: Vidanage, Christen, Ranbaduge and Schnell, CIKM 2020). What is known
beforehand, if anything, stays where it is.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.attacks.bits import Floats
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.pair_tables import PairTable, Truth
from benchmarks.attacks.placing import placed_by_likeness
from benchmarks.attacks.setting import Rows

ATTACK = "graph matching of masked comparisons"
ROUNDS = 6
"""Most times that both sides are placed in turn."""
QUANTILES = 48
"""Sorted values that a row is known by."""
RULED_OUT = 1e6
"""Cost of placing a record where its presence bits do not fit."""


def distances(table: PairTable, given: str, rng: np.random.Generator, pairs: int = 0) -> list[Finding]:
    """Place the rows and columns of a table.

    Args:
        table: see PairTable.
        given: what the table is, for the finding.
        rng: draws the known pairs and the noise that the attacker expects.
        pairs: missing records that are known beforehand.

    Returns:
        Share of the missing records, without the known ones, and of the found ones that are placed rightly.
    """
    missing, found = table.seen.shape
    known = np.sort(rng.permutation(missing)[:pairs])
    matching = _Matching(table, known, rng)
    rows, columns = matching.placed()
    others = np.setdiff1d(np.arange(missing), known)
    given = f"{given}, plain text of both sides" + (f", {pairs} pairs" if pairs else "")
    right = (rows == np.arange(missing))[others].mean(), (columns == np.arange(found)).mean()
    return [
        Finding(ATTACK, given, missing, "missing re-identified", float(right[0]), by_presence(table.present[0])),
        Finding(ATTACK, given, found, "found re-identified", float(right[1]), by_presence(table.present[1])),
    ]


def by_presence(present: Rows) -> float:
    """Share of records that a guess among those with the same presence bits, int64 (n,), places rightly."""
    return len(np.unique(present)) / len(present)


class _Matching:
    """The attack on one table. `rows[i]` is the plain record that row i is taken for, and so with columns."""

    def __init__(self, table: PairTable, known: Rows, rng: np.random.Generator) -> None:
        self._table, self._known, self._rng = table, known, rng
        self._ruled_out = tuple(np.not_equal.outer(side, side) * RULED_OUT for side in table.present)

    def placed(self) -> tuple[Rows, Rows]:
        """Place both sides in turn until nothing moves."""
        if len(self._known):
            rows = np.zeros(len(self._table.seen), np.intp)
            rows[self._known] = self._known
            columns = self._place_columns(rows, self._known)
        else:
            rows = self._place(self._signature_cost(), 0)
            columns = self._place_columns(rows, np.arange(len(rows)))
        for _ in range(ROUNDS):
            again = self._place_rows(columns)
            moved = not np.array_equal(again, rows)
            rows = again
            columns = self._place_columns(rows, np.arange(len(rows)))
            if not moved:
                break
        return rows, columns

    def _place_rows(self, columns: Rows) -> Rows:
        """Rows by all columns."""
        table = self._table
        cost = sum(
            precision * _apart(coded, plain[:, columns], table.seen)
            for coded, plain, precision in self._channels()
        )
        rows = self._place(np.asarray(cost), 0)
        rows[self._known] = self._known
        return rows

    def _place_columns(self, rows: Rows, by: Rows) -> Rows:
        """Columns by some of the rows."""
        seen = self._table.seen[by].T
        cost = sum(
            precision * _apart(coded[by].T, plain[rows[by]].T, seen) for coded, plain, precision in self._channels()
        )
        return self._place(np.asarray(cost), 1)

    def _place(self, cost: Floats, side: int) -> Rows:
        spread = float(cost.std()) or 1.0
        return np.asarray(linear_sum_assignment(cost / spread + self._ruled_out[side])[1], dtype=np.intp)

    def _channels(self) -> list[tuple[Floats, Floats, float]]:
        return list(zip(self._table.coded, self._table.plain, self._table.precision, strict=True))

    def _signature_cost(self) -> Floats:
        """Squared differences of sorted rows, over the pairs seen, in standard deviations over all rows."""
        total = np.zeros((len(self._table.seen),) * 2, np.float32)
        for coded, plain, precision in self._channels():
            noise = self._rng.normal(size=plain.shape) / np.sqrt(precision)
            noisy = np.where(plain != 0, plain + noise, 0) if precision > 1 else plain
            known = [_sorted(values, self._table.seen) for values in (coded, noisy)]
            spread = known[1].std(axis=0) + 1e-3
            known = [(each - known[1].mean(axis=0)) / spread for each in known]
            squares = [(each**2).sum(axis=1) for each in known]
            total += squares[0][:, None] + squares[1] - 2 * known[0] @ known[1].T
        return total


def _sorted(values: Floats, seen: Truth) -> Floats:
    """Quantiles of each row over the pairs seen, float32 (m, QUANTILES)."""
    ordered = np.sort(np.where(seen, values, np.float32(np.inf)), axis=1)
    last = seen.sum(axis=1) - 1
    at = np.rint(last[:, None] * (1 - np.linspace(0, 1, QUANTILES) ** 2)).astype(np.intp).clip(0)
    return np.asarray(np.take_along_axis(ordered, at, axis=1), dtype=np.float32)


def _apart(coded: Floats, plain: Floats, seen: Truth) -> Floats:
    """Sum of squared differences of each coded row from each plain row over the pairs seen, float32 (m, m)."""
    mask = seen.astype(np.float32)
    masked = coded * mask
    return np.asarray((masked**2).sum(axis=1)[:, None] - 2 * masked @ plain.T + mask @ (plain**2).T, dtype=np.float32)


def one_side(table: PairTable, substitutes: tuple[Floats, ...], given: str) -> list[Finding]:
    """Place the rows of a table by the plain text of the missing side alone.

    Missing records that resemble each other lie alike from all found ones, so that rows resemble each other as texts
    do, whoever the found children are.

    Args:
        table: its plain side is not used.
        substitutes: float32 (m, g) a channel, what the missing records' similarities to other found records, which the
            attacker invented or has from elsewhere, should be.
        given: what the table is, for the finding.

    Returns:
        Share of the missing records that are placed rightly.
    """
    everything = np.ones(substitutes[0].shape, np.bool_)
    coded = _rows_alike(table.coded, table.seen, table.present[0])
    plain = _rows_alike(substitutes, everything, table.present[0])
    patterns = table.present[0]
    apart = np.asarray(np.not_equal.outer(patterns, patterns) * RULED_OUT, dtype=np.float32)
    right = float((placed_by_likeness(coded, plain, apart) == np.arange(len(coded))).mean())
    given = f"{given}, plain text of the missing side"
    return [Finding(ATTACK, given, len(coded), "missing re-identified", right, by_presence(patterns))]


def _rows_alike(channels: tuple[Floats, ...], seen: Truth, present: Rows) -> Floats:
    """Correlation of each two rows over all columns, mean over the channels that both have, float32 (m, m)."""
    total, shared = np.zeros((len(seen),) * 2, np.float32), np.zeros((len(seen),) * 2, np.float32)
    for at, values in enumerate(channels):
        has = present >> at & 1 == 1
        middle = (values[has] * seen[has]).sum(axis=0) / seen[has].sum(axis=0).clip(1)
        centred = np.where(seen, values - middle, np.float32(0)).astype(np.float32)
        length = np.sqrt((centred**2).sum(axis=1)) + np.float32(1e-9)
        both = has[:, None] & has
        total += np.where(both, (centred / length[:, None]) @ (centred / length[:, None]).T, 0)
        shared += both
    return np.asarray(total / np.maximum(shared, 1), dtype=np.float32)
