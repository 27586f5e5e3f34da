"""Message keys: with which gateways seal messages for each other (HPKE, RFC 9180, with MLKEM768-X25519).

A private key is kept as the 32-byte seed of X-Wing (draft-connolly-cfrg-xwing-kem, section 5.2), from which SHAKE256
makes both halves; a public key is their public halves in a row, as there.
"""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, SupportsIndex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from api.wire.cards import MESSAGE_KEY_BYTES
from encoder.sealed_files import SealedFormat, UnlockSecret, read_sealed_file, write_sealed_file
from matcher.errors import InputError

SEED_BYTES = 32
_MLKEM_SEED_BYTES = 64
_X25519_BYTES = 32
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_FORMAT = SealedFormat(
    label="milap message key", noun="message key file", made_by="`milap holder serve`", source="a backup"
)


class NotOpenedError(Exception):
    """Sealed bytes that this key does not open: they were changed, or sealed for another key or purpose."""


class MessageKey:
    """Handle of a private message key. Made by `message_key_from_seed_bytes` or read from its file."""

    __slots__ = ("_decrypt", "_public")
    _public: bytes
    # In a closure over objects that OpenSSL holds: no attribute, and no dump of attributes, prints the seed.
    _decrypt: Callable[[bytes, bytes], bytes]

    def __init__(self) -> None:
        """Refuse direct construction with TypeError."""
        raise TypeError("Read the message key that is kept, or have one made in its file.")

    @property
    def public(self) -> bytes:
        """The public half, bytes (1216,)."""
        return self._public

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed for this key under this info; NotOpenedError when it was not."""
        try:
            return self._decrypt(sealed, info)
        except (InvalidTag, ValueError):
            raise NotOpenedError from None

    def __repr__(self) -> str:
        """The type and nothing else."""
        return "MessageKey(...)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A message key is never pickled or copied; read it where it is needed.")


def message_key_from_seed_bytes(seed: bytes) -> MessageKey:
    """The handle of a key that the caller holds in the clear, bytes (32,): for key storage and tests only."""
    assert len(seed) == SEED_BYTES
    halves = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + _X25519_BYTES)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(halves[:_MLKEM_SEED_BYTES])
    x25519 = X25519PrivateKey.from_private_bytes(halves[_MLKEM_SEED_BYTES:])
    private = MLKEM768X25519PrivateKey(mlkem, x25519)
    key = object.__new__(MessageKey)
    key._public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    key._decrypt = lambda sealed, info: _SUITE.decrypt(sealed, private, info)
    return key


def read_or_make_message_key(path: Path, secret: UnlockSecret) -> MessageKey:
    """The key of a sealed file, which is made when it is not there; KeyFileError when that fails."""
    if not path.exists():
        write_sealed_file(path, _FORMAT, {}, secrets.token_bytes(SEED_BYTES), secret)
    return message_key_from_seed_bytes(read_sealed_file(path, _FORMAT, secret).secret)


def seal_for(public: bytes, content: bytes, info: bytes) -> bytes:
    """Seal for the owner of a public key, bytes (1216,); never the same bytes twice.

    Raises:
        InputError: the bytes are no such key.
    """
    try:
        return _SUITE.encrypt(content, _public_key(public), info)
    except ValueError:
        # A point of small order shows only when it is used.
        raise InputError("The partner's card has a message key that is none; tell the partner.") from None


def _public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    if len(raw) != MESSAGE_KEY_BYTES:
        raise ValueError("a message key has another length")
    mlkem = MLKEM768PublicKey.from_public_bytes(raw[:-_X25519_BYTES])
    return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(raw[-_X25519_BYTES:]))
