"""The strong similarities of a list, as a sparse graph, and how neighbours vote for each other's partners.

Percolation graph matching (Yartseva and Grossglauser, COSN 2013; Kazemi, Hassani and Grossglauser, VLDB 2015) with
likelihoods in place of counts: codes of known length give similarities with known noise, so each pair of neighbours
says how much more likely two similarities are when their records are the same than when not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.setting import Floats
from encoder.jit import kernel

Ints = npt.NDArray[np.int64]
Whole = npt.NDArray[np.int32]
MOST_EDGES = 60
NOT_SURER = 0.9
_BINS = 400


@dataclass(frozen=True, repr=False)
class Edges:
    """Neighbours of each record: those of record i stand from ends[i] to ends[i + 1].

    ends        int64 (n + 1,)
    neighbours  int32 (e,)
    likeness    float32 (e,)
    background  float32 (e,): log density of this likeness over all pairs
    """

    ends: Ints
    neighbours: Whole
    likeness: Floats
    background: Floats


def strong_edges(like: Floats, floor: float, present: npt.NDArray[np.bool_]) -> Edges:
    """For each record its most similar ones above a floor, at most MOST_EDGES."""
    records = len(like)
    keep = like > floor
    if records > MOST_EDGES:
        keep &= like > np.partition(like, records - MOST_EDGES - 1, axis=1)[:, records - MOST_EDGES - 1, None]
    ends = np.concatenate([[0], np.cumsum(keep.sum(axis=1))]).astype(np.int64)
    likeness = np.asarray(like[keep], dtype=np.float32)
    return Edges(ends, np.nonzero(keep)[1].astype(np.int32), likeness, _log_density(like, present, likeness))


def _log_density(like: Floats, present: npt.NDArray[np.bool_], at: Floats) -> Floats:
    known = like[np.ix_(present, present)]
    counts, ends = np.histogram(known, bins=_BINS, range=(-1.001, 1.001))
    density = np.log((counts + 0.5) / (counts.sum() + _BINS / 2) / (ends[1] - ends[0]))
    places = ((at + 1.001) / (ends[1] - ends[0])).astype(np.int64).clip(0, _BINS - 1)
    return np.asarray(density[places], dtype=np.float32)


def add_votes(
    coded: Edges, plain: Edges, partners: Whole, confidence: Floats, noise: float, sure: float, score: Floats
) -> None:
    """Add to the score of each pair what the strong edges of one view say.

    Args:
        coded: edges of the encoded list, n records.
        plain: edges of the plain list by expected similarity, n records.
        partners: int32 (n, t), places in the plain list that encoded records may have; NOBODY for none.
        confidence: float32 (n, t), how likely each is.
        noise: standard deviation of a code similarity at 0.
        sure: above this an edge is in both lists if the records are; a missing one counts against the pair.
        score: float32 (n, n), changed in place: log-likelihood ratios, encoded record by plain record.
    """
    limited = np.minimum(confidence, np.float32(NOT_SURER))
    taken = np.bincount(
        partners[partners >= 0], weights=limited[partners >= 0].astype(np.float64), minlength=score.shape[1]
    )
    score += _missed(plain, np.minimum(taken, NOT_SURER), sure)
    _vote(
        coded.ends, coded.neighbours, coded.likeness, coded.background,
        plain.ends, plain.neighbours, plain.likeness,
        partners, limited, noise, sure, score,
    )  # fmt: skip


def _missed(plain: Edges, taken: npt.NDArray[np.float64], sure: float) -> Floats:
    """What each plain record loses when none of its sure edges is found, float32 (n,)."""
    loss = np.repeat(np.log1p(-taken), np.diff(plain.ends))
    strong = plain.likeness > sure
    lost = np.bincount(plain.neighbours[strong], weights=loss[strong], minlength=len(taken))
    return lost.astype(np.float32)


@kernel
def _vote(
    ends: Ints,
    neighbours: Whole,
    likeness: Floats,
    background: Floats,
    plain_ends: Ints,
    plain_neighbours: Whole,
    expected: Floats,
    partners: Whole,
    confidence: Floats,
    noise: float,
    sure: float,
    score: Floats,
) -> None:
    for i in range(len(ends) - 1):
        for e in range(ends[i], ends[i + 1]):
            k = neighbours[e]
            like = likeness[e]
            for t in range(partners.shape[1]):
                q = partners[k, t]
                if q < 0:
                    continue
                c = confidence[k, t]
                miss = np.log(1 - c)
                for f in range(plain_ends[q], plain_ends[q + 1]):
                    variance = (1 - expected[f] * expected[f]) * noise * noise + 1e-5
                    off = like - expected[f]
                    exponent = -0.5 * off * off / variance
                    if exponent < -12:
                        continue
                    ratio = np.exp(exponent - background[e]) / np.sqrt(variance * 6.2831853)
                    vote = np.log1p(c * (ratio - 1))
                    if expected[f] > sure:
                        vote -= miss
                    if like > sure:
                        vote -= miss
                    score[i, plain_neighbours[f]] += vote
