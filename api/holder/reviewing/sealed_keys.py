"""Officers' keys at rest, in the scheme of `encoder.sealed_files`: what opens one is a passphrase, and nothing else.

JSON; all of it but the sealed key is associated data of AES-256-GCM, and Argon2id stretches the passphrase. Not the
vault: whoever runs the gateway has its key.
"""

import base64
import json
import secrets
import unicodedata
from typing import Any, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.wire.request_keys import RequestKey, request_key_from_seed_bytes, reveal_seed_bytes_of_request_key
from matcher.errors import InputError, MilapError

SHORTEST: Final = 12
_LABEL, _VERSION, _CIPHER = "milap officer key", 1, "AES-256-GCM"
# RFC 9106, section 4: the second recommended option.
_KDF: dict[str, Any] = {"name": "argon2id", "iterations": 3, "lanes": 4, "memory_in_kib": 2**16}
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32


class WrongPassphraseError(MilapError):
    """The passphrase does not open the key, or the key was changed where it is kept."""

    def __init__(self) -> None:
        """One sentence for the officer."""
        super().__init__(
            "The passphrase does not open your key; type it again, or revoke the key and make a new one."
        )


def seal_key(officer: str, key: RequestKey, passphrase: str) -> bytes:
    """A key sealed under an officer's passphrase; takes 64 MiB for a moment.

    Raises:
        InputError: the passphrase is too short.
    """
    if len(passphrase) < SHORTEST:
        raise InputError(f"The passphrase of a key has at least {SHORTEST} characters; choose such a one.")
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    header = {
        "format": _LABEL, "version": _VERSION, "officer": officer, "public_key": key.public.text, "cipher": _CIPHER,
        "kdf": {**_KDF, "salt": _text(salt)}, "nonce": _text(nonce),
    }  # fmt: skip
    cipher = AESGCM(_stretched(passphrase, salt))
    sealed = cipher.encrypt(nonce, reveal_seed_bytes_of_request_key(key), _associated(header))
    return json.dumps({**header, "sealed": _text(sealed)}).encode()


def open_key(officer: str, public_key: str, sealed: bytes, passphrase: str) -> RequestKey:
    """The key of an officer; takes 64 MiB for a moment. WrongPassphraseError when it is not the officer's own."""
    header = json.loads(sealed)
    content = base64.b64decode(header.pop("sealed"))
    named = (header["format"], header["version"], header["officer"], header["public_key"], header["cipher"])
    salt = header["kdf"]["salt"]
    # Parameters of another strength would be another version; none is taken from what may have been changed.
    if named != (_LABEL, _VERSION, officer, public_key, _CIPHER) or header["kdf"] != {**_KDF, "salt": salt}:
        raise WrongPassphraseError
    cipher = AESGCM(_stretched(passphrase, base64.b64decode(salt)))
    try:
        seed = cipher.decrypt(base64.b64decode(header["nonce"]), content, _associated(header))
    except InvalidTag:
        raise WrongPassphraseError from None
    return request_key_from_seed_bytes(seed)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    # NFC makes one passphrase of accents composed in different ways (RFC 8265, section 4.2).
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return hash_secret_raw(
        secret=secret, salt=salt, time_cost=_KDF["iterations"], memory_cost=_KDF["memory_in_kib"],
        parallelism=_KDF["lanes"], hash_len=_KEY_BYTES, type=Type.ID,
    )  # fmt: skip


def _associated(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
