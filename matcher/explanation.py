"""Why a pair has its weight: a level and bits for each view and open attribute, never a value."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from matcher.comparison import NOT_KNOWN, Comparison
from matcher.tables import OPEN_ATTRIBUTES, UNITS_PER_BIT, ScoringTables, weigh
from matcher.views import Sex


class Level(StrEnum):
    """How two records stand to each other in one view."""

    AGREES = "agrees"
    CLOSE = "close"
    DIFFERS = "differs"
    NOT_KNOWN = "not known"


LEVELS = tuple(Level)
"""All levels, in a fixed order."""

AGREES_FROM = 0.6
"""Share of a table's highest weight from which a view agrees; any weight above zero is close."""


@dataclass(frozen=True)
class Reason:
    """One line of an explanation: what was compared, how it came out, and the bits it gave."""

    what: str
    level: Level
    bits: float


def names_of(tables: ScoringTables) -> tuple[str, ...]:
    """What the columns of `weigh` stand for: the views, then the open attributes."""
    return (*(p.view.value for p in tables.profile.views), *OPEN_ATTRIBUTES)


def explain(comparison: Comparison, tables: ScoringTables) -> list[tuple[Reason, ...]]:
    """The reasons of each of p pairs, in the order of the profile's views, then the open attributes."""
    weights, names = weigh(comparison, tables), names_of(tables)
    found = _levels(comparison, tables, weights)
    return [
        tuple(
            Reason(names[i], LEVELS[found[p, i]], weights[p, i] / UNITS_PER_BIT) for i in range(len(names))
        )
        for p in range(len(comparison))
    ]


def levels(
    comparison: Comparison, tables: ScoringTables, parts: npt.NDArray[np.int32] | None = None
) -> npt.NDArray[np.uint8]:
    """The levels alone, as places in LEVELS, uint8 (p, names), columns as `names_of` has them.

    parts  int32 (p, names), what `weigh` gives, if that is known already
    """
    return _levels(comparison, tables, weigh(comparison, tables) if parts is None else parts)


def _levels(comparison: Comparison, tables: ScoringTables, weights: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    # Two girls agree as much as two of a rare sex do, though it weighs less.
    highest = [int(table.max()) for table in tables.views] + [0, int(tables.lag.max())]
    if tables.birth_position >= 0:
        highest[tables.birth_position] = int(tables.birth.max())
    if tables.photo_position >= 0:
        highest[tables.photo_position] = int(tables.photo.max())
    known = _known(comparison)
    above = (weights > 0) & (weights >= AGREES_FROM * np.array(highest))
    order = [~known, above, weights > 0]
    places = [LEVELS.index(level) for level in (Level.NOT_KNOWN, Level.AGREES, Level.CLOSE)]
    return np.select(order, places, LEVELS.index(Level.DIFFERS)).astype(np.uint8)


def _known(comparison: Comparison) -> npt.NDArray[np.bool_]:
    sexes = (comparison.sex != Sex.UNKNOWN).all(axis=1)
    lag = comparison.lag != np.iinfo(np.int32).min
    return np.column_stack([comparison.distance != NOT_KNOWN, sexes, lag])
