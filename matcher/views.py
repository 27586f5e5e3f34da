"""The nouns a record is compared by: kinds, sexes and views (DESIGN: nouns)."""

from enum import IntEnum, StrEnum


class Kind(IntEnum):
    """Which side of a reunion a record stands on."""

    MISSING = 0
    FOUND = 1

    @property
    def opposite(self) -> "Kind":
        """The kind that candidates of this kind come from."""
        return Kind.FOUND if self is Kind.MISSING else Kind.MISSING


class Sex(IntEnum):
    """Sex as an open attribute; UNKNOWN compares as absent, never as different."""

    UNKNOWN = 0
    FEMALE = 1
    MALE = 2
    OTHER = 3


class View(StrEnum):
    """One comparable aspect of a record; its place in a profile fixes its presence bit."""

    CHILD = "child"
    FATHER = "father"
    MOTHER = "mother"
    KIN = "kin"
    FAMILY = "family"
    BIRTH = "birth"
    HOME = "home"
    TRAITS = "traits"
    CONTACT = "contact"
    PHOTO = "photo"
