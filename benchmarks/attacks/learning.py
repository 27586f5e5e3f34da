"""Codes predicted from plain text, and how likely each code is under each prediction.

A bit of a keyed SimHash, taken over all keys, is a random function of the bag whose covariance is known: it is what
`TargetView.plain_similarity` gives. Kernel ridge regression with that kernel is therefore the best linear predictor of
an unknown code from known ones (kriging; Rasmussen and Williams, Gaussian Processes for Machine Learning, section 2.2).
The cosine as kernel is ridge regression from the weights of tokens, in its dual form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from benchmarks.attacks.bits import Floats, ones
from benchmarks.attacks.own_codes import has_few_tokens, own_signs
from benchmarks.attacks.setting import TargetView

Rows = npt.NDArray[np.intp]
Kernel = Literal["linear", "kernel"]
Likeness = Callable[[Rows, Rows], Floats]

OWN_KEYS = 1
"""Seed of the attacker's own keys."""

PENALTIES = (0.003, 0.03, 0.3, 3.0)
"""Ridge penalties that are tried; the kernel of a record with itself is 1."""
JUDGED_ROWS, JUDGED_BITS = 600, 256
"""Known pairs and bits that the penalty is judged by."""
SUREST = 0.985
"""No prediction of a bit is taken for surer than this: texts that are alike but for a letter differ in some bits."""


@dataclass(frozen=True, repr=False, eq=False)
class Predicted:
    """How much more likely than chance each bit is to be one or zero, by the predictions for m records.

    when_one   float32 (m, bits), log(p / base) in nats
    when_zero  float32 (m, bits), log((1 - p) / (1 - base)) in nats
    """

    when_one: Floats
    when_zero: Floats

    def log_ratios(self, codes: npt.NDArray[np.uint64]) -> Floats:
        """Log-likelihood ratio of each of t codes, uint64 (t, words), under each prediction, float32 (t, m)."""
        return np.asarray(ones(codes) @ (self.when_one - self.when_zero).T + self.when_zero.sum(axis=1))


@dataclass(frozen=True, repr=False, eq=False)
class Known:
    """Pairs that the attacker takes for known: the code of record codes[i] belongs to the text of record texts[i]."""

    codes: Rows
    texts: Rows

    def within(self, view: TargetView) -> "Known":
        """The pairs that have the view."""
        both = view.present[self.codes] & view.present[self.texts]
        return Known(self.codes[both], self.texts[both])


def predicted(view: TargetView, known: Known, others: Rows, kernel: Kernel) -> Predicted:
    """What the codes of `others` should be, by known pairs; all of them have the view, and one pair is known."""
    base = ones(view.codes[view.present]).mean(axis=0).clip(1 - SUREST, SUREST)
    residual = ones(view.codes[known.codes]) - base
    like = kernel_of(view, kernel)
    gram = like(known.texts, known.texts)
    penalty = best_penalty(gram, residual, base)
    solved = cho_solve(_factor(gram, penalty), residual, check_finite=False)
    share = (base + like(others, known.texts) @ solved).clip(1 - SUREST, SUREST)
    return Predicted(np.log(share / base), np.log((1 - share) / (1 - base)))


def kernel_of(view: TargetView, kernel: Kernel) -> Likeness:
    """The kernel of a view, as a function of two lists of rows that gives float32 (rows, others)."""
    if kernel == "linear":
        return partial(_cosine, view.bags)
    if not has_few_tokens(view):
        return view.plain_similarity
    return partial(_agreement, own_signs(view, np.random.default_rng(OWN_KEYS)), view.planes)


def _cosine(bags: "csr_array[np.float64]", rows: Rows, others: Rows) -> Floats:
    length = np.sqrt(bags.multiply(bags).sum(axis=1))
    product = (bags[rows] @ bags[others].T).toarray()
    return np.asarray(product / np.outer(length[rows], length[others]).clip(1e-9), dtype=np.float32)


def _agreement(signs: Floats, planes: int, rows: Rows, others: Rows) -> Floats:
    return np.asarray((signs[rows] @ signs[others].T / np.float32(signs.shape[1])) ** planes)


def best_penalty(gram: Floats, residual: Floats, base: Floats) -> float:
    """The penalty under which known codes, each left out in turn, are likeliest."""
    few, bits = slice(JUDGED_ROWS), slice(JUDGED_BITS)
    judged = [_left_out(gram[few, few], residual[few, bits], base[bits], penalty) for penalty in PENALTIES]
    return PENALTIES[int(np.argmax(judged))]


def _left_out(gram: Floats, residual: Floats, base: Floats, penalty: float) -> float:
    """Log-likelihood of known codes by all others: their residuals are solved / diagonal (ibid., section 5.4.2)."""
    inverse = cho_solve(_factor(gram, penalty), np.eye(len(gram), dtype=np.float32), check_finite=False)
    share = (base + residual - (inverse @ residual) / np.diag(inverse)[:, None]).clip(1 - SUREST, SUREST)
    return float(np.where(residual > 0, np.log(share), np.log(1 - share)).sum())


def _factor(gram: Floats, penalty: float) -> tuple[Floats, bool]:
    regular = gram + np.float32(penalty) * np.eye(len(gram), dtype=np.float32)
    factor, lower = cho_factor(regular, lower=True, overwrite_a=True, check_finite=False)
    return factor.astype(np.float32, copy=False), bool(lower)
