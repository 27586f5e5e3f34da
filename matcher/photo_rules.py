"""What a photo may do to a verdict: lift it by one step at most, and never to `probable` against a contradiction.

A face alone decides nothing: among forty thousand found children, one false accept in a thousand is forty wrong ones
(FACES, item 2). So a verdict that rests on a photo is held to what the rest of the pair would be worth.
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from matcher.explanation import LEVELS, Level, names_of
from matcher.tables import ScoringTables
from matcher.views import View

CONTRADICTING = ("sex", View.BIRTH.value, View.FATHER.value, View.MOTHER.value, View.FAMILY.value)
"""What a photo never talks away."""
_SPEAKING = (LEVELS.index(Level.AGREES), LEVELS.index(Level.CLOSE))
_AGREES = LEVELS.index(Level.AGREES)
_DIFFERS = LEVELS.index(Level.DIFFERS)


class Limit(IntEnum):
    """How high a verdict may be, whatever the probability: the first three are the steps weak, possible, probable."""

    WEAK = 0
    POSSIBLE = 1
    NONE = 2
    ALWAYS_POSSIBLE = 3
    """Neither less nor more: the best photo of a record's lane, of a pair that is no better otherwise."""
    AT_LEAST_POSSIBLE = 4
    """The best photo of a record's lane, of a pair that may be probable."""


def limits(
    levels: npt.NDArray[np.uint8], parts: npt.NDArray[np.int32], tables: ScoringTables, steps: tuple[int, int]
) -> npt.NDArray[np.uint8]:
    """The Limit of each pair, uint8 (p,).

    levels  uint8 (p, names), as matcher.explanation.levels gives them
    parts   int32 (p, names), as matcher.tables.weigh gives them
    steps   weights (thousandths of a bit) from which a pair that has no rival is possible, and probable

    A pair that no view but the photo speaks for is weak; an age that fits (birth is close) is no more than sex and
    dates are, and speaks for nobody. One whose photo speaks for it may be one step above what it
    is without the photo; where sex, birth or a parent differs, not above what it is without, or `possible`.
    """
    v = len(tables.views)
    speaking = np.isin(levels[:, :v], _SPEAKING)
    if tables.birth_position >= 0:
        speaking[:, tables.birth_position] = levels[:, tables.birth_position] == _AGREES
    gain = np.zeros(len(parts), dtype=np.int64)
    if tables.photo_position >= 0:
        speaking[:, tables.photo_position] = False
        gain = np.maximum(parts[:, tables.photo_position], 0).astype(np.int64)
    contradicting = [place for place, name in enumerate(names_of(tables)) if name in CONTRADICTING]
    contradicted = (levels[:, contradicting] == _DIFFERS).any(axis=1)
    without = np.searchsorted(np.array(steps), parts.sum(axis=1, dtype=np.int64) - gain, side="right")
    lifted = np.where(contradicted, np.maximum(without, Limit.POSSIBLE), np.minimum(without + 1, Limit.NONE))
    free = np.where(gain > 0, lifted, Limit.NONE)
    return np.where(speaking.any(axis=1), free, Limit.WEAK).astype(np.uint8)


def lifted(limit: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The limits of pairs whose photo is the best of a record's lane: somebody is to look at them."""
    free = (limit == Limit.NONE) | (limit == Limit.AT_LEAST_POSSIBLE)
    return np.where(free, Limit.AT_LEAST_POSSIBLE, Limit.ALWAYS_POSSIBLE).astype(np.uint8)


def is_lifted(limit: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Whether limits are those of `lifted`."""
    return np.asarray(limit >= int(Limit.ALWAYS_POSSIBLE))


def within(step: npt.NDArray[np.integer], limit: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Steps of probability, 0 to 2, held to their limits; uint8, of one shape."""
    highest = np.where(limit == Limit.ALWAYS_POSSIBLE, Limit.POSSIBLE, limit)
    least = np.where(is_lifted(limit), Limit.POSSIBLE, Limit.WEAK)
    return np.asarray(np.maximum(np.minimum(step, highest), least), dtype=np.uint8)
