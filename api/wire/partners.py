"""How a gateway and a hub get to know each other, and what the hub takes from it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.wire.names import Label, Name

PublicKeyText = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{43}$")]
"""An Ed25519 public key in base64url without padding."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HubIdentity(_Message):
    """GET /v1/hub, unsigned: who answers here. The fingerprint of the key is compared on the telephone."""

    hub: Name
    public_key: PublicKeyText
    protocol: Literal[1] = 1
    time: datetime


class Enrolment(_Message):
    """POST /v1/enrolments, signed with the very key that it brings: keyid is the public key's text."""

    format: Literal[1]
    code: Annotated[str, StringConstraints(min_length=8, max_length=64)]
    public_key: PublicKeyText
    callback_url: Annotated[str | None, StringConstraints(max_length=500)] = None
    """Where the hub may knock when something waits; without it the gateway only asks."""

    def __repr__(self) -> str:
        """No code."""
        return "Enrolment()"


class EnrolmentReply(_Message):
    """The partner's name at the hub. Requests are taken once the hub's operator has confirmed the fingerprint."""

    hub: Name
    partner: Name
    state: Literal["pending", "active"]


class PartitionPolicy(_Message):
    """One (domain, epoch, profile) that the hub keeps; `key_check` None until the key steward's first upload."""

    domain: Label
    epoch: Label
    profile: str
    profile_digest: str
    key_check: str | None
    state: Literal["open", "closed"]
    photo_space: str | None = None
    """Text of the one space that photo codes may be of; None before the first, when any will do."""


class AgreementPolicy(_Message):
    """One agreement of the calling partner."""

    partner: Name
    document: str
    valid_from: date
    valid_until: date
    in_force: bool


class Policy(_Message):
    """GET /v1/policy: what this partner may send, and with whom it is compared."""

    hub: Name
    partner: Name
    time: datetime
    max_items: Annotated[int, Field(ge=1)]
    max_bytes: Annotated[int, Field(ge=1)]
    partitions: list[PartitionPolicy]
    agreements: list[AgreementPolicy]
