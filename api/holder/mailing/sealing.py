"""Text to envelope and back: sealed for one partner's card, about one candidate, in one message."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.holder.mailing.message_keys import MessageKey, NotOpenedError, seal_for
from api.holder.mailing.texts import is_text
from api.wire.cards import PartnerCard, fingerprint_of, message_key_bytes
from api.wire.messages import Envelope, MessageKind, envelope_is_signed, sign_envelope
from api.wire.request_keys import PublicKey, RequestKey

_LABEL = "milap message v1"
_FORMAT = 1
# The hub sees sizes: they are rounded up, so that a yes and a no look the same.
_PADDED_TO = 1024


class BadEnvelopeError(Exception):
    """An envelope that is not what the sender's confirmed card signed and sealed for this gateway. `why` is a word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Identity:
    """This gateway between others: its card, and the private halves of the two keys on it."""

    card: PartnerCard
    request_key: RequestKey
    message_key: MessageKey


@dataclass(frozen=True)
class Letter:
    """A message before it is sealed. Its repr does not show the text."""

    id: str
    candidate: str
    kind: MessageKind
    text: str = field(repr=False)
    written_at: datetime


def seal(letter: Letter, sender: Identity, recipient: PartnerCard) -> Envelope:
    """Seal a letter for the owner of a card; InputError when that has no usable key.

    Never the same twice: keep the envelope before it is sent.
    """
    info = _info(letter.id, letter.candidate, letter.kind, sender.card, recipient)
    sealed = seal_for(message_key_bytes(recipient.message_key), _content(letter), info)
    return sign_envelope(
        sender.request_key, id_=letter.id, candidate=letter.candidate, sender=sender.card.partner,
        recipient=recipient.partner, kind=letter.kind, sealed=base64.urlsafe_b64encode(sealed).rstrip(b"=").decode(),
    )  # fmt: skip


def unseal(envelope: Envelope, sender: PartnerCard, recipient: Identity) -> Letter:
    """The letter in an envelope from the owner of a card; BadEnvelopeError unless everything of it holds."""
    if (envelope.sender, envelope.recipient) != (sender.partner, recipient.card.partner):
        raise BadEnvelopeError("addressed")
    if not envelope_is_signed(envelope, PublicKey.from_text(sender.request_key)):
        raise BadEnvelopeError("signature")
    info = _info(envelope.id, envelope.candidate, envelope.kind, sender, recipient.card)
    try:
        content = recipient.message_key.open(_raw(envelope.sealed), info)
    except NotOpenedError:
        raise BadEnvelopeError("seal") from None
    return _letter(envelope, content)


def _info(id_: str, candidate: str, kind: str, sender: PartnerCard, recipient: PartnerCard) -> bytes:
    """What the seal is bound to (RFC 9180, section 8.1): canonical JSON, so that no two contexts read alike."""
    parties = [sender.partner, fingerprint_of(sender), recipient.partner, fingerprint_of(recipient)]
    return json.dumps([_LABEL, *parties, candidate, kind, id_], separators=(",", ":")).encode()


def _content(letter: Letter) -> bytes:
    fields = {"format": _FORMAT, "text": letter.text, "at": letter.written_at.astimezone(UTC).isoformat()}
    content = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    return content + b" " * (-len(content) % _PADDED_TO)


def _letter(envelope: Envelope, content: bytes) -> Letter:
    try:
        fields = json.loads(content)
        text, at = fields["text"], datetime.fromisoformat(fields["at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadEnvelopeError("content") from None
    if fields.get("format") != _FORMAT or not isinstance(text, str) or not is_text(text) or at.tzinfo is None:
        raise BadEnvelopeError("content")
    return Letter(envelope.id, envelope.candidate, envelope.kind, text, at)


def _raw(sealed: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    except ValueError:
        raise BadEnvelopeError("seal") from None
