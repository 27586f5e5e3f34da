"""How well scores tell pairs of one face from pairs of two: AUC, accepts at a bound of false accepts, EER, Cllr, ranks.

Everywhere a higher score means more alike. Pairs that share a face are no independent observations, so intervals come
from drawing people, not pairs, anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

REPLICATES = 200
"""Draws of people behind an interval."""
COVERED = 0.95
"""Share of the draws that an interval holds."""


@dataclass(frozen=True, repr=False, eq=False)
class Scored:
    """Scores of genuine and of impostor pairs, at least one of each.

    genuine, impostor                float64 (p,) and (q,)
    genuine_weight, impostor_weight  float64 (p,) and (q,): how often each counts, not all of them zero
    """

    genuine: Floats
    impostor: Floats
    genuine_weight: Floats
    impostor_weight: Floats

    def __post_init__(self) -> None:
        """ValueError when there is nothing of a kind, which no figure can be made of."""
        if not (self.genuine_weight.sum() > 0 and self.impostor_weight.sum() > 0):
            raise ValueError("figures need genuine and impostor pairs")


def scored(genuine: Floats, impostor: Floats) -> Scored:
    """Scores of genuine pairs, float64 (p,), and impostor pairs, float64 (q,), that count once each."""
    return Scored(genuine, impostor, np.ones(len(genuine)), np.ones(len(impostor)))


def auc(scores: Scored) -> float:
    """Chance that a genuine pair scores above an impostor pair, ties by half (Hanley and McNeil 1982)."""
    order = np.argsort(scores.impostor, kind="stable")
    ranked, below = scores.impostor[order], _running(scores.impostor_weight[order])
    left, right = (np.searchsorted(ranked, scores.genuine, side) for side in ("left", "right"))
    wins = (below[left] + below[right]) / (2 * below[-1])
    return float(np.average(wins, weights=scores.genuine_weight))


def accepts(scores: Scored, false_accepts: float) -> float:
    """Share of genuine pairs above the lowest impostor score that at most this share of impostor pairs is above."""
    order = np.argsort(-scores.impostor, kind="stable")
    ranked, above = scores.impostor[order], _running(scores.impostor_weight[order])
    # Weight strictly above each score: that of everything ahead of the first of its equals.
    first = np.searchsorted(-ranked, -ranked, side="left")
    allowed = above[first] <= false_accepts * above[-1] * (1 + 1e-12)
    threshold = ranked[np.flatnonzero(allowed)[-1]]
    return float(np.average(scores.genuine > threshold, weights=scores.genuine_weight))


def equal_error(scores: Scored) -> float:
    """Rate at which as many impostor pairs are accepted as genuine pairs refused, between two thresholds by a line."""
    cuts = np.unique(np.concatenate([scores.genuine, scores.impostor]))
    refused = np.append(_share_below(scores.genuine, scores.genuine_weight, cuts), 1.0)
    accepted = np.append(1 - _share_below(scores.impostor, scores.impostor_weight, cuts), 0.0)
    # At the lowest cut nothing is refused and everything accepted, above the highest it is the other way round.
    past = int(np.argmax(refused >= accepted))
    before, after = (accepted[i] - refused[i] for i in (past - 1, past))
    part = before / (before - after)
    return float(refused[past - 1] + part * (refused[past] - refused[past - 1]))


def ratio_cost(scores: Scored) -> float:
    """Cllr in bits of scores that are log-likelihood ratios in nats: 0 is perfect, 1 says nothing, more misleads.

    Mean of log2(1 + 1/LR) over genuine and of log2(1 + LR) over impostor pairs, halved (Brümmer and du Preez 2006).
    """
    missed = np.average(np.logaddexp(0, -scores.genuine), weights=scores.genuine_weight)
    misled = np.average(np.logaddexp(0, scores.impostor), weights=scores.impostor_weight)
    return float((missed + misled) / (2 * log(2)))


def mate_ranks(score: Floats, mate: Truth) -> Counts:
    """Rank from 1, int64 (mates,), that each mate of one probe has among the strangers of a gallery; ties behind them.

    Args:
        score: float64 (g,), of the probe with each face of the gallery, itself left out.
        mate: bool (g,), whether the face is of the same person. Mates do not compete with one another.
    """
    strangers = np.sort(score[~mate])
    return np.asarray(1 + len(strangers) - np.searchsorted(strangers, score[mate], side="left"), np.int64)


@dataclass(frozen=True, repr=False, eq=False)
class ScoredPairs:
    """Scores of n pairs and whose faces they are.

    score          float64 (n,)
    first, second  int64 (n,), numbers of the two people from 0; the pair is genuine where they are equal
    weight         float64 (n,), how often the pair counts; None when each counts once
    """

    score: Floats
    first: Counts
    second: Counts
    weight: Floats | None = None

    @property
    def genuine(self) -> Truth:
        """Which pairs are of one person, bool (n,)."""
        return np.asarray(self.first == self.second)

    def scored(self, times: Floats | None = None) -> Scored:
        """As genuine and impostor scores.

        Args:
            times: float64 (people,), how often each person was drawn: a genuine pair counts as often as its person, an
                impostor pair as the product of both (the pigeonhole bootstrap, Owen 2007). None: everyone once.
        """
        same = self.genuine
        weight = np.ones(len(same)) if self.weight is None else self.weight
        if times is not None:
            weight = weight * times[self.first] * np.where(same, 1.0, times[self.second])
        return Scored(self.score[same], self.score[~same], weight[same], weight[~same])


def interval(
    pairs: ScoredPairs, figure: Callable[[Scored], float], rng: np.random.Generator, replicates: int = REPLICATES
) -> tuple[float, float]:
    """Where COVERED of the values of a figure lie when people are drawn anew with replacement."""
    people = np.unique(np.concatenate([pairs.first, pairs.second]))
    # In order of their scores: a stable sort of what is sorted already costs one pass, and every draw sorts.
    order = np.argsort(pairs.score, kind="stable")
    first, second = (np.searchsorted(people, part[order]) for part in (pairs.first, pairs.second))
    weight = None if pairs.weight is None else pairs.weight[order]
    numbered = ScoredPairs(pairs.score[order], first, second, weight)
    values = []
    for _ in range(replicates):
        drawn = np.bincount(rng.integers(0, len(people), len(people)), minlength=len(people))
        try:
            values.append(figure(numbered.scored(drawn.astype(np.float64))))
        except ValueError:  # a draw without a genuine or without an impostor pair has no figure
            continue
    if not values:
        raise ValueError("no draw of people had genuine and impostor pairs")
    low, high = np.quantile(values, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return float(low), float(high)


def _running(weight: Floats) -> Floats:
    """Sums of the first 0, 1, ... n weights, float64 (n + 1,)."""
    return np.concatenate([[0.0], np.cumsum(weight)])


def _share_below(score: Floats, weight: Floats, cuts: Floats) -> Floats:
    order = np.argsort(score, kind="stable")
    running = _running(weight[order])
    return np.asarray(running[np.searchsorted(score[order], cuts, side="left")] / running[-1])
