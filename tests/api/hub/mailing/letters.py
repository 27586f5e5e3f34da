"""Cards, envelopes and receipts of gateways, and sending them to the hub."""

from typing import Any

import httpx

from api.wire.cards import (
    MASKING_KEY_BYTES,
    MESSAGE_KEY_BYTES,
    PartnerCard,
    make_card,
    masking_key_text,
    message_key_text,
)
from api.wire.messages import DeliveryReceipt, Envelope, digest_of, sign_envelope, sign_receipt_for
from api.wire.names import new_ref
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import START, Gateway

SEALED = "c2VhbGVk"


def card_of(gateway: Gateway, **changes: Any) -> PartnerCard:
    """A gateway's card; to the hub its keys are numbers of bytes."""
    fields = {
        "partner": gateway.name, "message_key": message_key_text(bytes(MESSAGE_KEY_BYTES)),
        "masking_key": masking_key_text(bytes(MASKING_KEY_BYTES)), "made_at": START,
    }  # fmt: skip
    return make_card(gateway.key, {**fields, **changes})


def bring(gateway: Gateway, card: PartnerCard) -> httpx.Response:
    """Bring a card to the hub."""
    return gateway.send("PUT", "/v1/cards/me", card.model_dump_json().encode())


def envelope(pair: Pair, sender: Gateway, **changes: Any) -> Envelope:
    """An envelope about the candidate, to its other side."""
    other = pair.custodian if sender is pair.reporter else pair.reporter
    fields: dict[str, Any] = {
        "id_": new_ref(), "candidate": pair.name, "sender": sender.name, "recipient": other.name, "kind": "note",
        "sealed": SEALED, **changes,
    }  # fmt: skip
    return sign_envelope(sender.key, **fields)


def post(sender: Gateway, made: Envelope) -> httpx.Response:
    """Send an envelope."""
    return sender.send("POST", "/v1/messages", made.model_dump_json().encode())


def waiting(gateway: Gateway, after: int = 0) -> list[Envelope]:
    """What waits for a gateway."""
    return [Envelope.model_validate(item) for item in gateway.get(f"/v1/messages?after={after}").json()["items"]]


def receipt(by: Gateway, made: Envelope, **changes: Any) -> DeliveryReceipt:
    """A receipt for an envelope."""
    fields: dict[str, Any] = {
        "id_": made.id, "sender": made.sender, "recipient": by.name, "digest": digest_of(made.sealed),
        "at": START, **changes,
    }  # fmt: skip
    return sign_receipt_for(by.key, **fields)


def give(recipient: Gateway, made: Envelope, given: DeliveryReceipt | None = None) -> httpx.Response:
    """Give a receipt for an envelope."""
    path = f"/v1/messages/{made.sender}/{made.id}/receipt"
    return recipient.send("POST", path, (given or receipt(recipient, made)).model_dump_json().encode())
