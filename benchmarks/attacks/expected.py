"""What the similarity of two codes should be by their tokens, as exactly as the attacker can say.

The formula of `TargetView.plain_similarity` holds for bags of many tokens. With a handful, ties and the vote that
breaks them count: there the attacker encodes the tokens himself, under keys of his own. For a Bloom filter he computes
how many bits two sets of bigrams share by accident.
"""

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.own_codes import has_few_tokens, own_signs
from benchmarks.attacks.setting import Floats, Rows, TargetView

OWN_KEYS = 8
"""Keys of the attacker's own."""
BLOOM_NOISE = 0.02


def expected_similarity(view: TargetView, rows: Rows, rng: np.random.Generator) -> Floats:
    """Expected `code_similarity` of all pairs of some records, float32 (r, r); 0 on the diagonal and where absent."""
    if view.planes == 0:
        like = _bloom(view, rows)
    elif has_few_tokens(view):
        like = own_signs(view, rng, OWN_KEYS)[rows]
        like = (like @ like.T / np.float32(like.shape[1])) ** view.planes
        like *= np.outer(view.present[rows], view.present[rows])
    else:
        like = view.plain_similarity(rows, rows)
    np.fill_diagonal(like, 0)
    return like


def noise_of(view: TargetView) -> float:
    """Standard deviation of the code similarity of two records that have nothing in common."""
    return BLOOM_NOISE if view.planes == 0 else float(view.bits**-0.5)


def _bloom(view: TargetView, rows: Rows) -> Floats:
    """Dice's coefficient of two filters, with the hashes a token estimated from how full the filters are."""
    sizes = np.asarray(view.bags.sum(axis=1), dtype=np.float64)
    filled = sizes > 0
    rate = -np.log1p(-view.signs.mean(axis=1, dtype=np.float64)[filled]).sum() / sizes[filled].sum()

    def bits(tokens: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(view.bits * -np.expm1(-rate * tokens))

    one = sizes[rows]
    both = one[:, None] + one
    common = (view.bags[rows] @ view.bags[rows].T).toarray()
    total = bits(one)[:, None] + bits(one)
    like: Floats = (2 * (total - bits(both - common)) / np.maximum(total, 1e-9)).astype(np.float32)
    return like
