"""Two epochs: the same records under two keys, refs aside. What tells that two codes are of one record?

A score is laid on pairs of a record of the first epoch with one of the second, and the area under the curve says how
often a pair of one record scores above a pair of two. One half means that the epochs cannot be linked pair by pair.
Presence bits and open attributes stay what they are whatever the key, and so does the shape of the whole list: which
records resemble each other. They are told apart, and are not expected to be one half.
"""

from collections.abc import Sequence

import numpy as np

from benchmarks.attacks.bits import Floats, popcounts
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.setting import Rows, Target, TargetView
from matcher.photo_figures import auc, scored

ATTACK = "cross-epoch linking"
MOST = 2_000
"""Records of an epoch that are looked at, drawn at random."""
QUANTILES = 64
"""Similarities to all others that a record is known by, from the nearest to the farthest."""


def cross_epoch(first: Target, later: Sequence[Target], rng: np.random.Generator) -> list[Finding]:
    """Link record i of the first epoch with record i of a later one, among all others.

    Args:
        first: records under one key.
        later: the same records, in the same order and profile, each time under another key. By distances and popcounts
            a pair of keys links all records a little better or a little worse than chance, for no reason that could be
            known beforehand, so that only the mean over several keys says anything.
        rng: draws MOST records.

    Returns:
        AUC by the distances of codes, by their popcounts, by the shape of the list (codes only), by presence bits and
        by open attributes, where the targets have any; the last three by the first of the later epochs.

    Raises:
        ValueError: the targets are not of the same records, or there is no later one.
    """
    names = {(target.records, *(view.name for view in target.views)) for target in (first, *later)}
    if len(names) != 1 or not later:
        raise ValueError("Epochs have to be of the same records and views; encode the same list several times.")
    rows = np.sort(rng.permutation(first.records)[:MOST])
    several = [
        ("distances of codes", [_codes(first, second, rows) for second in later]),
        ("popcounts of codes", [_popcounts(first, second, rows) for second in later]),
        ("shape of the list", [_shape(first, later[0], rows)]),
        ("presence bits", [_presence(first, later[0], rows)]),
    ]
    if first.blocks is not None:
        several.append(("open attributes", [(first.blocks[rows][:, None] == first.blocks[rows]).astype(np.float32)]))
    return [
        Finding(ATTACK, f"two epochs, {what}", len(rows), "AUC", float(np.mean([_auc(s, rng) for s in scores])), 0.5)
        for what, scores in several
    ]


def _presence(first: Target, second: Target, rows: Rows) -> Floats:
    bits = [target.pattern[rows] for target in (first, second)]
    return np.asarray(-np.bitwise_count(bits[0][:, None] ^ bits[1]).astype(np.int64), dtype=np.float32)


def _codes(first: Target, second: Target, rows: Rows) -> Floats:
    """Mean similarity of the codes over the views that both have: an absent view is all zeros, which is no code."""
    total, shared = np.zeros((len(rows),) * 2, np.float32), np.zeros((len(rows),) * 2, np.float32)
    for one, other in zip(first.views, second.views, strict=True):
        both = one.present[rows][:, None] & other.present[rows]
        total += np.where(both, _centred(one, rows) @ _centred(other, rows).T / np.float32(one.bits), 0)
        shared += both
    return np.asarray(total / np.maximum(shared, 1), dtype=np.float32)


def _centred(view: TargetView, rows: Rows) -> Floats:
    """Bits less the share of ones at their place: what all codes of an epoch have in common tells none of them."""
    return np.asarray(view.signs[rows] - view.signs[view.present].mean(axis=0), dtype=np.float32)


def _popcounts(first: Target, second: Target, rows: Rows) -> Floats:
    """Minus the mean difference of the numbers of ones, over the views that both have."""
    total, shared = np.zeros((len(rows),) * 2, np.float32), np.zeros((len(rows),) * 2, np.float32)
    for one, other in zip(first.views, second.views, strict=True):
        both = one.present[rows][:, None] & other.present[rows]
        apart = np.abs(popcounts(one.codes[rows])[:, None] - popcounts(other.codes[rows])) / one.bits
        total -= np.where(both, apart, 0).astype(np.float32)
        shared += both
    return np.asarray(total / np.maximum(shared, 1), dtype=np.float32)


def _shape(first: Target, second: Target, rows: Rows) -> Floats:
    """Minus the difference of how records resemble all others of their epoch, over the views that both have."""
    total, shared = np.zeros((len(rows),) * 2, np.float32), np.zeros((len(rows),) * 2, np.float32)
    for one, other in zip(first.views, second.views, strict=True):
        here = np.flatnonzero(one.present[rows] & other.present[rows])
        if len(here) < 2:
            continue
        known = [_known_by(view.code_similarity(rows[here], rows[here])) for view in (one, other)]
        both = np.concatenate(known)
        scaled = [(each - both.mean(axis=0)) / (both.std(axis=0) + 1e-3) for each in known]
        squares = [(each**2).sum(axis=1) for each in scaled]
        apart = squares[0][:, None] + squares[1] - 2 * scaled[0] @ scaled[1].T
        total[np.ix_(here, here)] -= np.sqrt(apart.clip(0))
        shared[np.ix_(here, here)] += 1
    return np.asarray(total / np.maximum(shared, 1), dtype=np.float32)


def _known_by(like: Floats) -> Floats:
    """Quantiles of the similarities of r records to each other, float32 (r, QUANTILES), close together at the near."""
    at = (len(like) - 1) * (1 - np.linspace(0, 1, QUANTILES) ** 3)
    return np.asarray(np.sort(like, axis=1)[:, at.astype(np.intp)], dtype=np.float32)


def _auc(scores: Floats, rng: np.random.Generator) -> float:
    """AUC of the diagonal against ten pairs off it of each row."""
    count = len(scores)
    others = (np.arange(count)[:, None] + rng.integers(1, count, (count, 10))) % count
    return auc(scored(np.diag(scores).astype(np.float64), scores[np.arange(count)[:, None], others].ravel()))
