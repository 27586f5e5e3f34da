"""Five statistics of leakage: what codes show without any plain text beside them.

After what evaluations of hardened Bloom filters look at (Vidanage, Christen, Ranbaduge and Schnell, "A taxonomy of
attacks on privacy-preserving record linkage", JPC 2022; Franke and others, "Evaluation of hardening techniques for
PPRL", EDBT 2021): whether codes repeat, whether their weight tells the length of a text, whether their similarity is
that of the texts, whether single bits are biased, and whether bits go together. Codes of an ideal encoding would be
random: the figure would be the one beside it.
"""

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from benchmarks.attacks.bits import Floats, ones, popcounts
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.setting import Rows, Target, TargetView

Doubles = npt.NDArray[np.float64]
ATTACK = "leakage statistics"
CODES = "codes only"
SIMILAR_PAIRS = 200_000
"""Random pairs that similarities are taken of."""
BIT_PAIRS = 512
"""Bit positions that are looked at two by two; the first ones, as all are drawn alike."""
LEAST = 20
"""Records below which a view has no figures."""


def statistics(target: Target, rng: np.random.Generator) -> list[Finding]:
    """The five figures of every view that at least LEAST records have.

    share of unique codes   records whose code nobody else has; beside it 1, which random codes give
    popcount and length     Pearson's correlation of the number of ones with the number of tokens, by its size
    similarity              Spearman's correlation of code and plain similarity over random pairs (Bloom filter: .68)
    biased bits             mean over positions of 1 - entropy, in bits; beside it what as many random codes give
    dependent bits          mean mutual information of two positions, in bits; beside it what random codes give
    """
    found: list[Finding] = []
    for view in target.views:
        rows = np.flatnonzero(view.present)
        if len(rows) >= LEAST:
            found += _of_view(view, rows, rng)
    return found


def _of_view(view: TargetView, rows: Rows, rng: np.random.Generator) -> list[Finding]:
    # Records with equal texts would make bits look biased that are not: each code counts once.
    different = ones(np.unique(view.codes[rows], axis=0))
    noise = 1 / (2 * np.log(2) * len(different))
    figures = [
        ("unique codes", unique_share(view, rows), 1.0),
        ("popcount against length, correlation", length_correlation(view, rows), 0.0),
        ("code against plain similarity, Spearman", similarity_correlation(view, rows, rng), 0.0),
        ("biased bits, bits of information a position", bias(different), noise),
        ("dependent bits, bits of information a pair", dependence(different), noise),
    ]
    return [Finding(ATTACK, CODES, len(rows), f"{view.name}: {what}", value, random) for what, value, random in figures]


def unique_share(view: TargetView, rows: Rows) -> float:
    """Share of records whose code no other record has."""
    counts = np.unique(view.codes[rows], axis=0, return_inverse=True, return_counts=True)
    return float((counts[2][counts[1].ravel()] == 1).mean())


def length_correlation(view: TargetView, rows: Rows) -> float:
    """Size of the correlation of a code's ones with the number of its different tokens; 0 if either is fixed."""
    tokens = np.diff(view.bags.indptr)[rows].astype(np.float64)
    return abs(_correlation(popcounts(view.codes[rows]).astype(np.float64), tokens))


def similarity_correlation(view: TargetView, rows: Rows, rng: np.random.Generator) -> float:
    """Spearman's correlation of code and plain similarity, over random pairs of records."""
    side = int(min(len(rows), np.sqrt(2 * SIMILAR_PAIRS)))
    chosen = rng.choice(rows, side, replace=False)
    upper = np.triu_indices(side, 1)
    like = [kind(chosen, chosen)[upper] for kind in (view.code_similarity, view.plain_similarity)]
    return _correlation(*(rankdata(each) for each in like))


def bias(bits: Floats) -> float:
    """Mean over positions of 1 - entropy of n codes, float32 (n, bits), in bits; about 1 / (2 n ln 2) if random."""
    return float((1 - _entropy(bits.mean(axis=0, dtype=np.float64))).mean())


def dependence(bits: Floats) -> float:
    """Mean mutual information of two positions of n codes, float32 (n, bits), in bits; as much as `bias` if random."""
    some = bits[:, :BIT_PAIRS]
    both = (some.T @ some).astype(np.float64) / len(some)
    one = np.diag(both).copy()
    cells = [both, one[:, None] - both, one - both, 1 - one[:, None] - one + both]
    joint = -sum(_log_sum(cell) for cell in cells)
    each = _entropy(one)
    return float((each[:, None] + each - joint)[np.triu_indices(len(one), 1)].mean())


def _entropy(share: Doubles) -> Doubles:
    return -(_log_sum(share) + _log_sum(1 - share))


def _log_sum(share: Doubles) -> Doubles:
    kept = np.clip(share, 1e-12, 1.0)
    return kept * np.log2(kept)


def _correlation(one: Doubles, other: Doubles) -> float:
    spread = one.std() * other.std()
    return float(((one - one.mean()) * (other - other.mean())).mean() / spread) if spread > 0 else 0.0
