"""In which order the rows of a batch are laid out: tiles of similar rows let the kernel leave out work."""

import numpy as np
import numpy.typing as npt

from indexer.vectors import TILE
from matcher.batch import EncodedBatch

_TILES_A_PATTERN = 6
"""Sorting by one more view pays while each pattern still has about so many tiles to sort by event date."""


def layout(batch: EncodedBatch) -> npt.NDArray[np.intp]:
    """The order in which rows are laid out, intp (n,): by sex, by pattern of views, by event."""
    pattern = np.zeros(len(batch), dtype=np.int64)
    for v in _sorting_views(batch):
        pattern = pattern << 1 | (batch.presence >> v & 1)
    return np.lexsort((batch.event, pattern, batch.sex))


def _sorting_views(batch: EncodedBatch) -> list[int]:
    """Views that are worth sorting by: those whose absence saves most chunks, as many as the rows can bear."""
    most = max(int(np.log2(max(len(batch) / (TILE * _TILES_A_PATTERN), 1))), 0)
    if not most:
        return []
    saved = []
    for v, parameters in enumerate(batch.profile.views):
        present = float((batch.presence >> v & 1).mean())
        saved.append(parameters.words * min(present, 1 - present))
    return sorted(range(len(saved)), key=lambda v: -saved[v])[:most]
