"""A linkage key sealed by the key steward for one holder: opened by that holder's card alone, and signed.

HPKE (RFC 9180) in base mode with MLKEM768-X25519, as messages between gateways. Sealed are the 32 bytes of the key;
`info` binds them to both partners, the fingerprints of both cards, domain, epoch and the key's own fingerprint.
"""

import base64
import binascii
import hmac
import json
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.holder.keys.errors import ForgedSealedKeyError, OtherRecipientError
from api.holder.mailing.message_keys import MessageKey, NotOpenedError, seal_for
from api.wire.cards import PartnerCard, fingerprint_of, message_key_bytes
from api.wire.decisions import SignatureText
from api.wire.names import Label, Name
from api.wire.request_keys import PublicKey, RequestKey
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes, reveal_secret_bytes_of_linkage_key
from matcher.errors import InputError

FORMAT: Final = "milap sealed linkage key"
_LABEL: Final = "milap linkage key handover v1"
_PURPOSE: Final = "linkage key handover"
_AGAIN: Final = "ask the key steward to seal it again"

Fingerprint = Annotated[str, StringConstraints(pattern="^[0-9a-f]{4}( [0-9a-f]{4}){7}$")]
"""Eight groups of four hex digits: of a card, or of a linkage key."""


class SealedKey(BaseModel):
    """A linkage key on its way from one gateway to another, as a JSON file; the hub never carries it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["milap sealed linkage key"] = FORMAT
    version: Literal[1] = 1
    sender: Name
    sender_card: Fingerprint
    recipient: Name
    recipient_card: Fingerprint
    domain: Label
    epoch: Label
    fingerprint: Fingerprint
    """Of the linkage key."""
    sealed_at: AwareDatetime
    sealed: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]+$")] = Field(max_length=4096, repr=False)
    """HPKE encapsulation and ciphertext, base64url without padding."""
    signature: SignatureText
    """By the sender's request key, over everything above."""


def seal_linkage_key(
    key: LinkageKey, sender: PartnerCard, request_key: RequestKey, recipient: PartnerCard, now: datetime
) -> SealedKey:
    """Seal a linkage key for the owner of a card; never the same bytes twice.

    Args:
        key: what to hand over.
        sender: the own card.
        request_key: the private half of the request key on it.
        recipient: the other side's card, which a person has confirmed.
        now: the moment that the file names, aware.

    Raises:
        InputError: the recipient's card has no usable message key.
    """
    unsigned = SealedKey(
        sender=sender.partner, sender_card=fingerprint_of(sender), recipient=recipient.partner,
        recipient_card=fingerprint_of(recipient), domain=key.domain, epoch=key.epoch, fingerprint=key.fingerprint(),
        sealed_at=now.astimezone(UTC), sealed="A", signature="A" * 86,
    )  # fmt: skip
    public = message_key_bytes(recipient.message_key)
    sealed = seal_for(public, reveal_secret_bytes_of_linkage_key(key), _info(unsigned))
    made = unsigned.model_copy(update={"sealed": base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()})
    return made.model_copy(update={"signature": request_key.sign_bytes(_PURPOSE, _content(made))})


def open_linkage_key(
    sealed: SealedKey, sender: PartnerCard, recipient: PartnerCard, message_key: MessageKey
) -> LinkageKey:
    """The linkage key that the owner of a confirmed card sealed for this gateway.

    Args:
        sealed: the file's content.
        sender: the confirmed card of the partner that it names as its sender.
        recipient: the own card.
        message_key: the private half of the message key on it.

    Raises:
        OtherRecipientError: it is for another holder, or was sealed between other cards.
        ForgedSealedKeyError: it was not signed by the sender's card, does not open, or holds another key than it says.
    """
    require_recipient(sealed, recipient)
    if (sealed.sender, sealed.sender_card) != (sender.partner, fingerprint_of(sender)):
        raise OtherRecipientError(
            "The key was sealed under another card of its sender than the confirmed one; compare fingerprints on the"
            f" telephone, and {_AGAIN}."
        )
    if not PublicKey.from_text(sender.request_key).verifies_bytes(_PURPOSE, _content(sealed), sealed.signature):
        raise ForgedSealedKeyError(f"The file is not signed by the confirmed card of its sender; {_AGAIN}.")
    try:
        secret = message_key.open(base64.urlsafe_b64decode(sealed.sealed + "=="), _info(sealed))
        key = linkage_key_from_secret_bytes(secret, sealed.domain, sealed.epoch)
    except (NotOpenedError, binascii.Error, InputError):
        raise ForgedSealedKeyError(f"The key in the file does not open with this gateway's card; {_AGAIN}.") from None
    if not hmac.compare_digest(key.fingerprint(), sealed.fingerprint):
        raise ForgedSealedKeyError(f"The key in the file has not the fingerprint that the file says; {_AGAIN}.")
    return key


def require_recipient(sealed: SealedKey, recipient: PartnerCard) -> None:
    """OtherRecipientError unless a sealed key is for the owner of this card, under this card."""
    if sealed.recipient != recipient.partner:
        raise OtherRecipientError("The file holds a key for another holder; ask the key steward for this gateway's.")
    if sealed.recipient_card != fingerprint_of(recipient):
        raise OtherRecipientError(
            f"The key was sealed for another card than this gateway has now; compare fingerprints, and {_AGAIN}."
        )


def _info(sealed: SealedKey) -> bytes:
    """What the seal is bound to (RFC 9180, section 8.1): canonical JSON, so that no two contexts read alike."""
    parties = [sealed.sender, sealed.sender_card, sealed.recipient, sealed.recipient_card]
    return json.dumps(
        [_LABEL, *parties, sealed.domain, sealed.epoch, sealed.fingerprint], separators=(",", ":")
    ).encode()


def _content(sealed: SealedKey) -> bytes:
    """What is signed: canonical JSON of all fields but the signature."""
    fields = sealed.model_dump(exclude={"signature", "sealed_at"})
    fields["sealed_at"] = sealed.sealed_at.astimezone(UTC).isoformat()
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
