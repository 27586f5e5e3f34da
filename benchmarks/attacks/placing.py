"""Which of m coded things is which of m plain ones, by how they resemble each other (unseeded graph matching)."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from benchmarks.attacks.bits import Floats

ROUNDS = 10
"""Most times that things are placed again by what was placed before."""


def placed_by_likeness(codes: Floats, texts: Floats, apart: Floats) -> npt.NDArray[np.int64]:
    """Texts for m codes: first by their sorted similarities, then by similarities to those placed before.

    Args:
        codes: float32 (m, m), similarities of the coded things to each other.
        texts: float32 (m, m), similarities of the plain ones, with the noise that codes have.
        apart: float32 (m, m), what it costs to take code i for text j, in standard deviations of a score.

    Returns:
        int64 (m,), the text of each code; every text is given once.
    """
    order = [np.sort(like, axis=1) for like in (codes, texts)]
    placed = linear_sum_assignment(apart - standard_scores(*order))[1]
    for _ in range(ROUNDS):
        again = linear_sum_assignment(apart - standard_scores(codes, texts[:, placed]))[1]
        if (again == placed).all():
            break
        placed = again
    return np.asarray(placed, dtype=np.int64)


def standard_scores(codes: Floats, texts: Floats) -> Floats:
    """How well codes, float32 (c, n), go with texts, float32 (t, n), by n features; float32 (c, t), variance 1."""
    spread = [(rows - rows.mean(axis=0)) / (rows.std(axis=0) + 1e-6) for rows in (codes, texts)]
    squares = [(rows**2).sum(axis=1) for rows in spread]
    scores = 2 * spread[0] @ spread[1].T - squares[0][:, None] - squares[1]
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-6), dtype=np.float32)
