"""What an age comes to."""

from dataclasses import dataclass

from encoder.birth_reason import BirthReason

OLDEST_YEARS = 25
"""The oldest age a record may give, and the upper end where only a lower one is known."""

BOUNDS = frozenset({BirthReason.AGE_RANGE, BirthReason.CLASS, BirthReason.GROUP})
"""Reasons under which both ends were meant as they stand, so that no basis widens them."""


@dataclass(frozen=True, slots=True, repr=False)
class StatedAge:
    """The child was at least `low` and less than `below` years old; at most OLDEST_YEARS + 1.

    A plain age of 8 is from 8 up to 9, ten years and six months from 10.5 up to a month more.
    """

    low: float
    below: float
    reason: BirthReason

    def __repr__(self) -> str:
        """No ages."""
        return f"StatedAge({self.reason})"

    @property
    def is_range(self) -> bool:
        """Whether two ends were meant, and not one age."""
        return self.reason in BOUNDS

    @property
    def oldest(self) -> float:
        """The highest age in completed years that it holds, as `age_max` would have it; never under `low`."""
        return max(self.low, self.below - 1)


def in_years(age: float) -> StatedAge:
    """An age in completed years."""
    return StatedAge(age, age + 1, BirthReason.AGE)
