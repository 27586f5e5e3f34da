"""Encoding profiles: the named, dated, public parameters under which codes may be compared.

A profile never changes once shipped; a change is a new name. Its digest travels with every batch, so that
codes of two profiles can never meet by accident.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cached_property

from matcher.errors import InputError
from matcher.views import View

WORD_BITS = 64
PHOTO_BITS = 512
"""Centred templates of so many bits come within 1 % of the AUC of the embeddings (FACES, item 5)."""


class BirthGrain(StrEnum):
    """How finely the open birth interval shows: its ends are widened outward to this grain.

    HIDDEN shows one interval for all, so that nobody sees more than that there is one.
    """

    DAY = "day"
    FOUR_YEARS = "four-years"
    HIDDEN = "hidden"


class EventGrain(StrEnum):
    """How finely the open event date shows: it is moved back to the first day of its grain."""

    DAY = "day"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class ViewParameters:
    """Size and hardness of one view's code: `bits` per row, XOR of `planes` sign bits each."""

    view: View
    bits: int
    planes: int

    @property
    def words(self) -> int:
        """Number of uint64 words the code takes."""
        return self.bits // WORD_BITS


@dataclass(frozen=True)
class EncodingProfile:
    """Everything that changes a code. `normaliser` names the version of names, places and tokens.

    `refined_by` names the masked profile by whose codes, under one-time masks, candidates of this one are compared;
    None when what lies at the hub is all that is compared. `full_names` puts the relatives' names into the child's
    view, which then is one bag of all names; None leaves them out of it.
    """

    name: str
    normaliser: str
    views: tuple[ViewParameters, ...]
    birth_grain: BirthGrain
    event_grain: EventGrain
    max_rows: int = 4
    refined_by: str | None = None
    full_names: bool | None = None

    def __post_init__(self) -> None:
        """Refuse parameters that no code could be made with."""
        names = [p.view for p in self.views]
        if len(set(names)) != len(names):
            raise InputError(f"Profile {self.name} names a view twice; name each view once.")
        if View.FAMILY in names and {View.FATHER, View.MOTHER, View.KIN} & set(names):
            raise InputError(f"Profile {self.name} has family beside father, mother or kin; choose one way.")
        if self.full_names and {View.FAMILY, View.FATHER, View.MOTHER, View.KIN} & set(names):
            raise InputError(f"Profile {self.name} has relatives' names in the child's view and beside it; choose one.")
        for p in self.views:
            if p.bits <= 0 or p.bits % WORD_BITS or p.planes < 1:
                raise InputError(f"View {p.view} of {self.name} needs bits in steps of {WORD_BITS} and a plane.")

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over the canonical JSON of every parameter that is not None, shape (32,) bytes."""
        # So that a parameter that came later leaves the digests of profiles without it as they were.
        told = {name: value for name, value in asdict(self).items() if value is not None}
        text = json.dumps(told, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(b"milap encoding profile v1\0" + text.encode()).digest()

    @cached_property
    def words(self) -> int:
        """uint64 words of one row over all views."""
        return sum(p.words for p in self.views)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """First word of each view inside a row, in the order of `views`, plus the end."""
        ends = [0]
        for p in self.views:
            ends.append(ends[-1] + p.words)
        return tuple(ends)

    def position(self, view: View) -> int:
        """Index of a view, which is also its presence bit; KeyError when the profile lacks it."""
        for index, p in enumerate(self.views):
            if p.view is view:
                return index
        raise KeyError(view)

    def __contains__(self, view: object) -> bool:
        """Whether the profile encodes this view."""
        return any(p.view is view for p in self.views)


def _uniform(bits: int, planes: int) -> tuple[ViewParameters, ...]:
    views = (View.CHILD, View.FATHER, View.MOTHER, View.KIN, View.BIRTH, View.HOME, View.TRAITS, View.CONTACT)
    return tuple(ViewParameters(view, bits, planes) for view in views)


LOCAL_2026_11_22 = EncodingProfile(
    name="local-2026-11-22",
    normaliser="names-2026-11-22",
    views=(
        ViewParameters(View.CHILD, 256, 1),
        ViewParameters(View.FATHER, 192, 1),
        ViewParameters(View.MOTHER, 192, 1),
        ViewParameters(View.KIN, 128, 1),
        ViewParameters(View.BIRTH, 128, 1),
        ViewParameters(View.HOME, 256, 1),
        ViewParameters(View.TRAITS, 128, 1),
        ViewParameters(View.CONTACT, 128, 1),
    ),
    birth_grain=BirthGrain.DAY,
    event_grain=EventGrain.DAY,
)

NETWORK_2026_11_22 = EncodingProfile(
    name="network-2026-11-22",
    normaliser="names-2026-11-22",
    views=_uniform(2048, 3),
    birth_grain=BirthGrain.FOUR_YEARS,
    event_grain=EventGrain.QUARTER,
)


def _with_photos(profile: EncodingProfile, name: str) -> EncodingProfile:
    """The same profile with the photo view: signs after keyed rotations, which planes would only blur."""
    return replace(profile, name=name, views=(*profile.views, ViewParameters(View.PHOTO, PHOTO_BITS, 1)))


LOCAL_PHOTO_2026_11_22 = _with_photos(LOCAL_2026_11_22, "local-photo-2026-11-22")
NETWORK_PHOTO_2026_11_22 = _with_photos(NETWORK_2026_11_22, "network-photo-2026-11-22")

CROSS_BORDER_2026_11_22 = EncodingProfile(
    name="cross-border-2026-11-22",
    normaliser="names-2026-11-22",
    views=tuple(ViewParameters(view, 64, 2) for view in (View.CHILD, View.HOME)),
    birth_grain=BirthGrain.HIDDEN,
    event_grain=EventGrain.YEAR,
    refined_by="masked-2026-11-22",
    full_names=True,
)
"""Coarse at the hub, which finds candidates by it; these are then compared by MASKED_2026_11_22.

Chosen on a measured frontier: docs/decisions/0032-a-coarse-index-and-fine-masks.md.
"""

MASKED_2026_11_22 = EncodingProfile(
    name="masked-2026-11-22",
    normaliser="names-2026-11-22",
    views=LOCAL_PHOTO_2026_11_22.views,
    birth_grain=CROSS_BORDER_2026_11_22.birth_grain,
    event_grain=CROSS_BORDER_2026_11_22.event_grain,
)

PROFILES = {
    profile.name: profile
    for profile in (
        LOCAL_2026_11_22, NETWORK_2026_11_22, LOCAL_PHOTO_2026_11_22, NETWORK_PHOTO_2026_11_22,
        CROSS_BORDER_2026_11_22,
    )
}  # fmt: skip
"""Profiles whose codes may lie at a hub or in a file."""

MASKED_PROFILES = {profile.name: profile for profile in (MASKED_2026_11_22,)}
"""Profiles whose codes leave their holder under one-time masks only: one plane, every view. Never in PROFILES."""


def profile_named(name: str) -> EncodingProfile:
    """The shipped profile of this name; InputError lists the names there are."""
    if name in MASKED_PROFILES:
        raise InputError(f"Codes of {name} are only ever compared under masks; choose a profile that is refined by it.")
    if name not in PROFILES:
        raise InputError(f"There is no profile {name!r}; choose one of {', '.join(sorted(PROFILES))}.")
    return PROFILES[name]


def masked_profile_of(profile: EncodingProfile) -> EncodingProfile | None:
    """The profile by whose masked codes candidates of this one are compared; None when there is no such comparison.

    Raises:
        InputError: the profile is refined by one that this release does not have.
    """
    if profile.refined_by is None:
        return None
    if profile.refined_by not in MASKED_PROFILES:
        raise InputError(f"Profile {profile.name} is refined by {profile.refined_by}, which this release has not.")
    return MASKED_PROFILES[profile.refined_by]


def is_shipped(profile: EncodingProfile) -> bool:
    """Whether this very profile, masked or not, comes with this release."""
    return profile in (PROFILES.get(profile.name), MASKED_PROFILES.get(profile.name))
