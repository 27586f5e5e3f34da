"""How good a list of candidate pairs is, against known true pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RANKS = (1, 5, 10, 100)


@dataclass(frozen=True)
class Ranked:
    """c candidate pairs: found partner known or not, rank within the missing record, and score (higher is better)."""

    true: npt.NDArray[np.bool_]
    rank: npt.NDArray[np.int32]
    score: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Evaluation:
    """Figures of one list; shares between 0 and 1.

    recall     share of all true pairs within the first k candidates of their missing record
    precision  share of true pairs among all candidates up to rank k
    best_f1    highest F1 over all score thresholds, with its threshold, precision and recall
    """

    pairs: int
    truth: int
    recall: Mapping[int, float]
    precision: Mapping[int, float]
    best_f1: float
    best_threshold: float
    best_precision: float
    best_recall: float


def evaluate(ranked: Ranked, truth: int, ranks: Sequence[int] = RANKS) -> Evaluation:
    """Evaluate candidates against `truth` true pairs (those that the list misses included)."""
    recall = {k: float((ranked.true & (ranked.rank <= k)).sum() / max(truth, 1)) for k in ranks}
    precision = {k: _share(ranked.true[ranked.rank <= k]) for k in ranks}
    f1, threshold, p, r = best_f1(ranked, truth)
    return Evaluation(len(ranked.true), truth, recall, precision, f1, threshold, p, r)


def best_f1(ranked: Ranked, truth: int) -> tuple[float, float, float, float]:
    """Highest F1 over thresholds on the score, with threshold, precision and recall there; zeros for no pairs.

    Pairs of equal score stand or fall together, since a threshold cannot part them.
    """
    if not len(ranked.true) or not truth:
        return 0.0, 0.0, 0.0, 0.0
    order = np.argsort(-ranked.score, kind="stable")
    hits = np.cumsum(ranked.true[order])
    taken = np.arange(1, len(order) + 1)
    f1 = 2 * hits / (taken + truth)
    score = ranked.score[order]
    last_of_tie = np.append(score[1:] != score[:-1], True)
    best = int(np.argmax(np.where(last_of_tie, f1, -1.0)))
    return float(f1[best]), float(score[best]), float(hits[best] / taken[best]), float(hits[best] / truth)


def recall_by_group(
    rank_of_truth: npt.NDArray[np.int32], groups: Sequence[str], k: int = 10
) -> dict[str, tuple[int, float]]:
    """Per group: number of true pairs and their recall at k.

    rank_of_truth  int32 (t,), rank of each true pair in its list, 0 when the list lacks it
    groups         the group of each true pair, t long
    """
    names, inverse = np.unique(np.array(groups, dtype=np.str_), return_inverse=True)
    hit = (rank_of_truth > 0) & (rank_of_truth <= k)
    totals = np.bincount(inverse, minlength=len(names))
    hits = np.bincount(inverse, weights=hit, minlength=len(names))
    return {str(n): (int(t), float(h / t)) for n, t, h in zip(names, totals, hits, strict=True)}


def _share(true: npt.NDArray[np.bool_]) -> float:
    return float(true.mean()) if len(true) else 0.0
