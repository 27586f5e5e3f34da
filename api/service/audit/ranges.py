"""Which complete subtrees a head or a proof is made of (RFC 6962, sections 2.1.1 and 2.1.2): numbers only, no hashes.

A range `(first, last)` means the leaves from `first` up to, but not including, `last`. In every range here `first` is a
multiple of the largest power of two that fits into it, so a few complete subtrees make it up.
"""

from api.service.audit.merkle import Node

Range = tuple[int, int]


def peaks(part: Range) -> list[Node]:
    """The complete subtrees that make up a range, the smallest (and rightmost) first; none of an empty one."""
    first, last = part
    found = list[Node]()
    while last > first:
        level = ((last - first) & -(last - first)).bit_length() - 1
        found.append((level, (last >> level) - 1))
        last -= 1 << level
    return found


def inclusion_path(number: int, size: int) -> list[Range]:
    """PATH(number, D[size]) of RFC 6962, section 2.1.1, as ranges, the leaf's own sibling first."""
    path, first, last = list[Range](), 0, size
    while last - first > 1:
        middle = _middle(first, last)
        if number < middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Range]:
    """PROOF(old, D[new]) of RFC 6962, section 2.1.2, as ranges; empty when `old` is 0 or `new`."""
    if old == 0:
        return []
    path, first, last = list[Range](), 0, new
    while last != old:
        middle = _middle(first, last)
        if old <= middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first = middle
    # Whoever asks has the old head already; only a part of it has to be told.
    return [*([(first, last)] if first else []), *path[::-1]]


def _middle(first: int, last: int) -> int:
    return first + (1 << ((last - first - 1).bit_length() - 1))
