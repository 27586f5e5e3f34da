"""Bodies of decisions, releases, officers and offices."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from api.holder.routes.bodies import Body, Line

Revision = Annotated[int, Field(ge=1, lt=2**31, strict=True)]
"""The candidate's revision that the person saw."""
Reason = Annotated[str, StringConstraints(pattern="^[a-z_]{2,32}$")]
Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
"""What a person writes beside a decision; it stays with the holder."""
Passphrase = Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class CustodianDecisionBody(Body):
    """A decision of the side that has the child; a release has an address of its own."""

    decision: Literal["possible", "reject", "reopen", "verify", "disprove", "reunite", "close"]
    revision: Revision
    reason: Reason | None = None
    text: Text | None = None


class ReporterDecisionBody(Body):
    """A decision of the side that looks for the child."""

    decision: Literal["accept", "decline", "disprove"]
    revision: Revision
    reason: Reason | None = None
    text: Text | None = None


class OrderBody(Body):
    """The order under which a child's case is disclosed; it stays with the holder."""

    authority: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    date: date


class ReleaseBody(Body):
    """A release that one officer signs."""

    order: OrderBody
    revision: Revision
    passphrase: Passphrase


class ApprovalBody(Body):
    """The second officer's signature."""

    revision: Revision
    passphrase: Passphrase


class OfficerBody(Body):
    """What will open the new key. It is not the account's password, which an administrator can set anew."""

    passphrase: Passphrase


class OfficeBody(Body):
    """An office, and how many candidates it can look at a day."""

    name: Line
    capacity: int = 20
    email: Line | None = None


class Decided(Body):
    """A decision that was written down; it is waiting for the hub, or, unsigned, for a second officer."""

    id: str
    candidate: str
    decision: str
    state: Literal["waiting", "unsigned"]
