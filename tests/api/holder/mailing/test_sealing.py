"""Envelopes: opened by whom they are for, under everything that they say, and by nobody else."""

import base64
import copy
import hashlib
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.holder.mailing.message_keys import (
    MessageKey,
    NotOpenedError,
    message_key_from_seed_bytes,
    read_or_make_message_key,
    seal_for,
)
from api.holder.mailing.sealing import BadEnvelopeError, Identity, Letter, seal, unseal
from api.wire.cards import PartnerCard, make_card
from api.wire.messages import Envelope, sign_envelope
from api.wire.names import new_ref
from encoder.sealed_files import KeyFileError
from matcher.errors import InputError
from tests.api.holder.mailing.organisations import identity
from tests.api.hub.gateways import START

BENGAL, KHULNA, MALLORY = identity("bengal", 1), identity("khulna", 2), identity("mallory", 3)
LETTER = Letter("I" * 21 + "A", "C" * 21 + "A", "note", "Call the desk.", START)
ENVELOPE = seal(LETTER, BENGAL, KHULNA.card)
# draft-connolly-cfrg-xwing-kem, appendix C, first vector: the seed, and both ends of its public key.
SEED = "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"
PUBLIC_BEGINS = "e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5b19cfc3d"
PUBLIC_ENDS = "eff389b27dce59844570216223593d4ba32d9abac8cd049040ef6534"


def resealed(**changes: Any) -> Envelope:
    """The envelope with changes, signed by its true sender all the same, as only a thief of its key could."""
    fields = {**ENVELOPE.model_dump(exclude={"format", "signature", "id"}), "id_": ENVELOPE.id, **changes}
    return sign_envelope(BENGAL.request_key, **fields)


def refused(envelope: Envelope, sender: PartnerCard = BENGAL.card, recipient: Identity = KHULNA) -> str:
    with pytest.raises(BadEnvelopeError) as error:
        unseal(envelope, sender, recipient)
    return error.value.why


def test_message_keys_are_those_of_x_wing() -> None:
    public = message_key_from_seed_bytes(bytes.fromhex(SEED)).public.hex()
    assert public.startswith(PUBLIC_BEGINS)
    assert public.endswith(PUBLIC_ENDS)


def test_what_was_sealed_opens() -> None:
    assert unseal(ENVELOPE, BENGAL.card, KHULNA) == LETTER


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200).filter(str.strip))
def test_any_text_opens_as_it_was_written(text: str) -> None:
    letter = Letter(new_ref(), new_ref(), "note", text, START)
    assert unseal(seal(letter, BENGAL, KHULNA.card), BENGAL.card, KHULNA).text == text


def test_two_sealings_of_one_letter_have_nothing_in_common_but_their_length() -> None:
    again = seal(LETTER, BENGAL, KHULNA.card)
    assert again.sealed != ENVELOPE.sealed
    assert len(again.sealed) == len(ENVELOPE.sealed)


def test_a_yes_and_a_no_are_of_one_size() -> None:
    sizes = {
        len(seal(Letter(new_ref(), new_ref(), "note", text, START), BENGAL, KHULNA.card).sealed)
        for text in ("yes", "no", "That is not the child, see the second photograph.")
    }
    assert len(sizes) == 1


@given(data=st.data())
def test_a_changed_byte_anywhere_in_the_sealed_part_is_refused(data: st.DataObject) -> None:
    raw = bytearray(base64.urlsafe_b64decode(ENVELOPE.sealed + "=="))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    sealed = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    assert refused(ENVELOPE.model_copy(update={"sealed": sealed})) == "signature"
    assert refused(resealed(sealed=sealed)) == "seal"


@given(length=st.integers(1, len(ENVELOPE.sealed) - 1))
@settings(max_examples=30)
def test_a_part_of_it_is_refused(length: int) -> None:
    assert refused(resealed(sealed=ENVELOPE.sealed[:length])) == "seal"


@pytest.mark.parametrize(
    "changes", [{"id_": "J" * 21 + "A"}, {"candidate": "D" * 21 + "A"}, {"kind": "contact"}]
)
def test_an_envelope_in_another_context_does_not_open_even_signed(changes: dict[str, str]) -> None:
    assert refused(resealed(**changes)) == "seal"


@pytest.mark.parametrize(
    "changes", [{"id": "J" * 21 + "A"}, {"candidate": "D" * 21 + "A"}, {"kind": "contact"}, {"signature": "B" * 86}]
)
def test_an_envelope_that_was_changed_on_the_way_is_not_signed(changes: dict[str, str]) -> None:
    assert refused(ENVELOPE.model_copy(update=changes)) == "signature"


def test_it_opens_for_nobody_else_and_from_nobody_else() -> None:
    assert refused(ENVELOPE, recipient=MALLORY) == "addressed"
    assert refused(ENVELOPE, sender=MALLORY.card) == "addressed"
    assert refused(resealed(sender="mallory"), sender=MALLORY.card) == "signature"
    assert refused(resealed(recipient="mallory"), recipient=MALLORY) == "seal"


def test_somebody_else_cannot_pass_it_on_as_its_own() -> None:
    fields = ENVELOPE.model_dump(exclude={"format", "signature", "id", "sender"})
    stolen = sign_envelope(MALLORY.request_key, id_=ENVELOPE.id, sender="mallory", **fields)
    assert refused(stolen, sender=MALLORY.card) == "seal"


def test_it_does_not_open_between_other_cards_of_the_same_partners() -> None:
    masking_key = KHULNA.card.masking_key
    fields: dict[str, object] = {
        "partner": "bengal", "message_key": MALLORY.card.message_key, "masking_key": masking_key, "made_at": START
    }
    other = make_card(BENGAL.request_key, fields)
    assert refused(ENVELOPE, sender=other) == "seal"
    fields = fields | {"partner": "khulna", "message_key": KHULNA.card.message_key}
    moved = Identity(make_card(MALLORY.request_key, fields), MALLORY.request_key, KHULNA.message_key)
    assert refused(ENVELOPE, recipient=moved) == "seal"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format":1,"text":3,"at":"2026-11-21T10:00:00+00:00"}',
                b'{"format":1,"text":"x","at":"2026-11-21T10:00:00"}', b'{"format":2,"text":"x","at":"2026-11-21"}',
                b'{"format":1,"text":"a\\u0000b","at":"2026-11-21T10:00:00+00:00"}'],
)  # fmt: skip
def test_contents_that_are_no_letter_are_refused(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.holder.mailing.sealing._content", lambda letter: content)
    assert refused(seal(LETTER, BENGAL, KHULNA.card)) == "content"


@pytest.mark.parametrize("raw", [b"", bytes(1216), b"\xff" * 1216, BENGAL.message_key.public[:-32] + bytes(32)])
def test_keys_that_are_none_are_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match="message key that is none"):
        seal_for(raw, b"x", b"")


def test_a_message_key_gives_nothing_away() -> None:
    key = KHULNA.message_key
    assert repr(key) == "MessageKey(...)"
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="never pickled"):
            copied(key)
    with pytest.raises(TypeError, match="Read the message key"):
        MessageKey()
    assert "Call" not in repr(LETTER)


def test_the_key_file_is_made_once_and_opens_with_its_secret_alone(tmp_path: Path) -> None:
    path, secret = tmp_path / "message.key", bytes(range(32))
    made = read_or_make_message_key(path, secret)
    again = read_or_make_message_key(path, secret)
    assert again.public == made.public
    assert again.open(seal_for(made.public, b"text", b"info"), b"info") == b"text"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileError):
        read_or_make_message_key(path, bytes(32))


def test_a_key_opens_nothing_of_another() -> None:
    sealed = seal_for(KHULNA.message_key.public, b"text", b"info")
    assert hashlib.sha256(sealed).digest()
    for key, info in ((MALLORY.message_key, b"info"), (KHULNA.message_key, b"other")):
        with pytest.raises(NotOpenedError):
            key.open(sealed, info)
