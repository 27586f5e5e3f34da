"""What a record looks like from the others alone: its highest similarities, in order.

The highest ones stand far above the noise of the codes and say how common a name is and how close the closest names
are. How much of that survives the noise, and another list around the record, the attacker measures on his own list.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.evidence import Evidence
from benchmarks.attacks.lists import Lists
from benchmarks.attacks.setting import Floats, Rows
from encoder.jit import kernel

Doubles = npt.NDArray[np.float64]
TOP = 40
RANKS = (0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 28, TOP)
"""Ranks averaged together: the further down, the coarser."""
PLAIN_TOP = 30
THINNED, REHEARSALS = 4, 2
MOST_OFF = 9.0
"""Squared deviations count no more than this, since one stranger moves all ranks below it."""
RANKED_SHARE = 0.4
_RIDGE = 1e-3


def signature_scores(evidence: list[Evidence], lists: Lists, overlap: float, rng: np.random.Generator) -> Floats:
    """Log-likelihood ratios that encoded and plain records are the same by their signatures, float32 (n, n)."""
    score = np.zeros(lists.allowed.shape, dtype=np.float32)
    for view in evidence:
        _add_rehearsed(view, overlap, rng, score)
    # Against the average partner, so that the scores of rows can be compared.
    allowed = np.where(lists.allowed, score, np.float32(-1e9))
    most = allowed.max(axis=1, keepdims=True)
    mean = np.exp(allowed - most).sum(axis=1, keepdims=True) / np.maximum(lists.allowed.sum(axis=1, keepdims=True), 1)
    score -= most + np.log(np.maximum(mean, 1e-30))
    if overlap < 1:
        for view in evidence:
            _add_ranked(view, rng, score)
    return score


def _add_rehearsed(view: Evidence, overlap: float, rng: np.random.Generator, score: Floats) -> None:
    """Features of both lists, compared by what a rehearsal on the plain list says of their spread."""
    rehearsals = [_rehearsal(view, overlap, rng) for _ in range(REHEARSALS)]
    before, after = (np.concatenate([pair[side] for pair in rehearsals]) for side in (0, 1))
    before = np.column_stack([before, np.ones(len(before))])
    ridge = _RIDGE * len(before) * np.eye(before.shape[1])
    ridge[-1, -1] = 0
    slope = np.linalg.solve(before.T @ before + ridge, before.T @ after)
    spread = np.cov((after - before @ slope).T)
    spread += _RIDGE * np.trace(spread) / len(spread) * np.eye(len(spread))
    whiten = np.linalg.inv(np.linalg.cholesky(spread)).T
    coded, plain = _both_lists(view, overlap, rng)
    coded, plain = coded @ whiten, np.column_stack([plain, np.ones(len(plain))]) @ slope @ whiten
    coded[~view.coded_present], plain[~view.plain_present] = 0, 0
    _compare(coded.astype(np.float32), np.ascontiguousarray(plain.T, dtype=np.float32), MOST_OFF, score)


def _rehearsal(view: Evidence, overlap: float, rng: np.random.Generator) -> tuple[Doubles, Doubles]:
    """Features of the plain records in one list, and with the noise of codes in another that overlaps as given."""
    records = len(view.plain)
    if overlap == 1:
        mine = other = np.arange(records)
    else:
        half = records // 2
        common = round(half * overlap)
        drawn = rng.permutation(records)
        mine, other = drawn[:half], np.concatenate([drawn[:common], drawn[half : 2 * half - common]])
    noisy = _as_coded(view, other, rng)
    features = _features(view.plain[:, mine], view.noise), _features(noisy, view.noise)
    return features[0][view.plain_present], features[1][view.plain_present]


def _as_coded(view: Evidence, others: Rows, rng: np.random.Generator) -> Floats:
    """Expected similarities with the noise that codes would add."""
    like = view.plain[:, others]
    noise = rng.standard_normal(like.shape, dtype=np.float32) * np.float32(view.noise)
    noise *= np.sqrt(np.maximum(1 - like * like, 0))
    noise *= np.outer(view.plain_present, view.plain_present[others])
    return noise + like


def _both_lists(view: Evidence, overlap: float, rng: np.random.Generator) -> tuple[Doubles, Doubles]:
    """Features of the encoded and of the plain list; of halves of them when the rehearsal was one of halves."""
    if overlap == 1:
        return _features(view.coded, view.noise), _features(view.plain, view.noise)
    half = len(view.plain) // 2
    parts = [
        [_features(like[:, rng.permutation(len(like))[:half]], view.noise) for _ in range(THINNED)]
        for like in (view.coded, view.plain)
    ]
    return np.mean(parts[0], axis=0), np.mean(parts[1], axis=0)


def _features(like: Floats, noise: float) -> Doubles:
    """The highest similarities by groups of ranks on a scale that noise moves evenly, then mean and mean square."""
    others = like.shape[1]
    top = np.arcsinh(_highest(like, TOP) / (2 * noise))
    groups = [top[:, low:high].mean(axis=1) for low, high in pairwise(RANKS) if low < top.shape[1]]
    scale = others**0.5 / noise
    rms = np.sqrt(np.einsum("ij,ij->i", like, like) / others)
    return np.column_stack([*groups, like.mean(axis=1) * scale, rms * scale / 3]).astype(np.float64)


def _highest(like: Floats, most: int) -> Floats:
    most = min(most, like.shape[1] - 1)
    top = np.partition(like, like.shape[1] - most, axis=1)[:, like.shape[1] - most :]
    return -np.sort(-top, axis=1)


def _add_ranked(view: Evidence, rng: np.random.Generator, score: Floats) -> None:
    """The highest similarities rank by rank: coarser than the rehearsed features, and right where these are not."""
    coded = _highest(view.coded, PLAIN_TOP)
    every = np.arange(len(view.plain))
    plain = (_highest(_as_coded(view, every, rng), PLAIN_TOP) + _highest(_as_coded(view, every, rng), PLAIN_TOP)) / 2
    scale = (1 / view.noise / np.sqrt(1 + np.arange(coded.shape[1]) / 3)).astype(np.float32)
    # Deviations and their bound shrink alike, so that the sum is the share of a whole one.
    share = np.float32(RANKED_SHARE**0.5)
    _compare(
        coded * scale * share, np.ascontiguousarray((plain * scale * share).T), MOST_OFF * RANKED_SHARE, score
    )


@kernel
def _compare(coded: Floats, plain: Floats, most: float, score: Floats) -> None:
    """Take from the score half the squared deviations, each at most `most`; plain is (features, n)."""
    bound = np.float32(most)
    half = np.float32(0.5)
    for i in range(coded.shape[0]):
        row = score[i]
        for r in range(coded.shape[1]):
            value = coded[i, r]
            for j in range(plain.shape[1]):
                off = value - plain[r, j]
                row[j] -= half * min(off * off, bound)
