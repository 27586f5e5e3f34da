"""What the similarity of two codes should be by their tokens, as exactly as the attacker can say.

The formula of `TargetView.plain_similarity` holds for bags of many tokens. With a handful, ties and the vote that
breaks them count: there the attacker encodes the tokens himself, under keys of his own. For a Bloom filter he computes
how many bits two sets of bigrams share by accident.
"""

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.setting import Floats, Rows, TargetView

FEW_TOKENS = 16
"""Below so many tokens a bag on average the attacker encodes instead of computing."""
OWN_KEYS, OWN_BITS = 8, 1_024
"""Keys of his own, and bits under each; the order of tokens in a tie is the key's."""
BLOOM_NOISE = 0.02


def expected_similarity(view: TargetView, rows: Rows, rng: np.random.Generator) -> Floats:
    """Expected `code_similarity` of all pairs of some records, float32 (r, r); 0 on the diagonal and where absent."""
    if view.planes == 0:
        like = _bloom(view, rows)
    elif view.bags.nnz < FEW_TOKENS * view.present.sum():
        like = _encoded(view, rng)[rows]
        like = (like @ like.T / np.float32(OWN_KEYS * OWN_BITS)) ** view.planes
        like *= np.outer(view.present[rows], view.present[rows])
    else:
        like = view.plain_similarity(rows, rows)
    np.fill_diagonal(like, 0)
    return like


def noise_of(view: TargetView) -> float:
    """Standard deviation of the code similarity of two records that have nothing in common."""
    return BLOOM_NOISE if view.planes == 0 else float(view.bits**-0.5)


def _encoded(view: TargetView, rng: np.random.Generator) -> Floats:
    """One-plane codes of all bags under the attacker's own keys as +1 and -1, float32 (n, bits)."""
    return np.concatenate([_under_one_key(view, rng) for _ in range(OWN_KEYS)], axis=1)


def _under_one_key(view: TargetView, rng: np.random.Generator) -> Floats:
    bags = view.bags
    tokens = bags.shape[1]
    signs = rng.choice(np.array([-1, 1], dtype=np.float32), (tokens, OWN_BITS))
    sums = np.asarray(bags @ signs)
    order = rng.permutation(tokens)
    tied = np.flatnonzero(view.present & (np.asarray(bags.sum(axis=1)) % 2 == 0) & (np.diff(bags.indptr) > 0))
    filled = np.flatnonzero(np.diff(bags.indptr) > 0)
    lowest = np.zeros(bags.shape[0], dtype=np.intp)
    if len(filled):
        lowest[filled] = np.minimum.reduceat(order[bags.indices], bags.indptr[filled])
    sums[tied] += signs[np.argsort(order)[lowest[tied]]]
    return np.asarray(np.sign(sums), dtype=np.float32)


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
