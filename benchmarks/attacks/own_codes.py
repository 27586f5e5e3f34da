"""Codes under keys of the attacker's own: what two bags of a handful of tokens have in common, ties and all.

The formula of `TargetView.plain_similarity` is that of sums of many terms. With few tokens sums tie, and the vote that
breaks a tie counts as much as a token does; the encoder is public, so that the attacker simply tries.
"""

import numpy as np

from benchmarks.attacks.bits import Floats
from benchmarks.attacks.setting import TargetView

FEW_TOKENS = 16
"""Tokens of a bag, on average over a view, below which trying is better than the formula."""
KEYS, BITS = 4, 1_024
"""Keys that are tried unless a caller says how many, and bits under each: the order that breaks ties is the key's."""


def has_few_tokens(view: TargetView) -> bool:
    """Whether a view's similarities had better be tried than computed."""
    return view.planes > 0 and view.bags.nnz < FEW_TOKENS * view.present.sum()


def own_signs(view: TargetView, rng: np.random.Generator, keys: int = KEYS) -> Floats:
    """One-plane codes of all bags as +1 and -1, float32 (n, keys * BITS); 0 where a bag is empty."""
    return np.concatenate([_under_one_key(view, rng) for _ in range(keys)], axis=1)


def _under_one_key(view: TargetView, rng: np.random.Generator) -> Floats:
    bags = view.bags
    tokens = bags.shape[1]
    signs = rng.choice(np.array([-1, 1], dtype=np.float32), (tokens, BITS))
    sums = np.asarray(bags @ signs, dtype=np.float32)
    order = rng.permutation(tokens)
    filled = np.diff(bags.indptr) > 0
    even = np.asarray(bags.sum(axis=1)) % 2 == 0
    designated = np.minimum.reduceat(order[bags.indices], bags.indptr[:-1][filled])
    votes = np.zeros(len(filled), np.intp)
    votes[filled] = np.argsort(order)[designated]
    sums[filled & even] += signs[votes[filled & even]]
    return np.sign(sums)
