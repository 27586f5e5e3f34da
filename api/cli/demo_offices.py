"""Who takes part in the demo. None of these organisations exists."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Office:
    """A holder of the demo.

    name     its name at the hub
    title    its full name
    country  ISO 3166
    source   where its records come from, a word of the intake API
    """

    name: str
    title: str
    country: str
    source: str

    @property
    def contact_desk(self) -> str:
        """Whom a partner calls after a release."""
        return f"{self.title}: the desk for children, weekdays from ten to five"


POLICE = Office("wb-police", "Invented police of West Bengal", "IN", "police")
SHELTERS = Office("pb-shelters", "Invented shelters of Punjab", "IN", "shelter")
BANGLADESH = Office("bd-shelters", "Invented shelters of Bangladesh", "BD", "ngo")
OFFICES = (POLICE, SHELTERS, BANGLADESH)
STEWARD = POLICE
"""The key steward: the designated holder who makes the linkage key and hands it out."""
NOBODY = "Nobody in this demo exists: every child, family and office is invented."
