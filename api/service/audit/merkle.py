"""Merkle trees of RFC 6962, section 2.1, over SHA-256, as pure functions of bytes.

`tree_head` is the definition, slow and plain; `Frontier` gives the same head while leaves arrive. The verifiers are the
algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2. Hashes are bytes (32,).
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence

HASH_BYTES = 32
EMPTY_HEAD = hashlib.sha256(b"").digest()
"""Head of the tree without leaves."""
_LEAF, _NODE = b"\x00", b"\x01"

Node = tuple[int, int]
"""(level, number) of a complete subtree: it covers the leaves from `number << level` to `(number + 1) << level`."""


def leaf_hash(content: bytes) -> bytes:
    """Hash of one leaf: SHA-256 over a zero byte and the content."""
    return hashlib.sha256(_LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 over a byte 1 and the hashes of its children."""
    return hashlib.sha256(_NODE + left + right).digest()


def tree_head(leaves: Sequence[bytes]) -> bytes:
    """MTH of the contents of leaves, by its definition: the slow reference."""
    if not leaves:
        return EMPTY_HEAD
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(tree_head(leaves[:split]), tree_head(leaves[split:]))


def joined(hashes: Iterable[bytes]) -> bytes:
    """Head of a tree whose complete subtrees, at least one, have these hashes; the smallest subtree first."""
    first, *rest = hashes
    for larger in rest:
        first = node_hash(larger, first)
    return first


class Frontier:
    """The right edge of a growing tree: one hash for each complete subtree that no larger one has swallowed.

    Args:
        size: number of leaves so far.
        peaks: hash by level; levels that appending will not reach may be left out, and then `head` is not to be asked.
    """

    def __init__(self, size: int = 0, peaks: Mapping[int, bytes] | None = None) -> None:
        self.size = size
        self._peaks = dict(peaks or {})

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf by its hash; the inner nodes that it completes, lower ones first.

        Raises:
            KeyError: a peak that it needs was left out.
        """
        level, made = 0, list[tuple[Node, bytes]]()
        while self.size >> level & 1:
            leaf = node_hash(self._peaks.pop(level), leaf)
            level += 1
            made.append(((level, self.size >> level), leaf))
        self._peaks[level] = leaf
        self.size += 1
        return made

    def head(self) -> bytes:
        """Head of the tree so far."""
        return joined(hash_ for _, hash_ in sorted(self._peaks.items())) if self.size else EMPTY_HEAD


def verify_inclusion(leaf: bytes, number: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether the tree of that size and head has this leaf hash at this number (RFC 9162, section 2.1.3.2)."""
    if not 0 <= number < size or not _are_hashes([leaf, *path]):
        return False
    node, last, found = number, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(found, head)


def verify_consistency(first: int, second: int, first_head: bytes, second_head: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `second` leaves begins with the tree of `first` (RFC 9162, section 2.1.4.2).

    The RFC begins at one leaf. Every tree begins with the empty one and with itself, and both proofs are empty.
    """
    if not 0 <= first <= second or not _are_hashes(path):
        return False
    if first == second:
        return not path and hmac.compare_digest(first_head, second_head)
    if first == 0:
        return not path and hmac.compare_digest(first_head, EMPTY_HEAD)
    # A complete first tree is a node of the second, and not sent again.
    hashes = [first_head, *path] if first & (first - 1) == 0 else list(path)
    return bool(path) and _climbs(first - 1, second - 1, hashes, first_head, second_head)


def _climbs(node: int, last: int, hashes: Sequence[bytes], first_head: bytes, second_head: bytes) -> bool:
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, first_head) and hmac.compare_digest(new, second_head)


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
