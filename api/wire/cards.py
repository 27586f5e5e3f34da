"""Cards of partners: the keys with which gateways seal messages and mask codes, signed by the partner itself.

The hub keeps cards and hands them out, and could hand out others: so a person compares the fingerprint of a card with
the partner, on the telephone, before anything is sealed for it or believed of it.
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from api.wire.decisions import SignatureText
from api.wire.names import Name
from api.wire.partners import PublicKeyText
from api.wire.request_keys import PublicKey, RequestKey

MESSAGE_KEY_BYTES = 1216
"""Of a public message key: ML-KEM-768 (1184 bytes, FIPS 203), then X25519 (32 bytes, RFC 7748)."""
MASKING_KEY_BYTES = 32
"""Of a public masking key: X25519 (RFC 7748)."""
_PURPOSE = "card"
_FINGERPRINT_LABEL = b"milap partner card v2\0"
_FINGERPRINT_BYTES = 16


def message_key_text(raw: bytes) -> str:
    """A public message key, bytes (1216,), as 1622 base64url characters (RFC 4648, section 5, no padding)."""
    return _key_text(raw)


def message_key_bytes(text: str) -> bytes:
    """The public message key, bytes (1216,), of such a text; ValueError when it is none or another spelling of one."""
    return _key_bytes(text, MESSAGE_KEY_BYTES, "a message key is 1622 characters of base64url")


def masking_key_text(raw: bytes) -> str:
    """A public masking key, bytes (32,), as 43 base64url characters (RFC 4648, section 5, no padding)."""
    return _key_text(raw)


def masking_key_bytes(text: str) -> bytes:
    """The public masking key, bytes (32,), of such a text; ValueError when it is none or another spelling of one."""
    return _key_bytes(text, MASKING_KEY_BYTES, "a masking key is 43 characters of base64url")


def _key_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _key_bytes(text: str, size: int, otherwise: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != size or _key_text(raw) != text:
        raise ValueError(otherwise)
    return raw


def _message_key_once(text: str) -> str:
    message_key_bytes(text)
    return text


def _masking_key_once(text: str) -> str:
    masking_key_bytes(text)
    return text


MessageKeyText = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{1622}$"), AfterValidator(_message_key_once)]
"""A public message key: HPKE with MLKEM768-X25519."""
MaskingKeyText = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{43}$"), AfterValidator(_masking_key_once)]
"""A public masking key: X25519."""


class PartnerCard(BaseModel):
    """PUT /v1/cards/me and GET /v1/cards/{partner}: who a partner is to other partners."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[2] = 2
    partner: Name
    request_key: PublicKeyText
    """What the partner signs with."""
    message_key: MessageKeyText
    """What others seal for it with."""
    masking_key: MaskingKeyText
    """What others agree with it on masks with, under which codes are compared once."""
    made_at: AwareDatetime
    signature: SignatureText
    """By the request key, over everything above."""


def make_card(key: RequestKey, card: dict[str, object]) -> PartnerCard:
    """A card of these fields (partner, message_key, masking_key, made_at) and the key's public half, signed by it."""
    unsigned = PartnerCard.model_validate({**card, "request_key": key.public.text, "signature": "A" * 86})
    return unsigned.model_copy(update={"signature": key.sign_bytes(_PURPOSE, _content(unsigned))})


def is_signed(card: PartnerCard) -> bool:
    """Whether a card carries the signature of its own request key; InputError when that is no key."""
    return PublicKey.from_text(card.request_key).verifies_bytes(_PURPOSE, _content(card), card.signature)


def fingerprint_of(card: PartnerCard) -> str:
    """Eight groups of four hex digits, to be read out on the telephone.

    The first 128 bits of SHA-256 over the label `milap partner card v2`, a zero byte, the partner's name, a zero byte,
    the request key (32 bytes), the message key (1216 bytes) and the masking key (32 bytes). When the card was made does
    not matter.
    """
    keys = PublicKey.from_text(card.request_key).raw + message_key_bytes(card.message_key)
    content = _FINGERPRINT_LABEL + card.partner.encode() + b"\0" + keys + masking_key_bytes(card.masking_key)
    return hashlib.sha256(content).digest()[:_FINGERPRINT_BYTES].hex(" ", 2)


def _content(card: PartnerCard) -> bytes:
    fields = {
        "format": card.format, "made_at": card.made_at.astimezone(UTC).isoformat(), "masking_key": card.masking_key,
        "message_key": card.message_key, "partner": card.partner, "request_key": card.request_key,
    }  # fmt: skip
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
