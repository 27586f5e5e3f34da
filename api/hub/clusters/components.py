"""Connected components of a graph."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def components(edges: Iterable[tuple[T, T]]) -> dict[T, T]:
    """For each end of an edge, one end that stands for its component: the same for all that are connected.

    Which one it is depends on the order of the edges; that two ends have the same one does not.
    """
    above: dict[T, T] = {}

    def top(end: T) -> T:
        while above.setdefault(end, end) != end:
            above[end] = end = above[above[end]]
        return end

    for first, second in edges:
        above[top(first)] = top(second)
    return {end: top(end) for end in list(above)}
