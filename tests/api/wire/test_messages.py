"""Envelopes and receipts: every field is signed, and no signature stands in for another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from api.wire.messages import (
    MAX_SEALED_CHARACTERS,
    DeliveryReceipt,
    Envelope,
    digest_of,
    envelope_is_signed,
    receipt_is_signed,
    sign_envelope,
    sign_receipt_for,
)
from api.wire.request_keys import request_key_from_seed_bytes

KEY, OTHER = request_key_from_seed_bytes(bytes(32)), request_key_from_seed_bytes(b"\x01" * 32)
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
ENVELOPE = sign_envelope(
    KEY, id_="I" * 21 + "A", candidate="C" * 21 + "A", sender="bengal", recipient="khulna", kind="note", sealed="c2Vh"
)
RECEIPT = sign_receipt_for(
    OTHER, id_=ENVELOPE.id, sender="bengal", recipient="khulna", digest=digest_of(ENVELOPE.sealed), at=AT
)


def test_signatures_hold_through_json() -> None:
    assert envelope_is_signed(Envelope.model_validate_json(ENVELOPE.model_dump_json()), KEY.public)
    assert receipt_is_signed(DeliveryReceipt.model_validate_json(RECEIPT.model_dump_json()), OTHER.public)
    assert not envelope_is_signed(ENVELOPE, OTHER.public)
    assert not receipt_is_signed(RECEIPT, KEY.public)


@pytest.mark.parametrize(
    "changes",
    [{"id": "J" * 21 + "A"}, {"candidate": "D" * 21 + "A"}, {"sender": "punjab"}, {"recipient": "punjab"},
     {"kind": "contact"}, {"sealed": "c2Vi"}, {"signature": RECEIPT.signature}],
)  # fmt: skip
def test_every_field_of_an_envelope_is_signed(changes: dict[str, Any]) -> None:
    assert not envelope_is_signed(ENVELOPE.model_copy(update=changes), KEY.public)


@pytest.mark.parametrize(
    "changes",
    [{"id": "J" * 21 + "A"}, {"sender": "punjab"}, {"recipient": "punjab"}, {"digest": "A" * 43},
     {"at": AT + timedelta(seconds=1)}, {"signature": ENVELOPE.signature}],
)  # fmt: skip
def test_every_field_of_a_receipt_is_signed(changes: dict[str, Any]) -> None:
    assert not receipt_is_signed(RECEIPT.model_copy(update=changes), OTHER.public)


@pytest.mark.parametrize("sealed", ["", "a b", "a=", "A" * (MAX_SEALED_CHARACTERS + 1)])
def test_sealed_parts_are_base64url_of_at_most_64_kib(sealed: str) -> None:
    with pytest.raises(ValidationError):
        Envelope.model_validate({**ENVELOPE.model_dump(), "sealed": sealed})


def test_an_envelope_does_not_show_what_is_in_it() -> None:
    assert ENVELOPE.sealed not in repr(ENVELOPE)
