"""Encoding profiles to be tried and never shipped: any bags joined in a view, any planes, bits, noise and grains."""

from dataclasses import dataclass, replace
from enum import StrEnum

from encoder.names.version import NORMALISER
from matcher.profile import BirthGrain, EncodingProfile, EventGrain, ViewParameters
from matcher.views import View


class Part(StrEnum):
    """What a record's bags may be joined from."""

    CHILD = "child"
    FATHER = "father"
    MOTHER = "mother"
    KIN = "kin"
    HOME = "home"
    VILLAGE = "village"
    AREA = "area"
    BIRTH = "birth"
    TRAITS = "traits"
    CONTACT = "contact"


FAMILY = (Part.FATHER, Part.MOTHER, Part.KIN)
FULL_NAME = (Part.CHILD, *FAMILY)


class Birth(StrEnum):
    """How finely the open birth interval shows; `known` says only that there is one."""

    DAY = "day"
    FOUR_YEARS = "four years"
    EIGHT_YEARS = "eight years"
    KNOWN = "known"


class Event(StrEnum):
    """How finely the day of the event shows."""

    DAY = "day"
    QUARTER = "quarter"
    YEAR = "year"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Joined:
    """A view of a variant. A bag with the child's name in it stands once a row for each name the child may go by.

    slot   the view whose place, key and bounds of weights it takes
    parts  whose tokens lie in its one bag, hashed alike
    level  highest weight of a token over the lowest of its word; None keeps the weights
    """

    slot: View
    parts: tuple[Part, ...]
    bits: int
    planes: int
    level: int | None = None


@dataclass(frozen=True)
class Noise:
    """What is put into codes that says nothing.

    token   weight of a private token of each record, as a share of the length of its bag
    flips   share of the bits of each code that are turned round
    padded  absent views are filled with random codes and shown as present
    """

    token: float = 0.0
    flips: float = 0.0
    padded: bool = False


@dataclass(frozen=True)
class Variant:
    """A profile to be tried."""

    name: str
    views: tuple[Joined, ...]
    birth: Birth = Birth.FOUR_YEARS
    event: Event = Event.QUARTER
    noise: Noise = Noise()

    @property
    def profile(self) -> EncodingProfile:
        """The profile that models and searches of this variant are made for; its birth grain is not the variant's."""
        views = tuple(ViewParameters(view.slot, view.bits, view.planes) for view in self.views)
        event = EventGrain.YEAR if self.event is Event.HIDDEN else EventGrain(self.event.value)
        return EncodingProfile(f"variant: {self.name}", NORMALISER, views, BirthGrain.DAY, event)

    @property
    def bits(self) -> int:
        """Bits of a row over all views."""
        return self.profile.words * 64

    def resized(self, bits: int, planes: int) -> "Variant":
        """The same views with other bits and planes each."""
        views = tuple(replace(view, bits=bits, planes=planes) for view in self.views)
        return replace(self, name=f"{self.name.partition(',')[0]}, {planes} x {bits}", views=views)
