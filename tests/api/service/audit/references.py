"""Paths and proofs as RFC 6962, section 2.1, defines them: recursively, and slowly."""

from collections.abc import Sequence

from api.service.audit.merkle import tree_head


def split_of(count: int) -> int:
    """The largest power of two that is less than the count."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def path(number: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    split = split_of(len(leaves))
    if number < split:
        return [*path(number, leaves[:split]), tree_head(leaves[split:])]
    return [*path(number - split, leaves[split:]), tree_head(leaves[:split])]


def proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n])."""
    return _subproof(first, leaves, True)


def _subproof(first: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [tree_head(leaves)]
    split = split_of(len(leaves))
    if first <= split:
        return [*_subproof(first, leaves[:split], whole), tree_head(leaves[split:])]
    return [*_subproof(first - split, leaves[split:], False), tree_head(leaves[:split])]
