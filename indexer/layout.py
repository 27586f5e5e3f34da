"""In which order the rows of a batch are laid out: tiles of similar rows let the kernel leave out work."""

import numpy as np
import numpy.typing as npt

from indexer.vectors import TILE
from matcher.profile import EncodingProfile

_TILES_A_PATTERN = 6
"""Sorting by one more view pays while each pattern still has about so many tiles to sort by event date."""


def layout(
    profile: EncodingProfile, presence: npt.NDArray[np.uint16], sex: npt.NDArray[np.uint8], event: npt.NDArray[np.int32]
) -> npt.NDArray[np.intp]:
    """The order in which rows, (n,) each, are laid out, intp (n,): by sex, by pattern of views, by event."""
    pattern = np.zeros(len(presence), dtype=np.int64)
    for v in _sorting_views(profile, presence):
        pattern = pattern << 1 | (presence >> v & 1)
    return np.lexsort((event, pattern, sex))


def _sorting_views(profile: EncodingProfile, presence: npt.NDArray[np.uint16]) -> list[int]:
    """Views that are worth sorting by: those whose absence saves most chunks, as many as the rows can bear."""
    most = max(int(np.log2(max(len(presence) / (TILE * _TILES_A_PATTERN), 1))), 0)
    if not most:
        return []
    saved = []
    for v, parameters in enumerate(profile.views):
        share = float((presence >> v & 1).mean())
        saved.append(parameters.words * min(share, 1 - share))
    return sorted(range(len(saved)), key=lambda v: -saved[v])[:most]
