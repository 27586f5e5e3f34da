"""How a secret of 32 bytes is sealed at rest, whatever it opens and wherever it lies.

A JSON object says how. All of it but the sealed secret is the associated data of AES-256-GCM, so that a changed field
or parameter does not open. A passphrase is stretched by Argon2id.
"""

import base64
import json
import secrets
import unicodedata
from typing import Any, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CIPHER: Final = "AES-256-GCM"
SECRET_BYTES, SALT_BYTES, NONCE_BYTES, TAG_BYTES = 32, 16, 12, 16
MIN_PASSPHRASE_CHARACTERS: Final = 12
ARGON2: Final[dict[str, Any]] = {"name": "argon2id", "iterations": 3, "lanes": 4, "memory_in_kib": 2**16}
"""What a new passphrase is stretched by: RFC 9106, section 4, the second recommended option."""


def stretched(passphrase: str, kdf: dict[str, Any]) -> bytes:
    """Argon2id (RFC 9106) of a passphrase, 32 bytes; takes the memory that the parameters say.

    Args:
        passphrase: as it was typed.
        kdf: iterations, lanes, memory_in_kib, and a salt in base64; not checked here.
    """
    # Not cryptography's Argon2id: two threads that derive at once with its release 50 wait for each other for ever.
    return hash_secret_raw(
        # One keyboard composes an accent and another does not: NFC makes them one (RFC 8265, section 4.2).
        secret=unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass"),
        salt=base64.b64decode(kdf["salt"]),
        time_cost=kdf["iterations"],
        memory_cost=kdf["memory_in_kib"],
        parallelism=kdf["lanes"],
        hash_len=SECRET_BYTES,
        type=Type.ID,
    )


def new_kdf() -> dict[str, Any]:
    """The parameters for a new passphrase, with a salt of its own."""
    return {**ARGON2, "salt": to_base64(secrets.token_bytes(SALT_BYTES))}


def new_nonce() -> str:
    """A nonce in base64."""
    return to_base64(secrets.token_bytes(NONCE_BYTES))


def seal(key: bytes, header: dict[str, Any], secret: bytes) -> dict[str, Any]:
    """The header, which holds a new nonce, with the secret sealed under a key of 32 bytes."""
    sealed = AESGCM(key).encrypt(base64.b64decode(header["nonce"]), secret, _associated_data(header))
    return {**header, "sealed": to_base64(sealed)}


def unseal(key: bytes, sealed: dict[str, Any]) -> bytes:
    """What `seal` sealed.

    Raises:
        cryptography.exceptions.InvalidTag: the key is another one, or something was changed.
        ValueError: nonce or sealed secret are not base64.
    """
    header = {name: value for name, value in sealed.items() if name != "sealed"}
    content, nonce = base64.b64decode(sealed["sealed"]), base64.b64decode(header["nonce"])
    return AESGCM(key).decrypt(nonce, content, _associated_data(header))


def to_base64(content: bytes) -> str:
    """Bytes as they stand in the JSON."""
    return base64.b64encode(content).decode()


def _associated_data(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
