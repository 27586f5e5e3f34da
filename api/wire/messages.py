"""Sealed messages between gateways: the hub passes them on and can neither read, alter nor exchange them.

The sealed part is HPKE (RFC 9180) with MLKEM768-X25519, HKDF-SHA256 and AES-256-GCM; see api/holder/mailing.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from api.wire.audit import Hash, hash_text
from api.wire.decisions import SignatureText
from api.wire.life import CandidateState
from api.wire.names import Name, Ref
from api.wire.request_keys import PublicKey, RequestKey

MAX_SEALED_CHARACTERS = 2**16
"""Of the sealed part of one message, in base64url."""
_MESSAGE, _RECEIPT = "message", "receipt"

WRITABLE: frozenset[CandidateState] = frozenset(
    {"released", "accepted", "contact", "verified", "disproved", "reunited"}
)
"""States of a candidate in which its two sides may write to each other."""
MessageKind = Literal["contact", "note"]
"""contact: whom to call, once from each side; note: anything else."""
SealedText = Annotated[
    str, StringConstraints(pattern="^[A-Za-z0-9_-]+$", min_length=1, max_length=MAX_SEALED_CHARACTERS)
]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Envelope(_Message):
    """POST /v1/messages. Sent again under the same id it changes nothing, and gets the same answer."""

    format: Literal[1] = 1
    id: Ref
    """Random; the sender's name for it."""
    candidate: Ref
    sender: Name
    recipient: Name
    kind: MessageKind
    sealed: SealedText
    signature: SignatureText
    """By the sender's request key, over everything above, of the sealed part its digest."""

    def __repr__(self) -> str:
        """Who writes to whom; not the sealed part."""
        return f"Envelope({self.id}, {self.sender} to {self.recipient})"


class MessageReceived(_Message):
    """The hub's answer to an envelope: it is kept for the recipient."""

    id: Ref
    digest: Hash


class MessagePage(_Message):
    """GET /v1/messages?after=: what waits for the caller, oldest first."""

    items: list[Envelope]
    next: int
    """Pass as `after` next time; it means nothing else."""
    more: bool


class DeliveryReceipt(_Message):
    """POST /v1/messages/{sender}/{id}/receipt: the recipient has opened a message and keeps it."""

    format: Literal[1] = 1
    id: Ref
    sender: Name
    recipient: Name
    digest: Hash
    """Of the sealed part (see `digest_of`)."""
    at: AwareDatetime
    signature: SignatureText
    """By the recipient's request key, over everything above."""


class ReceiptPage(_Message):
    """GET /v1/receipts?after=: receipts of the caller's own messages, oldest first."""

    items: list[DeliveryReceipt]
    next: int
    """Pass as `after` next time; it means nothing else."""
    more: bool


def digest_of(sealed: str) -> str:
    """SHA-256 of a sealed part's text, as 43 base64url characters."""
    return hash_text(hashlib.sha256(sealed.encode("ascii")).digest())


def sign_envelope(
    key: RequestKey, *, id_: str, candidate: str, sender: str, recipient: str, kind: MessageKind, sealed: str
) -> Envelope:
    """An envelope around a sealed part, signed by the sender's request key."""
    unsigned = Envelope(
        id=id_, candidate=candidate, sender=sender, recipient=recipient, kind=kind, sealed=sealed, signature="A" * 86
    )
    return unsigned.model_copy(update={"signature": key.sign_bytes(_MESSAGE, _envelope_content(unsigned))})


def envelope_is_signed(envelope: Envelope, key: PublicKey) -> bool:
    """Whether an envelope carries the signature of this request key."""
    return key.verifies_bytes(_MESSAGE, _envelope_content(envelope), envelope.signature)


def sign_receipt_for(
    key: RequestKey, *, id_: str, sender: str, recipient: str, digest: str, at: datetime
) -> DeliveryReceipt:
    """The recipient's receipt for the message of this name and digest."""
    unsigned = DeliveryReceipt(id=id_, sender=sender, recipient=recipient, digest=digest, at=at, signature="A" * 86)
    return unsigned.model_copy(update={"signature": key.sign_bytes(_RECEIPT, _receipt_content(unsigned))})


def receipt_is_signed(receipt: DeliveryReceipt, key: PublicKey) -> bool:
    """Whether a receipt carries the signature of this request key."""
    return key.verifies_bytes(_RECEIPT, _receipt_content(receipt), receipt.signature)


def _envelope_content(envelope: Envelope) -> bytes:
    fields = envelope.model_dump(mode="json", exclude={"sealed", "signature"})
    return _canonical({**fields, "digest": digest_of(envelope.sealed)})


def _receipt_content(receipt: DeliveryReceipt) -> bytes:
    fields = receipt.model_dump(mode="json", exclude={"at", "signature"})
    return _canonical({**fields, "at": receipt.at.astimezone(UTC).isoformat()})


def _canonical(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
