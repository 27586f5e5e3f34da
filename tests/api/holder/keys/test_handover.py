"""A linkage key on its way: opened by whom it is for, under everything that the file says, and by nobody else."""

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.holder.keys import handover
from api.holder.keys.errors import ForgedSealedKeyError, HandoverError, OtherRecipientError
from api.holder.keys.handover import SealedKey, open_linkage_key, seal_linkage_key
from api.holder.mailing.message_keys import seal_for
from api.holder.mailing.sealing import Identity
from api.wire.cards import PartnerCard, message_key_bytes
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes, reveal_secret_bytes_of_linkage_key
from matcher.errors import InputError
from tests.api.holder.mailing.organisations import identity
from tests.api.hub.gateways import START

STEWARD, KHULNA, MALLORY = identity("steward", 1), identity("khulna", 2), identity("mallory", 3)
KEY = linkage_key_from_secret_bytes(bytes(range(100, 132)), "east", "2026-12")


def seal(key: LinkageKey = KEY, recipient: PartnerCard = KHULNA.card) -> SealedKey:
    return seal_linkage_key(key, STEWARD.card, STEWARD.request_key, recipient, START)


SEALED = seal()


def signed_again(by: Identity = STEWARD, **changes: Any) -> SealedKey:
    """The file with changes, signed all the same, as only a thief of the request key could."""
    changed = SEALED.model_copy(update=changes)
    signature = by.request_key.sign_bytes(handover._PURPOSE, handover._content(changed))
    return changed.model_copy(update={"signature": signature})


def opened(sealed: SealedKey, sender: PartnerCard = STEWARD.card, recipient: Identity = KHULNA) -> LinkageKey:
    return open_linkage_key(sealed, sender, recipient.card, recipient.message_key)


def refusal(
    sealed: SealedKey, error: type[HandoverError], sender: PartnerCard = STEWARD.card, recipient: Identity = KHULNA
) -> str:
    with pytest.raises(error) as caught:
        opened(sealed, sender, recipient)
    assert type(caught.value) is error
    assert isinstance(caught.value, InputError)
    assert caught.value.__cause__ is None
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_the_recipient_has_the_key_domain_and_epoch_included() -> None:
    assert opened(SEALED) == KEY


@given(secret=st.binary(min_size=32, max_size=32), epoch=st.sampled_from(["2026-12", "e/1", "a" * 128]))
@settings(max_examples=10, deadline=None)
def test_any_key_arrives_through_the_file(secret: bytes, epoch: str) -> None:
    key = linkage_key_from_secret_bytes(secret, "in-wb", epoch)
    assert opened(SealedKey.model_validate_json(seal(key).model_dump_json())) == key


def test_the_file_holds_no_secret_and_no_two_are_alike() -> None:
    secret, text = reveal_secret_bytes_of_linkage_key(KEY), SEALED.model_dump_json()
    for shown in (secret.hex(), base64.b64encode(secret).decode(), base64.urlsafe_b64encode(secret).decode()):
        assert shown.rstrip("=") not in text
    assert seal().sealed != SEALED.sealed
    assert SEALED.sealed not in repr(SEALED)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_changed_byte_anywhere_in_the_sealed_part_is_refused(data: st.DataObject) -> None:
    raw = bytearray(base64.urlsafe_b64decode(SEALED.sealed + "=="))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    sealed = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    assert "not signed" in refusal(SEALED.model_copy(update={"sealed": sealed}), ForgedSealedKeyError)
    assert "does not open" in refusal(signed_again(sealed=sealed), ForgedSealedKeyError)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 100, 1500])
def test_a_part_of_it_is_refused(length: int) -> None:
    refusal(signed_again(sealed=SEALED.sealed[:length]), ForgedSealedKeyError)


@pytest.mark.parametrize(
    "changes", [{"domain": "west"}, {"epoch": "2026-11"}, {"fingerprint": "0000 " * 7 + "0000"}]
)
def test_in_another_context_it_is_neither_signed_nor_opened(changes: dict[str, str]) -> None:
    assert "not signed" in refusal(SEALED.model_copy(update=changes), ForgedSealedKeyError)
    assert "does not open" in refusal(signed_again(**changes), ForgedSealedKeyError)


def test_when_it_was_sealed_is_signed_too() -> None:
    later = SEALED.model_copy(update={"sealed_at": START.replace(year=2027)})
    assert "not signed" in refusal(later, ForgedSealedKeyError)


def test_it_is_for_nobody_else() -> None:
    assert "another holder" in refusal(SEALED, OtherRecipientError, recipient=MALLORY)
    stolen = signed_again(recipient="mallory", recipient_card=seal(recipient=MALLORY.card).recipient_card)
    assert "does not open" in refusal(stolen, ForgedSealedKeyError, recipient=MALLORY)


def test_it_does_not_open_between_other_cards_of_the_same_partners() -> None:
    renewed = identity("khulna", 4)
    assert "another card than this gateway" in refusal(SEALED, OtherRecipientError, recipient=renewed)
    other = identity("steward", 5).card
    assert "another card of its sender" in refusal(SEALED, OtherRecipientError, sender=other)


def test_nobody_can_pass_it_on_as_its_own() -> None:
    mine = seal_linkage_key(KEY, MALLORY.card, MALLORY.request_key, KHULNA.card, START)
    stolen = signed_again(MALLORY, sender="mallory", sender_card=mine.sender_card)
    assert "does not open" in refusal(stolen, ForgedSealedKeyError, sender=MALLORY.card)
    posed = signed_again(MALLORY)
    assert "not signed" in refusal(posed, ForgedSealedKeyError)


@pytest.mark.parametrize("secret", [bytes(32), bytes(31), b"", bytes(64)])
def test_another_secret_under_this_fingerprint_is_refused(secret: bytes) -> None:
    raw = seal_for(message_key_bytes(KHULNA.card.message_key), secret, handover._info(SEALED))
    sealed = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    refusal(signed_again(sealed=sealed), ForgedSealedKeyError)


def test_a_signature_for_another_purpose_is_none() -> None:
    other = STEWARD.request_key.sign_bytes("message", handover._content(SEALED))
    assert "not signed" in refusal(SEALED.model_copy(update={"signature": other}), ForgedSealedKeyError)
