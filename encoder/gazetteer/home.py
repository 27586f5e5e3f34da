"""What the fields of a home come to: places with their codes, and what a clerk could mend."""

from dataclasses import dataclass
from enum import IntEnum

from encoder.gazetteer.load import Level

FIELDS = ("home_country", "home_state", "home_district", "home_subdistrict", "home_village", "home_landmark")


class Share(IntEnum):
    """How sure a place is."""

    POSSIBLE = 1
    SURE = 2


@dataclass(frozen=True, slots=True, repr=False)
class ResolvedPlace:
    """A place that the home lies in: its number in the gazetteer, its level, and how sure that is."""

    place: int
    level: Level
    share: Share


@dataclass(frozen=True, slots=True, repr=False)
class ResolvedHome:
    """What the fields of a home come to.

    Attributes:
        places: the places named and those above them, coarse ones first; two of one level are alternatives.
        understood: fields whose text names one of them.
        against: fields that name a place elsewhere than the others do.
        unknown: state, district or sub-district fields whose text names no place of the gazetteer.
        finer: state and district fields whose text names a place of a lower level only.
        many: whether places in several districts fit equally well.
    """

    places: tuple[ResolvedPlace, ...] = ()
    understood: frozenset[str] = frozenset()
    against: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    finer: frozenset[str] = frozenset()
    many: bool = False
