"""The numbers that gateways know comparisons by: one for each side, as no partner learns how many there are of others.

Both gateways of a pair may be one partner's, which is then asked twice.
"""

from typing import NamedTuple

from api.hub.cursors import Cursors
from api.hub.storage.joined_comparisons import SIDES
from api.wire.problems import ProblemError

_FEED = "masked comparisons"


class Spot(NamedTuple):
    """A side of a comparison, by its place among all sides of all comparisons."""

    place: int

    @staticmethod
    def of(comparison_id: int, side: str) -> "Spot":
        """The spot of a comparison's side."""
        return Spot(len(SIDES) * comparison_id + SIDES.index(side))

    @property
    def comparison_id(self) -> int:
        """The comparison."""
        return self.place // len(SIDES)

    @property
    def side(self) -> str:
        """The side."""
        return SIDES[self.place % len(SIDES)]

    def before(self, side: str) -> int:
        """The number of the last comparison whose `side` has no later spot than this one."""
        return (self.place - SIDES.index(side)) // len(SIDES)


class Numbers:
    """Hides and shows spots, to each partner under other numbers.

    Args:
        cursors: of the hub.
        partner_id: who is shown them.
    """

    def __init__(self, cursors: Cursors, partner_id: int) -> None:
        self._cursors, self._partner_id = cursors.of(_FEED), partner_id

    def hide(self, spot: Spot) -> int:
        """The number of a spot."""
        return self._cursors.hide(spot.place, self._partner_id)

    def show(self, number: int) -> Spot:
        """The spot of a number that this partner was given; ProblemError `invalid-query` for any other."""
        return Spot(self._cursors.show(number, self._partner_id))

    def known(self, number: int) -> Spot | None:
        """The spot of a number, None of one that this partner was never given."""
        try:
            return self.show(number)
        except ProblemError:
            return None
