"""The directory of organisations: what partners say of themselves, and whom to call next for a found child.

Everything here is public fact about organisations. Nothing of a child belongs into it, nor into a question that is
asked of it: the places in a question are districts, never a village or an address.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.wire.names import Name

OrganisationKind = Literal["police", "shelter", "child_welfare_committee", "helpline", "ngo", "court", "other"]
Service = Literal["shelter", "legal_aid", "counselling", "repatriation", "helpline", "medical", "tracing"]
NextStepReason = Literal[
    "committee_of_home", "repatriation", "police_of_home", "tracing_at_home", "committee_near_found",
    "shelter_near_found", "legal_aid_near_found", "helpline",
]  # fmt: skip
"""Why an organisation is to be called, in the order in which to call.

committee_of_home     the child welfare committee of the home district
repatriation          brings children home over the border that lies between
police_of_home        the police of the home district
tracing_at_home       looks for families there
committee_near_found  the child welfare committee of the place where the child was found
shelter_near_found    takes children in there
legal_aid_near_found  gives legal aid there
helpline              a helpline of either place
"""

# No control characters: lists of organisations are printed, and PostgreSQL stores no NUL.
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_PLAIN)]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_PLAIN)]
"""A country, state or district, by name or code."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class District(_Message):
    """A district, a whole state (no district named) or a whole country (no state named either)."""

    country: Place
    state: Place | None = None
    district: Place | None = None


class ContactDesk(_Message):
    """How the organisation is reached by other partners."""

    line: Line
    """Whom to ask for, such as the post held."""
    phone: Line | None = None
    email: Line | None = None


class DirectoryEntry(_Message):
    """PUT /v1/directory/me: what an organisation says of itself."""

    format: Literal[1] = 1
    kind: OrganisationKind
    title: Line
    districts: Annotated[tuple[District, ...], Field(min_length=1, max_length=1000)]
    """Where it works."""
    services: Annotated[tuple[Service, ...], Field(max_length=7)] = ()
    capacity: Annotated[int | None, Field(ge=0, le=100_000, strict=True)] = None
    """Children that it can take in."""
    languages: Annotated[tuple[Place, ...], Field(max_length=50)] = ()
    contact_desk: ContactDesk
    hours: Line | None = None
    """When the desk answers."""


class DirectoryReceipt(_Message):
    """What PUT and DELETE /v1/directory/me brought: whether the caller's organisation is listed now."""

    listed: bool


class AgreementTerms(_Message):
    """The agreement between the caller and an organisation that is in force."""

    document: str
    until: date


class Organisation(_Message):
    """One partner as the directory lists it."""

    partner: Name
    country: str
    entry: DirectoryEntry
    changed_at: datetime
    agreement: AgreementTerms | None
    """With the caller; None when none is in force, or when it is the caller itself."""


class DirectoryPage(_Message):
    """GET /v1/directory: active partners with an entry, by name."""

    items: list[Organisation]
    next: str | None
    """Pass as `after` next time; None on the last page."""


class NextStepItem(_Message):
    """One organisation to call, why, and under which agreement."""

    organisation: Organisation
    reasons: tuple[NextStepReason, ...]
    """The first gave it its place."""


class NextStep(_Message):
    """GET /v1/next-step: whom to call for a child found in one place from another, in order."""

    found: District
    home: District
    items: list[NextStepItem]
