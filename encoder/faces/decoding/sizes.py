"""How large a decoded picture is, without what numpy costs at the start of a child process."""

LONGEST_SIDE = 800
"""Pixels of the longer side of a decoded picture, at most."""


def fitted(width: int, height: int, longest: int = LONGEST_SIDE) -> tuple[int, int]:
    """Width and height, in pixels, in which a picture fits: its own, or smaller in the same proportion, 1 at least."""
    share = longest / max(width, height, longest)
    return max(1, round(width * share)), max(1, round(height * share))
