"""Whether two boxes stand around one face."""

from typing import Protocol

SAME_FACE = 0.3
"""Least overlap of two boxes of one face."""


class Box(Protocol):
    """A rectangle, in pixels or in shares of a picture."""

    @property
    def left(self) -> float:
        """Left edge."""
        ...

    @property
    def top(self) -> float:
        """Upper edge."""
        ...

    @property
    def right(self) -> float:
        """Right edge."""
        ...

    @property
    def bottom(self) -> float:
        """Lower edge."""
        ...


def overlap(one: Box, other: Box) -> float:
    """Area that two boxes share, as a share 0..1 of the area of both together (intersection over union)."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(0.0, width) * max(0.0, height)
    together = _area(one) + _area(other) - shared
    return shared / together if together > 0 else 0.0


def _area(box: Box) -> float:
    return max(0.0, box.right - box.left) * max(0.0, box.bottom - box.top)
