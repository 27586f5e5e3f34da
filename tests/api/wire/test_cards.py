"""Cards of partners: signed by themselves, and one fingerprint for name and all keys."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.wire.cards import (
    PartnerCard,
    fingerprint_of,
    is_signed,
    make_card,
    masking_key_bytes,
    masking_key_text,
    message_key_bytes,
    message_key_text,
)
from api.wire.request_keys import request_key_from_seed_bytes

KEY, OTHER = request_key_from_seed_bytes(bytes(32)), request_key_from_seed_bytes(b"\x01" * 32)
MADE = datetime(2026, 11, 21, 10, tzinfo=UTC)
MESSAGE_KEY, MASKING_KEY = bytes(range(256)) * 4 + bytes(192), bytes(range(32))


def card(
    partner: str = "bengal", message_key: bytes = MESSAGE_KEY, made_at: datetime = MADE,
    masking_key: bytes = MASKING_KEY,
) -> PartnerCard:  # fmt: skip
    public = {"message_key": message_key_text(message_key), "masking_key": masking_key_text(masking_key)}
    return make_card(KEY, {"partner": partner, **public, "made_at": made_at})


def test_a_card_carries_its_own_signature_through_json() -> None:
    assert is_signed(PartnerCard.model_validate_json(card().model_dump_json()))


@pytest.mark.parametrize(
    "changes",
    [{"partner": "khulna"}, {"made_at": MADE + timedelta(seconds=1)}, {"message_key": message_key_text(bytes(1216))},
     {"masking_key": masking_key_text(bytes(32))}, {"request_key": OTHER.public.text}, {"signature": "A" * 86}],
)  # fmt: skip
def test_a_changed_card_is_not_signed(changes: dict[str, object]) -> None:
    assert not is_signed(card().model_copy(update=changes))


def test_the_fingerprint_is_of_name_and_keys_and_of_nothing_else() -> None:
    known = fingerprint_of(card())
    assert [len(group) for group in known.split()] == [4] * 8
    assert fingerprint_of(card(made_at=MADE + timedelta(days=9))) == known
    of_another_key = card().model_copy(update={"request_key": OTHER.public.text})
    others = [card("khulna"), card(message_key=bytes(1216)), card(masking_key=bytes(32)), of_another_key]
    assert len({known, *map(fingerprint_of, others)}) == 5


@given(at=st.integers(0, 1215), mask=st.integers(1, 255))
def test_any_other_byte_of_the_message_key_is_another_fingerprint(at: int, mask: int) -> None:
    changed = bytearray(MESSAGE_KEY)
    changed[at] ^= mask
    assert fingerprint_of(card(message_key=bytes(changed))) != fingerprint_of(card())


@given(raw=st.binary(min_size=1216, max_size=1216))
def test_message_keys_go_through_text(raw: bytes) -> None:
    assert message_key_bytes(message_key_text(raw)) == raw


@pytest.mark.parametrize(
    "text", ["", "A" * 1621, "A" * 1623, "A" * 1621 + "B", "A" * 1621 + "!", base64.b64encode(bytes(1216)).decode()]
)
def test_texts_that_are_no_message_key_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1622 characters"):
        message_key_bytes(text)
    with pytest.raises(ValidationError):
        PartnerCard.model_validate({**card().model_dump(), "message_key": text})


@given(at=st.integers(0, 31), mask=st.integers(1, 255))
def test_any_other_byte_of_the_masking_key_is_another_fingerprint(at: int, mask: int) -> None:
    changed = bytearray(MASKING_KEY)
    changed[at] ^= mask
    assert fingerprint_of(card(masking_key=bytes(changed))) != fingerprint_of(card())


@given(raw=st.binary(min_size=32, max_size=32))
def test_masking_keys_go_through_text(raw: bytes) -> None:
    assert masking_key_bytes(masking_key_text(raw)) == raw


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "A" * 42 + "!"])
def test_texts_that_are_no_masking_key_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="43 characters"):
        masking_key_bytes(text)
    with pytest.raises(ValidationError):
        PartnerCard.model_validate({**card().model_dump(), "masking_key": text})


def test_a_card_of_before_masking_keys_is_refused() -> None:
    with pytest.raises(ValidationError):
        PartnerCard.model_validate({**card().model_dump(exclude={"masking_key"}), "format": 1})
