"""Decisions on candidates as gateways send them, and releases as reporters are told of them."""

import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.wire.candidates import CandidateLevel, Verdict
from api.wire.life import CandidateState, DecisionWord
from api.wire.names import Name, Ref
from api.wire.partners import PublicKeyText

OrderMark = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{43}$")]
"""HMAC-SHA-256 of an order (authority, number, date) under a key of the gateway, base64url without padding."""
SignatureText = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{86}$")]
"""An Ed25519 signature, base64url without padding."""
Reason = Annotated[str, StringConstraints(pattern="^[a-z_]{2,32}$")]
RELEASE = "release"
"""What officers sign for, in the sense of RequestKey.sign_bytes."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficerSignature(_Message):
    """One officer's signature under a release statement."""

    officer: Ref
    signature: SignatureText


class Decision(_Message):
    """POST /v1/candidates/{candidate}/decisions. Sent again under the same id, it gets the same answer."""

    format: Literal[1] = 1
    id: Ref
    """Random; the gateway's name for this decision."""
    decision: DecisionWord
    revision: Annotated[int, Field(ge=1, lt=2**31, strict=True)]
    """The candidate's revision that it was made on; a later one refuses it (`candidate-changed`)."""
    reason: Reason | None = None
    """One of api.wire.life.REASONS, where the decision needs one."""
    order: OrderMark | None = None
    """Of a release, which also needs two signatures of different officers."""
    signatures: Annotated[tuple[OfficerSignature, ...], Field(max_length=2)] = ()


class DecisionReceipt(_Message):
    """What a decision brought."""

    id: Ref
    candidate: Ref
    state: CandidateState
    revision: int


class ReleaseNotice(_Message):
    """A candidate that was released to the caller, for one of its missing reports."""

    candidate: Ref
    missing_ref: Ref
    missing_version: int
    partner: Name
    """The custodian's organisation; where the child is, this does not say."""
    verdict: Verdict
    levels: list[CandidateLevel]
    state: CandidateState
    revision: int
    since: datetime
    due_at: datetime | None


class ReleasePage(_Message):
    """GET /v1/releases?after=: what changed since among the candidates released to the caller, oldest first."""

    items: list[ReleaseNotice]
    next: int
    """Pass as `after` next time; it means nothing else."""
    more: bool


class OfficerKey(_Message):
    """PUT /v1/officers/{officer}: the public key of somebody who may sign releases."""

    format: Literal[1] = 1
    public_key: PublicKeyText


class OfficerState(_Message):
    """One officer of the calling partner. `pending` until the hub's operator has compared the fingerprint."""

    officer: Ref
    public_key: PublicKeyText
    state: Literal["pending", "active", "revoked"]


class OfficerList(_Message):
    """GET /v1/officers: the caller's officers, revoked ones included."""

    items: list[OfficerState]


def release_statement(
    *, hub: str, custodian: str, candidate: str, revision: int, found_ref: str, found_version: int, order: str
) -> bytes:
    """What both officers sign: that this candidate, as it stands, is released under this order. Canonical JSON."""
    fields = {
        "hub": hub, "custodian": custodian, "candidate": candidate, "revision": revision, "found_ref": found_ref,
        "found_version": found_version, "order": order,
    }  # fmt: skip
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
