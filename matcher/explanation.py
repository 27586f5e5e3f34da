"""Why a pair has its weight: a level and bits for each view and open attribute, never a value."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from matcher.comparison import NOT_KNOWN, Comparison
from matcher.tables import EXCLUDED, OPEN_ATTRIBUTES, UNITS_PER_BIT, ScoringTables, weigh
from matcher.views import Sex


class Level(StrEnum):
    """How two records stand to each other in one view."""

    AGREES = "agrees"
    CLOSE = "close"
    DIFFERS = "differs"
    NOT_KNOWN = "not known"


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
    weights = weigh(comparison, tables)
    known = _known(comparison)
    # Two girls agree as much as two of a rare sex do, though it weighs less.
    highest = [int(table.max()) for table in tables.views] + [0, int(tables.lag.max())]
    if tables.birth_position >= 0:
        highest[tables.birth_position] = int(tables.birth.max())
    names = names_of(tables)
    return [
        tuple(
            Reason(names[i], _level(int(weights[p, i]), bool(known[p, i]), highest[i]), weights[p, i] / UNITS_PER_BIT)
            for i in range(len(names))
        )
        for p in range(len(comparison))
    ]


def _known(comparison: Comparison) -> npt.NDArray[np.bool_]:
    sexes = (comparison.sex != Sex.UNKNOWN).all(axis=1)
    lag = comparison.lag != np.iinfo(np.int32).min
    return np.column_stack([comparison.distance != NOT_KNOWN, sexes, lag])


def _level(weight: int, known: bool, highest: int) -> Level:
    if not known or weight <= EXCLUDED:
        return Level.DIFFERS if known else Level.NOT_KNOWN
    if weight > 0 and weight >= AGREES_FROM * highest:
        return Level.AGREES
    return Level.CLOSE if weight > 0 else Level.DIFFERS
